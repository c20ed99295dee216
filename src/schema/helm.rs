//! The values of the charts: which part of the values model each one has, its `values.yaml` and `values.schema.json`.

mod shape;

use std::collections::BTreeSet;

use serde_json::Value;

pub use shape::chart_schema;

use super::commented::Writer;
use super::node::{Helm, Node};
use super::{Schema, pointer};

/// One local chart.
#[derive(Clone, Copy, Debug)]
pub struct Chart<'a> {
    /// The component whose chart it is.
    pub component: &'a str,
    /// The branch of the values model whose `x-helm: chart` leaves are values of this chart (`valuesRoot`).
    pub root: Option<&'a str>,
    /// What its templates and those of its subcharts read below `.Values.global`, as dotted paths or their beginnings.
    pub globals: &'a BTreeSet<&'a str>,
    /// Values of the dependencies.
    pub blocks: &'a [Block],
    /// Names of the local subcharts.
    pub subcharts: &'a [String],
    /// True for a subchart: Helm hands it every global of its parent.
    pub inner: bool,
}

/// The values of one dependency.
#[derive(Clone, Debug)]
pub struct Block {
    /// The name of the dependency.
    pub name: String,
    /// What stands above it.
    pub comment: String,
    /// Its values.
    pub value: Value,
    /// The shape of its values.
    pub schema: Value,
}

/// A part of the values model that a chart has.
enum Part<'a> {
    /// A node with everything below it.
    Whole(&'a Node),
    /// Some of the properties of a node.
    Some(&'a Node, Vec<(&'a str, Part<'a>)>),
}

/// The chart's `values.yaml`: resolved values, the schema's texts above them.
pub fn chart_values(schema: &Schema, values: &Value, chart: &Chart<'_>) -> String {
    let mut writer = Writer::default();
    writer.comment(
        "What helm upgrade --set may change. Everything else was fixed when the chart was generated.",
        0,
    );
    let start = pointer::from_dotted(chart.root.unwrap_or_default());
    let own = values.pointer(&start);
    let mut empty = true;
    for (key, part) in own_parts(schema, chart) {
        if let Some(value) = own.and_then(|own| own.get(key)) {
            writer.gap();
            write(&mut writer, key, &part, value, 0);
            empty = false;
        }
    }
    let globals = global_parts(schema, chart);
    if !globals.is_empty() {
        writer.gap();
        writer.comment("Values that a chart shares with its subcharts.", 0);
        writer.key("global", 0);
        writer.open();
        for (key, part) in &globals {
            if let Some(value) = values.get(key) {
                write(&mut writer, key, part, value, 2);
            }
        }
        empty = false;
    }
    for block in chart.blocks {
        writer.gap();
        writer.comment(&block.comment, 0);
        writer.key(&block.name, 0);
        writer.value(&block.value, 0);
        empty = false;
    }
    if !chart.subcharts.is_empty() {
        writer.gap();
        writer.comment(&subcharts_comment(chart.subcharts), 0);
    }
    let text = writer.finish();
    if empty { text + "{}\n" } else { text }
}

/// Where the values of subcharts are: a parent's `values.yaml` would repeat all of them.
fn subcharts_comment(names: &[String]) -> String {
    let example = names.first().map_or("", String::as_str);
    format!(
        "Values of a subchart ({}) are listed in charts/<name>/values.yaml and set below its name: {example}: …",
        names.join(", ")
    )
}

/// The paths below `.Values.global` that no `x-helm: global` of the schema stands for.
pub fn unknown_globals<'a>(schema: &Schema, globals: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let known = |path: &str| {
        let parts = pick(&schema.root, Helm::Global, "", &|p| touches(p, path), &|_| true);
        !parts.is_empty() && schema.has_path(path).is_ok()
    };
    globals.into_iter().filter(|path| !known(path)).collect()
}

fn write(writer: &mut Writer, key: &str, part: &Part<'_>, value: &Value, indent: usize) {
    match part {
        Part::Whole(node) => writer.entry(key, node, value, indent),
        Part::Some(node, parts) => {
            writer.describe(node, indent);
            writer.key(key, indent);
            writer.open();
            for (key, part) in parts {
                if let Some(value) = value.get(key) {
                    write(writer, key, part, value, indent + 2);
                }
            }
        }
    }
}

/// What of the chart's own branch is a value of the chart.
fn own_parts<'a>(schema: &'a Schema, chart: &Chart<'_>) -> Vec<(&'a str, Part<'a>)> {
    let Some(root) = chart.root.and_then(|root| schema.node_at(&pointer::from_dotted(root))) else {
        return Vec::new();
    };
    if root.helm == Some(Helm::Chart) {
        return root.properties.iter().map(|(key, node)| (key.as_str(), Part::Whole(node))).collect();
    }
    // A branch that another component hung below this one belongs to that component's chart.
    let own = |node: &Node| !node.is_branch() || *node.component == *chart.component;
    pick(root, Helm::Chart, "", &|_| true, &own)
}

fn global_parts<'a>(schema: &'a Schema, chart: &Chart<'_>) -> Vec<(&'a str, Part<'a>)> {
    let wanted = |path: &str| chart.globals.iter().any(|global| touches(path, global));
    pick(&schema.root, Helm::Global, "", &wanted, &|_| true)
}

fn all_global_parts(schema: &Schema) -> Vec<(&str, Part<'_>)> {
    pick(&schema.root, Helm::Global, "", &|_| true, &|_| true)
}

/// True when one path is the other or stands above it.
fn touches(a: &str, b: &str) -> bool {
    let above =
        |a: &str, b: &str| b.strip_prefix(a).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    above(a, b) || above(b, a)
}

/// The properties below a node that are marked, with the branches that lead there.
fn pick<'a>(
    node: &'a Node,
    mark: Helm,
    path: &str,
    wanted: &dyn Fn(&str) -> bool,
    own: &dyn Fn(&Node) -> bool,
) -> Vec<(&'a str, Part<'a>)> {
    let mut out = Vec::new();
    for (key, child) in &node.properties {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        if !wanted(&path) || !own(child) {
            continue;
        }
        if child.helm == Some(mark) {
            out.push((key.as_str(), Part::Whole(child)));
        } else {
            let parts = pick(child, mark, &path, wanted, own);
            if !parts.is_empty() {
                out.push((key.as_str(), Part::Some(child, parts)));
            }
        }
    }
    out
}

#[cfg(test)]
pub(crate) mod tests;
