//! The local charts: Chart.yaml, values, schema, templates.

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::layout::{Layout, PlacedChart};
use super::plan::Rendering;
use super::{globals, verify};
use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::render::SUFFIX;
use crate::schema::{Schema, helm};
use crate::text::Source;
use crate::tree::{File, Tree};
use crate::yaml::{Document, write};

const SHARED: &str = "_shared/chart";
const UPSTREAM_VALUES: &str = "upstream.yaml.tera";

/// Writes every chart of the layout.
pub(super) fn write(
    tree: &mut Tree,
    layout: &Layout<'_>,
    schema: &Schema,
    catalog: &Catalog,
    rendering: &Rendering<'_>,
) -> Result<(), Diagnostics> {
    let releases = Value::Array(layout.releases.iter().map(super::Release::to_value).collect());
    let render = |placed: &PlacedChart<'_>| {
        let files = templates(placed, catalog, rendering, &releases)?;
        let mut branches = BTreeSet::new();
        for (path, text) in &files {
            verify::globals(schema, &format!("{}/{path}", placed.path), text)?;
            branches.extend(globals::read_by(text).map(|(path, _)| branch(path).to_owned()));
        }
        Ok((files, branches))
    };
    let rendered: Vec<Result<_, Diagnostics>> = layout.charts.par_iter().map(render).collect();
    let mut mentioned = Vec::new();
    for (placed, rendered) in layout.charts.iter().zip(rendered) {
        let (files, branches) = rendered?;
        mentioned.push(branches);
        for (path, text) in files {
            put(tree, &format!("{}/{path}", placed.path), text)?;
        }
    }
    let derive = |(at, placed): (usize, &PlacedChart<'_>)| {
        // A parent hands its globals down, so it has those of its subcharts too.
        let below = format!("{}/", placed.path);
        let inside = layout.charts.iter().zip(&mentioned).filter(|(chart, _)| chart.path.starts_with(&below));
        let names: BTreeSet<&str> =
            inside.flat_map(|(_, names)| names).chain(&mentioned[at]).map(String::as_str).collect();
        let blocks = upstream_blocks(placed, rendering)?;
        let chart = helm::Chart {
            component: &placed.component.name,
            root: placed.chart.values_root.as_deref(),
            globals: &names,
            blocks: &blocks,
            subcharts: &placed.subcharts,
            inner: placed.chart.parent.is_some(),
        };
        Ok([
            ("Chart.yaml", chart_yaml(placed)),
            ("values.yaml", helm::chart_values(schema, rendering.values, &chart)),
            ("values.schema.json", format!("{:#}\n", helm::chart_schema(schema, &chart))),
        ])
    };
    let derived: Vec<Result<_, Diagnostics>> = layout.charts.par_iter().enumerate().map(derive).collect();
    for (placed, derived) in layout.charts.iter().zip(derived) {
        for (name, text) in derived? {
            put(tree, &format!("{}/{name}", placed.path), text)?;
        }
    }
    Ok(())
}

/// Adds a file that must not be there yet.
pub(super) fn put(tree: &mut Tree, path: &str, text: String) -> Result<(), Diagnostic> {
    match tree.insert(path, File::text(text)) {
        None => Ok(()),
        Some(_) => Err(Diagnostic::error("two-files-one-path", format!("two components write {path}"))),
    }
}

/// True when a rendered file says nothing: only blank lines and `#` comments.
pub(super) fn says_nothing(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

fn templates(
    placed: &PlacedChart<'_>,
    catalog: &Catalog,
    rendering: &Rendering<'_>,
    releases: &Value,
) -> Result<Vec<(String, String)>, Diagnostic> {
    let mut files: Vec<_> =
        catalog.shared().below(SHARED).map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
    for (path, text) in placed.component.files.below("chart") {
        match path.strip_suffix(SUFFIX) {
            Some(target) => {
                let text = rendering.render(placed.component, &format!("chart/{path}"), Some(releases))?;
                if !says_nothing(&text) {
                    files.push((target.to_owned(), text));
                }
            }
            None => files.push((path.to_owned(), text.to_owned())),
        }
    }
    Ok(files)
}

/// A chart has whole branches of the globals, so that a template may pass one on.
fn branch(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

fn chart_yaml(placed: &PlacedChart<'_>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut dependencies = Vec::new();
    for dependency in &placed.upstream {
        dependencies.push(json!({
            "name": dependency.name, "version": dependency.version, "repository": dependency.repository,
        }));
    }
    for name in &placed.subcharts {
        // An empty repository: the subchart stands in charts/.
        dependencies.push(json!({"name": name, "version": version, "repository": ""}));
    }
    let mut chart = Map::new();
    chart.insert("apiVersion".into(), json!("v2"));
    chart.insert("name".into(), json!(placed.chart.name));
    chart.insert("description".into(), json!(placed.chart.description));
    chart.insert("type".into(), json!("application"));
    chart.insert("version".into(), json!(version));
    if let Some(app_version) = &placed.app_version {
        chart.insert("appVersion".into(), json!(app_version));
    }
    if !dependencies.is_empty() {
        chart.insert("dependencies".into(), Value::Array(dependencies));
    }
    write::block(&Value::Object(chart), 0) + "\n"
}

/// The values of the upstream charts, each with the shape that the catalogue knows for that version.
fn upstream_blocks(
    placed: &PlacedChart<'_>,
    rendering: &Rendering<'_>,
) -> Result<Vec<helm::Block>, Diagnostics> {
    if placed.upstream.is_empty() {
        return Ok(Vec::new());
    }
    let component = placed.component;
    let mapped = if component.files.get(UPSTREAM_VALUES).is_some() {
        let text = rendering.render(component, UPSTREAM_VALUES, None)?;
        Document::parse(Source::new(format!("{}/upstream.yaml (rendered)", component.name), text))?
            .to_value()?
    } else {
        json!({})
    };
    let mut findings = Diagnostics::new();
    let mut blocks = Vec::new();
    for dependency in &placed.upstream {
        let value = mapped.get(&dependency.name).cloned().unwrap_or_else(|| json!({}));
        let path = format!("upstream/{}-{}.schema.json", dependency.name, dependency.version);
        let shape = match component.files.get(&path) {
            None => json!({"type": "object"}),
            Some(text) => serde_json::from_str(text).map_err(|error| {
                Diagnostic::error("unreadable-catalog-file", format!("{}/{path}: {error}", component.name))
            })?,
        };
        for problem in problems(&shape, &value)? {
            findings.push(
                Diagnostic::error(
                    "unfit-upstream-value",
                    format!("the values that {} maps for {} {}: {problem}", component.name, dependency.name, dependency.version),
                )
                .help("The upstream chart of this version has no such value: mend upstream.yaml.tera of the component."),
            );
        }
        blocks.push(helm::Block {
            name: dependency.name.clone(),
            comment: format!(
                "Values of the upstream chart {} {}, mapped from the values file; it reads nothing under global.",
                dependency.name, dependency.version
            ),
            value,
            schema: shape,
        });
    }
    if findings.has_errors() { Err(findings) } else { Ok(blocks) }
}

/// What a schema says about a value, each with its path.
fn problems(schema: &Value, value: &Value) -> Result<Vec<String>, Diagnostic> {
    let validator = jsonschema::draft7::new(schema).map_err(|error| {
        Diagnostic::error(
            "unreadable-catalog-file",
            format!("the shape of upstream values is no schema: {error}"),
        )
    })?;
    Ok(validator.iter_errors(value).map(|error| format!("{error} at {}", error.instance_path())).collect())
}
