//! Wrong values for `helm --set`, taken from a chart's own schema.

use serde_json::Value;

/// `--set` arguments that the schema must refuse: an unknown key beside known ones and a word where a number or a switch stands,
/// at the top and in the first nested object that has such a leaf.
pub fn wrong_sets(schema: &Value, prefix: &str) -> Vec<String> {
    let mut sets = vec![format!("{prefix}misspeltKey=1")];
    if let Some(path) = typed_leaf(schema, schema) {
        sets.push(format!("{prefix}{path}=notThis"));
        if let Some((parent, _)) = path.rsplit_once('.') {
            sets.push(format!("{prefix}{parent}.misspeltKey=1"));
        }
    }
    sets
}

/// The first leaf that holds a number or a switch and no string, `global` aside.
fn typed_leaf(node: &Value, root: &Value) -> Option<String> {
    let node = resolve(node, root);
    for (name, child) in node.get("properties")?.as_object()? {
        let child = resolve(child, root);
        if name == "global" {
            continue;
        }
        match child.get("type").and_then(Value::as_str) {
            Some("integer" | "number" | "boolean") => return Some(name.replace('.', "\\.")),
            Some("object") if child.get("additionalProperties") == Some(&Value::Bool(false)) => {
                if let Some(below) = typed_leaf(child, root) {
                    return Some(format!("{}.{below}", name.replace('.', "\\.")));
                }
            }
            _ => {}
        }
    }
    None
}

fn resolve<'a>(node: &'a Value, root: &'a Value) -> &'a Value {
    let target = node.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
    target.and_then(|pointer| root.pointer(pointer)).unwrap_or(node)
}
