//! `{{ name }}` in the values, resolved from the closed list of the plan.

use serde_json::Value;

use super::{Inputs, values};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::near::near;
use crate::schema::node::Free;
use crate::schema::{Locate, Node, Schema, nearest, pointer};

/// The values with every placeholder replaced; an unknown name is a finding at its place.
pub(super) fn fill(
    schema: &Schema,
    values: &Value,
    plan: &Value,
    inputs: &Inputs,
) -> Result<Value, Diagnostics> {
    let mut filled = values.clone();
    let mut unknown = Vec::new();
    walk(schema.root(), &mut filled, "", plan, &mut unknown);
    if unknown.is_empty() {
        return Ok(filled);
    }
    // Only a finding needs the places, so only then the files are read again.
    let user = values::read(schema, inputs)?;
    let findings: Vec<_> = unknown.into_iter().map(|(at, name)| finding(&at, &name, plan, &user)).collect();
    let mut all = Diagnostics::new();
    all.extend(findings);
    Err(all.sorted())
}

/// Replaces in every value whose schema says `x-placeholders`.
fn walk(node: &Node, value: &mut Value, at: &str, plan: &Value, unknown: &mut Vec<(String, String)>) {
    if node.placeholders {
        return replace(value, at, plan, unknown);
    }
    match value {
        Value::Object(entries) => {
            for (key, entry) in entries.iter_mut() {
                let free = match &node.free {
                    Free::Each(each) => Some(&**each),
                    Free::Closed | Free::Any => None,
                };
                if let Some(child) = node.property(key).or(free) {
                    walk(child, entry, &pointer::join(at, key), plan, unknown);
                }
            }
        }
        Value::Array(items) => {
            if let Some(child) = &node.items {
                for (index, item) in items.iter_mut().enumerate() {
                    walk(child, item, &pointer::join(at, &index.to_string()), plan, unknown);
                }
            }
        }
        _ => {}
    }
}

/// Replaces in all texts below a value.
fn replace(value: &mut Value, at: &str, plan: &Value, unknown: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) if text.contains("{{") => {
            let (replaced, missing) = expand(text, plan);
            unknown.extend(missing.into_iter().map(|name| (at.to_owned(), name)));
            *text = replaced;
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                replace(item, &pointer::join(at, &index.to_string()), plan, unknown);
            }
        }
        Value::Object(entries) => {
            for (key, entry) in entries.iter_mut() {
                replace(entry, &pointer::join(at, key), plan, unknown);
            }
        }
        _ => {}
    }
}

/// The text with known names replaced, and the unknown ones.
fn expand(text: &str, plan: &Value) -> (String, Vec<String>) {
    let (mut out, mut unknown, mut rest) = (String::new(), Vec::new(), text);
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, behind)) = after.split_once("}}") else { break };
        let name = name.trim();
        out.push_str(before);
        match plan.get("placeholders").and_then(|all| all.get(name)).and_then(Value::as_str) {
            Some(value) => out.push_str(value),
            None => unknown.push(name.to_owned()),
        }
        rest = behind;
    }
    out.push_str(rest);
    (out, unknown)
}

fn finding(at: &str, name: &str, plan: &Value, user: &dyn Locate) -> Diagnostic {
    let names: Vec<&str> = plan
        .get("placeholders")
        .and_then(Value::as_object)
        .map(|all| all.keys().map(String::as_str).collect())
        .unwrap_or_default();
    let mut finding =
        Diagnostic::error("unknown-placeholder", format!("there is no placeholder {{{{ {name} }}}}"))
            .found(name)
            .expected(format!("one of {}", names.join(", ")));
    if let Some((place, _)) = nearest(user, at) {
        finding = finding.at(&place.source, place.value_span(), "");
    }
    match near(name, names.iter().copied()) {
        Some(near) => finding.help(format!("Did you mean {{{{ {near} }}}}?")),
        None => finding.help("A placeholder of a component that is switched off does not exist."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_replaced_and_unknown_ones_collected() {
        let plan = json!({"placeholders": {"a.b": "X"}});
        assert_eq!(expand("{{ a.b }}/{{a.b}}", &plan), ("X/X".to_owned(), vec![]));
        assert_eq!(expand("{{ nope }} {{", &plan), (" {{".to_owned(), vec!["nope".to_owned()]));
    }
}
