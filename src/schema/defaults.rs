//! The schema's own defaults must satisfy it.

use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use super::compose::Composer;
use super::fill::Filler;
use super::node::{Free, Node};
use super::{Schema, pointer};

/// Validates the default document, and one with an item in every list and an entry in every map.
pub(super) fn check(schema: &Schema, composer: &mut Composer) {
    let plain = Filler::default().node(&schema.root, None, "").unwrap_or(Value::Null);
    let mut reported = std::collections::HashSet::new();
    for document in [plain.clone(), sample(&schema.root, &plain)] {
        for error in schema.validator.iter_errors(&document) {
            let Some(node) = blamed(schema, error.instance_path().as_str(), error.kind()) else { continue };
            if reported.insert(node.pointer.clone()) {
                let what = format!("has a default that its own schema refuses: {error}");
                let component = node.component.clone();
                composer.fault("bad-default", &component, &node.pointer.clone(), &what);
            }
        }
    }
}

/// The node whose default is at fault: the one at the place, or the nearest above it that has a default.
fn blamed<'a>(schema: &'a Schema, at: &str, kind: &ValidationErrorKind) -> Option<&'a Node> {
    if matches!(kind, ValidationErrorKind::Required { .. }) {
        return None;
    }
    let mut at = at;
    loop {
        match schema.node_at(at) {
            Some(node) if node.default.is_some() => return Some(node),
            // A whole object at fault (`oneOf`) says nothing about a single default.
            Some(node) if node.is_branch() => return None,
            _ => at = pointer::parent(at)?,
        }
    }
}

/// The defaults with lists and maps that are empty there filled with one made-up member each.
fn sample(node: &Node, given: &Value) -> Value {
    let made = |node: &Node| {
        let filled = Filler::default().node(node, Some(&Value::Object(serde_json::Map::new())), "");
        sample(node, &filled.unwrap_or(Value::Null))
    };
    match given {
        Value::Object(map) => {
            let mut out = map.clone();
            for (key, child) in &node.properties {
                if let Some(value) = out.get_mut(key) {
                    *value = sample(child, value);
                }
            }
            if let (true, Free::Each(each)) = (out.is_empty(), &node.free)
                && each.is_branch()
            {
                out.insert("sample".to_owned(), made(each));
            }
            Value::Object(out)
        }
        Value::Array(list) => match &node.items {
            Some(items) if list.is_empty() && items.is_branch() => Value::Array(vec![made(items)]),
            _ => given.clone(),
        },
        _ => given.clone(),
    }
}
