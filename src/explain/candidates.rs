//! Other values that a place may take, to see what they change.

use serde_json::{Value, json};

use crate::schema::Node;

/// Texts of the forms that schemas ask for; the generator has the last word on each.
const TEXTS: [&str; 12] = [
    "other",
    "7Gi",
    "7g",
    "77s",
    "77 s",
    "7",
    "http://other.example.com:9000",
    "s3://other/path/",
    "9.9.9",
    "other.example.com",
    "/other",
    "123456789012",
];

/// Values to try instead of the one that holds now, the likely ones first.
pub(super) fn candidates(node: &Node, now: &Value) -> Vec<Value> {
    let mut found = node.allowed.clone();
    found.extend(node.example.clone());
    let kinds = std::iter::once(node).chain(&node.branches).flat_map(|node| &node.types);
    for kind in kinds {
        match kind.as_str() {
            "boolean" => found.push(json!(!now.as_bool().unwrap_or(false))),
            "integer" | "number" => {
                let number = now.as_i64().unwrap_or(1);
                found.extend([number + 1, number + 2, number * 2, number - 1, 3].map(Value::from));
            }
            "string" => found.extend(TEXTS.map(Value::from)),
            "array" => {
                let items = now.as_array().cloned().unwrap_or_default();
                let more =
                    node.items.as_deref().map(|item| candidates(item, &Value::Null)).unwrap_or_default();
                found.extend(
                    more.into_iter().take(4).map(|item| items.iter().cloned().chain([item]).collect()),
                );
                found.push(items.iter().skip(1).cloned().collect());
            }
            "object" => {
                for value in [json!("other"), json!(7)] {
                    let mut map = now.as_object().cloned().unwrap_or_default();
                    map.insert("other".to_owned(), value);
                    found.push(Value::Object(map));
                }
            }
            _ => {}
        }
    }
    found.retain(|other| other != now);
    found
}
