//! Values and types in plain words.

use serde_json::Value;

use super::near::or;
use super::node::Node;
use super::pointer;
use crate::diagnostic::redact::is_credential;

/// What stands at a place: `3`, `"three"`, `a list of 2`.
pub(crate) fn value(value: &Value, at: &str) -> String {
    match value {
        Value::Null => "nothing (null)".to_owned(),
        Value::Array(list) if list.is_empty() => "an empty list".to_owned(),
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::Object(map) if map.is_empty() => "an empty map".to_owned(),
        Value::Object(map) => {
            let keys: Vec<_> = map.keys().take(3).map(|key| format!("`{key}`")).collect();
            let more = if map.len() > keys.len() { ", …" } else { "" };
            format!("a map with {}{more}", keys.join(", "))
        }
        Value::String(_) if pointer::last(at).is_some_and(|key| is_credential(&key)) => {
            "text (not shown: it may be a credential)".to_owned()
        }
        Value::String(text) => format!("{:?}", shorten(text)),
        scalar => scalar.to_string(),
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

/// A JSON Schema type.
pub(crate) fn kind(name: &str) -> &'static str {
    match name {
        "string" => "text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a map",
        "null" => "nothing",
        _ => "something else",
    }
}

/// The type of a value.
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Types as alternatives.
pub(crate) fn kinds<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut words: Vec<String> = Vec::new();
    for name in names {
        let word = kind(name).to_owned();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    or(&words)
}

/// Allowed values as alternatives; long lists are cut.
pub(crate) fn choices(values: &[Value]) -> String {
    if values.len() > 24 { format!("{}, …", list(&values[..24])) } else { or(&texts(values)) }
}

/// Values one after the other.
pub(crate) fn list(values: &[Value]) -> String {
    texts(values).join(", ")
}

fn texts(values: &[Value]) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    values.iter().map(text).collect()
}

/// `at least 1`, `1 to 7`.
pub(crate) fn range((low, high): (Option<f64>, Option<f64>)) -> Option<String> {
    match (low, high) {
        (Some(low), Some(high)) => Some(format!("{low} to {high}")),
        (Some(low), None) => Some(format!("at least {low}")),
        (None, Some(high)) => Some(format!("at most {high}")),
        (None, None) => None,
    }
}

/// What may stand at a node, in one phrase; empty when anything may.
pub fn shape(node: &Node) -> String {
    if !node.allowed.is_empty() {
        return choices(&node.allowed);
    }
    if node.types.is_empty() && !node.branches.is_empty() {
        let mut words: Vec<String> = Vec::new();
        for word in node.branches.iter().map(shape).filter(|word| !word.is_empty()) {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        return or(&words);
    }
    let mut words = kinds(node.types.iter().map(String::as_str));
    if let Some(range) = range(node.range) {
        words.push_str(&format!(" ({range})"));
    }
    if let Some(items) = node.items.as_deref().map(shape).filter(|items| !items.is_empty()) {
        words.push_str(&format!(" ({items} each)"));
    }
    words
}

/// A place in the values as messages name it.
pub(crate) fn place(at: &str) -> String {
    if at.is_empty() { "the values".to_owned() } else { format!("`{}`", pointer::dotted(at)) }
}
