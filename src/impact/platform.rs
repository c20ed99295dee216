//! A platform as parts that can be compared: releases, dependencies, values, templates or the objects they render to.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::diagnostic::Diagnostics;
use crate::manifest::{self, Identity};
use crate::text::Source;
use crate::tree::{Tree, lock};
use crate::yaml::Document;

/// What Helm rendered, by release.
pub type Rendered = BTreeMap<String, Objects>;

/// The objects of a release.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Objects {
    /// The stream of manifests.
    pub stream: Vec<u8>,
    /// The upstream charts took part, and the patches of the post-renderer are in it.
    pub complete: bool,
}

/// One thing that a platform consists of.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Who it is. The kinds `Release`, `Dependency`, `Values`, `Template` and `PostRender` have no group.
    pub identity: Identity,
    /// The Kubernetes kinds in it: its own, or those that a template names.
    pub kinds: Vec<String>,
    /// What is compared.
    pub content: Value,
}

/// The parts of a platform, by release.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Platform {
    /// Release names in the order of installation.
    pub releases: Vec<String>,
    /// The parts of each.
    pub parts: BTreeMap<String, Vec<Part>>,
}

impl Platform {
    /// Reads an output tree. With `rendered`, objects stand for the templates and the charts' own values.
    pub fn of(tree: &Tree, rendered: Option<&Rendered>) -> Result<Self, Diagnostics> {
        let locked = match tree.get(lock::NAME) {
            Some(file) => read("lakehelm.lock", &file.bytes)?,
            None => Value::Null,
        };
        let mut platform = Self::default();
        for release in list(&locked, "releases") {
            let text = |key: &str| release.get(key).and_then(Value::as_str).unwrap_or_default();
            let mut parts = vec![part("Release", text("name"), json!({"namespace": text("namespace")}))];
            for dependency in list(release, "dependencies") {
                let field = |key: &str| dependency.get(key).cloned().unwrap_or_default();
                let name = dependency.get("name").and_then(Value::as_str).unwrap_or_default();
                parts.push(part(
                    "Dependency",
                    name,
                    json!({"version": field("version"), "repository": field("repository")}),
                ));
            }
            let objects = rendered.and_then(|rendered| rendered.get(text("name")));
            files(tree, text("chart"), objects, &dependencies(release), &mut parts)?;
            if let Some(objects) = objects {
                read_objects(&objects.stream, &mut parts)?;
            }
            platform.releases.push(text("name").to_owned());
            platform.parts.insert(text("name").to_owned(), parts);
        }
        Ok(platform)
    }
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn dependencies(release: &Value) -> Vec<&str> {
    list(release, "dependencies").filter_map(|one| one.get("name")?.as_str()).collect()
}

fn part(kind: &str, name: &str, content: Value) -> Part {
    let identity = Identity { kind: kind.to_owned(), name: name.to_owned(), ..Identity::default() };
    Part { identity, kinds: Vec::new(), content }
}

/// Values, patches and templates below a chart's folder.
fn files(
    tree: &Tree,
    chart: &str,
    objects: Option<&Objects>,
    upstream: &[&str],
    parts: &mut Vec<Part>,
) -> Result<(), Diagnostics> {
    let below = format!("{chart}/");
    let (rendered, complete) = (objects.is_some(), objects.is_some_and(|objects| objects.complete));
    for (path, file) in tree.iter().filter(|(path, _)| path.starts_with(&below)) {
        let name = path.rsplit('/').next().unwrap_or(path);
        if name == "values.yaml" {
            let mut values = read(path, &file.bytes)?;
            // Objects show what values do, as far as they are rendered.
            if let Value::Object(map) = &mut values {
                map.retain(|key, _| {
                    if upstream.contains(&key.as_str()) { !complete } else { !rendered && key != "global" }
                });
            }
            parts.push(part("Values", path, values));
        } else if name == "post-render.yaml" && !complete {
            parts.push(part("PostRender", path, read(path, &file.bytes)?));
        } else if path.contains("/templates/") && !rendered && name.ends_with(".yaml") {
            let text = String::from_utf8_lossy(&file.bytes);
            let mut template = part("Template", path, json!({"text": text}));
            template.kinds = kinds(&text);
            parts.push(template);
        }
    }
    Ok(())
}

/// The kinds that a template names.
fn kinds(text: &str) -> Vec<String> {
    let mut kinds: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("kind: "))
        .map(|kind| kind.trim().to_owned())
        .filter(|kind| kind.bytes().all(|byte| byte.is_ascii_alphabetic()))
        .collect();
    kinds.dedup();
    kinds
}

fn read_objects(stream: &[u8], parts: &mut Vec<Part>) -> Result<(), Diagnostics> {
    for mut manifest in manifest::read(stream) {
        if manifest.is_blank() {
            continue;
        }
        manifest.parse()?;
        let Some(document) = manifest.document() else { continue };
        let content = document.to_value_lenient()?;
        if let Some(identity) = Identity::of(&content) {
            parts.push(Part {
                kinds: vec![identity.kind.clone()],
                identity,
                content: without_marks(content),
            });
        }
    }
    Ok(())
}

/// The object without the version of the chart, which every upgrade changes.
fn without_marks(mut object: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                if let Some(Value::Object(labels)) = map.get_mut("labels") {
                    labels.retain(|key, _| key != "helm.sh/chart");
                }
                map.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut object);
    object
}

fn read(name: &str, bytes: &[u8]) -> Result<Value, Diagnostics> {
    let document = Document::parse(Source::new(name, String::from_utf8_lossy(bytes)))?;
    match document.to_value_lenient()? {
        Value::Null => Ok(Value::Object(Map::new())),
        value => Ok(value),
    }
}
