//! Schema and values side by side.

use serde_json::Value;

use super::node::{Free, Node};
use super::pointer;

/// Calls `visit` for each value that the schema knows, with its node and its pointer, from the top down.
pub(super) fn walk<'a>(node: &'a Node, value: &'a Value, visit: &mut dyn FnMut(&'a Node, &'a Value, &str)) {
    below(node, value, &mut String::new(), visit);
}

fn below<'a>(
    node: &'a Node,
    value: &'a Value,
    at: &mut String,
    visit: &mut dyn FnMut(&'a Node, &'a Value, &str),
) {
    visit(node, value, at);
    let end = at.len();
    let mut step = |child: &'a Node, segment: &str, value: &'a Value| {
        pointer::push(at, segment);
        below(child, value, at, visit);
        at.truncate(end);
    };
    match value {
        Value::Object(map) => {
            for (key, child) in &node.properties {
                if let Some(value) = map.get(key) {
                    step(child, key, value);
                }
            }
            if let Free::Each(each) = &node.free {
                for (key, value) in map.iter().filter(|(key, _)| node.property(key).is_none()) {
                    step(each, key, value);
                }
            }
        }
        Value::Array(list) => {
            if let Some(items) = &node.items {
                for (i, item) in list.iter().enumerate() {
                    step(items, &i.to_string(), item);
                }
            }
        }
        _ => {}
    }
}

/// Calls `visit` for each node of the schema, values or not.
pub(super) fn every<'a>(node: &'a Node, visit: &mut dyn FnMut(&'a Node)) {
    visit(node);
    node.properties.iter().for_each(|(_, child)| every(child, visit));
    node.items.iter().for_each(|items| every(items, visit));
    node.branches.iter().for_each(|branch| every(branch, visit));
    if let Free::Each(each) = &node.free {
        every(each, visit);
    }
}
