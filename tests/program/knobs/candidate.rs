//! Other values to try at a leaf.

use serde_json::{Value, json};

use super::leaf::Leaf;

/// Texts of the forms that values have; the schema picks those that fit.
const TEXTS: [&str; 16] = [
    "zz",
    "7Gi",
    "7g",
    "77s",
    "7",
    "zz.example.com",
    "http://zz.example.com:9000",
    "s3://zz/zz/",
    "9.9.9",
    "0.77",
    "ZZ",
    "/zz",
    "local:///zz.jar",
    "zz:2181",
    "10.99.0.0/16",
    "arn:aws:iam::123456789012:role/zz",
];

/// Values that the schema accepts in the place of `now`, the likeliest first: the schema's own example, its default, its choices.
pub fn candidates(leaf: &Leaf, now: &Value) -> Vec<Value> {
    let node = &leaf.node;
    let mut found: Vec<Value> =
        ["x-example", "default"].iter().filter_map(|key| node.get(key)).cloned().collect();
    found.extend(node["enum"].as_array().cloned().unwrap_or_default());
    let kind = match &node["type"] {
        Value::Array(kinds) => kinds.first().and_then(Value::as_str),
        kind => kind.as_str(),
    };
    match kind {
        Some("boolean") => found.push(json!(!now.as_bool().unwrap_or(false))),
        Some("integer" | "number") => {
            let number = now.as_i64().unwrap_or(1);
            found.extend([number + 1, number + 2, number - 1, number * 2, 3].map(|n| json!(n)));
        }
        Some("array") => {
            let items = now.as_array().cloned().unwrap_or_default();
            for item in ["zz", "CATALOG_READ_PROPERTIES", "--zz"] {
                found.push(Value::Array(items.iter().cloned().chain([json!(item)]).collect()));
            }
            found.push(Value::Array(items.iter().skip(1).cloned().collect()));
        }
        Some("object") => {
            for (key, value) in
                [("zz", json!("zz")), ("zz.example/zz", json!("zz")), ("limits", json!({"memory": "777Mi"}))]
            {
                let mut map = now.as_object().cloned().unwrap_or_default();
                map.insert(key.to_owned(), value);
                found.push(Value::Object(map));
            }
        }
        _ => found.extend(TEXTS.map(|text| json!(text))),
    }
    found.retain(|other| other != now && leaf.accepts(other));
    found
}
