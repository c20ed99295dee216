//! Values that the value of one property chooses.

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, Diagnostics};

use super::merge::merge;
use super::node::Node;
use super::{Schema, pointer};

impl Schema {
    /// The user's values over the presets they choose.
    ///
    /// The value that chooses may come from the user, from another preset or be the default. Where two presets say
    /// something about one key, the one whose property comes first in the schema wins: it is the broader choice, and
    /// what it says itself counts more than what it chooses in turn.
    pub fn with_presets(
        &self,
        user: &Value,
        presets: &dyn Fn(&str, &str) -> Option<Value>,
    ) -> Result<Value, Diagnostics> {
        let mut properties = Vec::new();
        collect(&self.root, "", &mut properties);
        let mut chosen: Vec<(String, String)> = Vec::new();
        for _ in 0..properties.len() + 2 {
            let mut values = Value::Object(Map::new());
            for preset in chosen.iter().rev().filter_map(|(path, value)| presets(path, value)) {
                merge(&mut values, &preset);
            }
            merge(&mut values, user);
            let next: Vec<_> = properties.iter().filter_map(|(at, node)| choice(at, node, &values)).collect();
            if next == chosen {
                return Ok(values);
            }
            chosen = next;
        }
        let paths: Vec<_> = chosen.iter().map(|(path, value)| format!("{path}: {value}")).collect();
        let message = format!("the presets of {} choose each other without end", paths.join(", "));
        Err(Diagnostic::error("preset-cycle", message).into())
    }
}

fn choice(at: &str, node: &Node, values: &Value) -> Option<(String, String)> {
    let given = values.pointer(at).filter(|value| !value.is_null());
    let value = given.or(node.default.as_ref())?.as_str()?;
    Some((pointer::dotted(at), value.to_owned()))
}

fn collect<'a>(node: &'a Node, at: &str, out: &mut Vec<(String, &'a Node)>) {
    if node.preset {
        out.push((at.to_owned(), node));
    }
    for (key, child) in &node.properties {
        collect(child, &pointer::join(at, key), out);
    }
}
