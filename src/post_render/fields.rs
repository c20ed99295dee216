//! Fields of built-in kinds that steps change: labels, annotations, replicas, namespaces. The lists are data of
//! the catalogue, `_kubernetes/fields.yaml`.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::manifest::Identity;

/// The lists of fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Fields {
    /// Selectors of pods.
    pub selectors: Vec<FieldSpec>,
    /// Labels of pod templates.
    pub templates: Vec<FieldSpec>,
    /// Annotations of pod templates.
    pub annotations: Vec<FieldSpec>,
    /// Numbers of replicas.
    pub replicas: Vec<FieldSpec>,
    /// Images of custom resources outside of containers.
    pub images: Vec<FieldSpec>,
    cluster_scoped: HashMap<String, Vec<String>>,
}

/// A field of the objects of some kinds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// Keys with `/` between them; lists are gone through.
    pub path: String,
    /// Only this kind.
    #[serde(default)]
    pub kind: String,
    /// Only this group.
    #[serde(default)]
    pub group: String,
    /// Only this version.
    #[serde(default)]
    pub version: String,
    /// Made where it is missing.
    #[serde(default)]
    pub create: bool,
}

impl Fields {
    /// Reads the lists.
    #[expect(clippy::result_large_err, reason = "a fault of the catalogue ends the run")]
    pub fn read(text: &str) -> Result<Self, Diagnostic> {
        serde_yaml::from_str(text).map_err(|error| {
            Diagnostic::error(
                "unreadable-table",
                format!("the catalogue's fields.yaml cannot be read: {error}"),
            )
        })
    }

    /// True for a kind that has no namespace.
    pub fn is_cluster_scoped(&self, identity: &Identity) -> bool {
        self.cluster_scoped.get(&identity.group).is_some_and(|kinds| kinds.contains(&identity.kind))
    }
}

impl FieldSpec {
    /// A field of every kind that is made where it is missing.
    pub fn everywhere(path: &str) -> Self {
        Self { path: path.to_owned(), create: true, ..Self::default() }
    }

    /// A field where it is there.
    pub fn at(path: &str) -> Self {
        Self { path: path.to_owned(), ..Self::default() }
    }

    /// True for objects that have the field.
    pub fn fits(&self, identity: &Identity) -> bool {
        let fits = |wanted: &str, found: &str| wanted.is_empty() || wanted == found;
        fits(&self.kind, &identity.kind)
            && fits(&self.group, &identity.group)
            && fits(&self.version, &identity.version)
    }

    /// Changes the field wherever the object has it.
    pub fn change(&self, object: &mut Value, change: &mut dyn FnMut(&mut Value)) {
        let steps: Vec<String> = split(&self.path);
        walk(object, &steps, self.create, change);
    }
}

/// The values at a path of keys with `/` between them; lists are gone through.
pub(super) fn values<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = vec![value];
    for step in path.split('/').filter(|step| !step.is_empty()) {
        found = found.into_iter().flat_map(items).filter_map(|value| value.get(step)).collect();
    }
    found.into_iter().flat_map(items).collect()
}

/// The items of a list, or the value itself.
fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// The keys of a path; `\/` is a `/` in a key.
fn split(path: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut characters = path.chars().peekable();
    while let Some(c) = characters.next() {
        match (c, steps.last_mut()) {
            ('\\', Some(step)) if characters.peek() == Some(&'/') => {
                step.push('/');
                characters.next();
            }
            ('/', _) => steps.push(String::new()),
            (c, Some(step)) => step.push(c),
            _ => {}
        }
    }
    steps.retain(|step| !step.is_empty());
    steps
}

fn walk(value: &mut Value, steps: &[String], create: bool, change: &mut dyn FnMut(&mut Value)) {
    if let Value::Array(items) = value {
        items.iter_mut().for_each(|item| walk(item, steps, create, change));
        return;
    }
    let Some((step, rest)) = steps.split_first() else { return change(value) };
    // A list is never made: nobody knows its items.
    let (step, is_list) = step.strip_suffix("[]").map_or((step.as_str(), false), |step| (step, true));
    let Value::Object(map) = value else { return };
    if create && !is_list && !map.contains_key(step) {
        map.insert(step.to_owned(), Value::Null);
    }
    let Some(child) = map.get_mut(step) else { return };
    if create && child.is_null() && !rest.is_empty() {
        *child = Value::Object(Map::new());
    }
    if child.is_array() && rest.is_empty() {
        return change(child);
    }
    walk(child, rest, create, change);
}
