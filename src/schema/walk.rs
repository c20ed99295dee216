//! Schema and values side by side.

use serde_json::Value;

use super::node::{Free, Node};
use super::pointer;

/// Calls `visit` for each value that the schema knows, with its node and its pointer, from the top down.
pub(super) fn walk<'a>(
    node: &'a Node,
    value: &'a Value,
    at: &str,
    visit: &mut dyn FnMut(&'a Node, &'a Value, &str),
) {
    visit(node, value, at);
    match value {
        Value::Object(map) => {
            for (key, child) in &node.properties {
                if let Some(value) = map.get(key) {
                    walk(child, value, &pointer::join(at, key), visit);
                }
            }
            if let Free::Each(each) = &node.free {
                for (key, value) in map.iter().filter(|(key, _)| node.property(key).is_none()) {
                    walk(each, value, &pointer::join(at, key), visit);
                }
            }
        }
        Value::Array(list) => {
            if let Some(items) = &node.items {
                for (i, item) in list.iter().enumerate() {
                    walk(items, item, &pointer::join(at, &i.to_string()), visit);
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
