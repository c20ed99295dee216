//! Rendered manifests as data, to compare what different Helms make of one chart.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// Objects by kind, namespace and name; text, order and comments are gone.
pub fn objects(manifest: &str) -> Result<BTreeMap<String, Value>, String> {
    let mut found = BTreeMap::new();
    for document in serde_yaml::Deserializer::from_str(manifest) {
        let value = Value::deserialize(document).map_err(|fault| fault.to_string())?;
        if value.is_null() {
            continue;
        }
        let part = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or("-").to_owned();
        let identity =
            format!("{} {}/{}", part("/kind"), part("/metadata/namespace"), part("/metadata/name"));
        if found.insert(identity.clone(), value).is_some() {
            return Err(format!("{identity} stands twice"));
        }
    }
    Ok(found)
}

/// The first place at which two sets of objects differ.
pub fn difference(left: &BTreeMap<String, Value>, right: &BTreeMap<String, Value>) -> Option<String> {
    for identity in left.keys().chain(right.keys()) {
        match (left.get(identity), right.get(identity)) {
            (Some(a), Some(b)) => {
                if let Some(found) = first(a, b, identity) {
                    return Some(found);
                }
            }
            _ => return Some(format!("{identity} is in one of them only")),
        }
    }
    None
}

fn first(left: &Value, right: &Value, path: &str) -> Option<String> {
    match (left, right) {
        (Value::Object(a), Value::Object(b)) => a.keys().chain(b.keys()).find_map(|key| {
            let none = Value::Null;
            first(a.get(key).unwrap_or(&none), b.get(key).unwrap_or(&none), &format!("{path}/{key}"))
        }),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(at, (a, b))| first(a, b, &format!("{path}/{at}")))
        }
        _ if left == right => None,
        _ => Some(format!("{path}: {left} against {right}")),
    }
}
