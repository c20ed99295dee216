//! Places of a leaf in a document, and the document with another value there.

use lakehelm::yaml::pointer;
use serde_json::{Value, json};

/// Pointers of a path in the values; a list or map gives its first entries.
pub fn places(values: &Value, path: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for part in path.split('.') {
        found = found
            .into_iter()
            .flat_map(|at| match (part, values.pointer(&at)) {
                ("[]", Some(Value::Array(items))) => {
                    (0..items.len().min(4)).map(|i| pointer::join(&at, &i.to_string())).collect::<Vec<_>>()
                }
                ("*", Some(Value::Object(entries))) => {
                    entries.keys().take(6).map(|key| pointer::join(&at, key)).collect()
                }
                ("[]" | "*", _) => Vec::new(),
                _ => vec![pointer::join(&at, part)],
            })
            .collect();
    }
    found
}

/// Sets a value at a pointer; lists on the way are taken over from the resolved values.
pub fn put(target: &mut Value, place: &str, resolved: &Value, value: Value) {
    let mut at = String::new();
    let mut here = target;
    for step in pointer::segments(place) {
        pointer::push(&mut at, &step);
        let list = resolved.pointer(&at).filter(|value| value.is_array());
        here = match here {
            Value::Array(items) => {
                let item = pointer::index(&step).and_then(|index| items.get_mut(index));
                item.unwrap_or_else(|| panic!("{place}: no such item"))
            }
            map => {
                if !map.is_object() {
                    *map = json!({});
                }
                let Value::Object(map) = map else { unreachable!("it was made one") };
                map.entry(step).or_insert_with(|| list.cloned().unwrap_or_else(|| json!({})))
            }
        };
    }
    *here = value;
}
