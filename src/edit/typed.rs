//! The value that a text of the command line stands for, in the type that the schema wants.

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::schema::{Node, set};
use crate::text::Source;
use crate::yaml::{Document, scalar};

/// Types the text. Text stays text where only text may stand; otherwise it is read as YAML, in one line, and `{a,b}` is
/// a list as in `--set`. What fits no type is read as YAML too, so that the check of the result says what is wrong.
pub(super) fn typed(node: Option<&Node>, text: &str) -> Result<Value, Diagnostic> {
    let accepts = |name: &str| node.is_none_or(|node| accepts(node, name));
    let whole = text.trim();
    if accepts("array") && whole.starts_with('{') && !accepts("object") {
        return Ok(list(whole));
    }
    let collection =
        (whole.starts_with('[') && accepts("array")) || (whole.starts_with('{') && accepts("object"));
    if collection {
        let document = Document::parse(Source::new("VALUE", whole))?;
        return document.to_value().map_err(|found| {
            found
                .into_iter()
                .next()
                .unwrap_or_else(|| Diagnostic::error("invalid-yaml", "this value does not read"))
        });
    }
    let read = scalar::plain(whole).to_json().unwrap_or_else(|| Value::String(text.to_owned()));
    let fits = match &read {
        Value::Null => accepts("null") && !text.is_empty(),
        Value::Bool(_) => accepts("boolean"),
        Value::Number(number) if number.is_f64() => accepts("number"),
        Value::Number(_) => accepts("integer") || accepts("number"),
        _ => false,
    };
    Ok(if fits || !accepts("string") { read } else { Value::String(text.to_owned()) })
}

/// `{a,b}` as `--set` reads it; `{}` is the empty list.
fn list(text: &str) -> Value {
    let mut holder = Value::Null;
    match set::set(&format!("v={text}"), &mut holder).ok().and_then(|()| holder.get("v").cloned()) {
        Some(Value::Array(items)) if items != [Value::String(String::new())] => Value::Array(items),
        Some(Value::Array(_)) => Value::Array(Vec::new()),
        _ => Value::String(text.to_owned()),
    }
}

/// True when a value of this type may stand at a node, itself or in one of its alternatives.
fn accepts(node: &Node, name: &str) -> bool {
    let kind = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if node.accepts(name) || node.branches.iter().any(|branch| accepts(branch, name)) {
        return true;
    }
    node.types.is_empty()
        && node.branches.is_empty()
        && (node.allowed.is_empty() || node.allowed.iter().any(|value| kind(value) == name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(types: &[&str], text: &str) -> Value {
        let node = Node { types: types.iter().map(|t| (*t).to_owned()).collect(), ..Node::default() };
        typed(Some(&node), text).expect("reads")
    }

    #[test]
    fn the_schema_decides() {
        assert_eq!(of(&["string"], "1.20"), json!("1.20"));
        assert_eq!(of(&["string"], "true"), json!("true"));
        assert_eq!(of(&["boolean"], "true"), json!(true));
        assert_eq!(of(&["integer"], "4"), json!(4));
        assert_eq!(of(&["number"], "0.5"), json!(0.5));
        assert_eq!(of(&["string", "integer"], "4"), json!(4));
        assert_eq!(of(&["string", "integer"], "4Gi"), json!("4Gi"));
        assert_eq!(of(&["array"], "[a, 1]"), json!(["a", 1]));
        assert_eq!(of(&["array"], "{a,1}"), json!(["a", 1]));
        assert_eq!(of(&["array"], "{}"), json!([]));
        assert_eq!(of(&["object"], "{a: 1}"), json!({"a": 1}));
        assert_eq!(of(&["integer"], "many"), json!("many"));
        assert_eq!(of(&["string"], ""), json!(""));
        assert_eq!(typed(None, "7"), Ok(json!(7)));
    }

    #[test]
    fn a_collection_that_does_not_read_is_a_finding() {
        let node = Node { types: vec!["array".to_owned()], ..Node::default() };
        assert_eq!(typed(Some(&node), "[a").expect_err("open").code, "invalid-yaml");
    }
}
