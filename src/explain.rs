//! What a value is for: its schema, its rules, and what it changes.

mod candidates;
mod influence;
mod mentions;
mod place;
mod readers;

use serde_json::Value;

pub use influence::{Influence, influence};
pub use mentions::every_rule;
pub use place::{HelmPath, Place};
pub use readers::readers;

use crate::catalog::Catalog;
use crate::schema::node::{Free, Node, Rule};
use crate::schema::{Schema, pointer};

/// Everything that is known of one place of the values model without generating.
pub struct Explanation<'s> {
    /// The path, as messages write it; `[]` is an item, `*` an entry.
    pub path: String,
    /// The schema's node.
    pub node: &'s Node,
    /// What a preset makes of the default: property, its value, and the value here.
    pub presets: Vec<(String, String, Value)>,
    /// The cross-field rules that mention it.
    pub rules: Vec<&'s Rule>,
    /// Where it is among the values of the charts, when Helm may change it.
    pub helm: Option<HelmPath>,
}

/// Explains a place that the schema has.
pub fn explain<'s>(schema: &'s Schema, catalog: &Catalog, place: &Place<'s>) -> Explanation<'s> {
    Explanation {
        path: place.path(),
        node: place.node(),
        presets: presets(schema, catalog, place),
        rules: mentions::rules(schema, place),
        helm: place.helm(catalog),
    }
}

/// The values that presets give here.
fn presets(schema: &Schema, catalog: &Catalog, place: &Place<'_>) -> Vec<(String, String, Value)> {
    let mut properties = Vec::new();
    choosers(schema.root(), "", &mut properties);
    let mut found = Vec::new();
    for (at, node) in properties {
        let property = pointer::dotted(&at);
        for value in node.allowed.iter().filter_map(Value::as_str) {
            let preset = crate::generate::values::preset(catalog, &property, value);
            if let Some(here) = preset.as_ref().and_then(|preset| preset.pointer(&place.pointer())) {
                found.push((property.clone(), value.to_owned(), here.clone()));
            }
        }
    }
    found
}

fn choosers<'s>(node: &'s Node, at: &str, found: &mut Vec<(String, &'s Node)>) {
    if node.preset {
        found.push((at.to_owned(), node));
    }
    for (key, child) in &node.properties {
        choosers(child, &pointer::join(at, key), found);
    }
}

/// All places of the model that have a key, from the top down.
pub fn every_path(root: &Node, visit: &mut dyn FnMut(&str, &Node)) {
    every_node(root, "", &mut |path, node| {
        if !path.ends_with(['*', ']']) {
            visit(path, node);
        }
    });
}

/// All nodes below one, from the top down; an item of a list is `[]`, an entry of a free map `*`.
fn every_node<'s>(node: &'s Node, at: &str, visit: &mut dyn FnMut(&str, &'s Node)) {
    let join = |step: &str| if at.is_empty() { step.to_owned() } else { format!("{at}.{step}") };
    let mut below = |path: String, child: &'s Node| {
        visit(&path, child);
        every_node(child, &path, visit);
    };
    for (key, child) in &node.properties {
        below(join(key), child);
    }
    if let Some(items) = &node.items {
        below(format!("{at}[]"), items);
    }
    if let Free::Each(each) = &node.free {
        below(join("*"), each);
    }
}
