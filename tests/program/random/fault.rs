//! One fault in a valid file.

use lakehelm::text::Span;
use lakehelm::yaml::{Document, pointer};
use serde_json::{Map, Value, json};

use crate::knobs::Base;
use crate::knobs::leaf::Leaf;
use crate::knobs::place::put;

/// A key that no part of the model has.
const NOBODY: &str = "zzNobodyKnowsThis";

#[derive(Clone)]
pub struct Fault {
    pub kind: &'static str,
    /// The file.
    pub values: Value,
    /// Where the fault is: the value, the unknown key, or what the missing key is missing from.
    pub at: String,
    /// What stands there; none for a missing key.
    pub value: Option<Value>,
}

impl Fault {
    /// The bytes of the place in the file's text.
    pub fn span(&self, document: &Document) -> Span {
        let node = document.get(&self.at).unwrap_or_else(|| panic!("{} is not there", self.at));
        let start = node.key_span().map_or(node.span().start, |key| key.start);
        Span::new(start, node.span().end)
    }
}

/// Faults at a place: values that do not fit the leaf, an unknown key beside it, the key taken away.
pub fn faults(base: &Base, leaf: &Leaf, place: &str) -> Vec<Fault> {
    let mut found = Vec::new();
    let with = |at: &str, value: Value| {
        let mut values = base.user.clone();
        put(&mut values, at, &base.generated.values, value);
        values
    };
    for (kind, value) in wrong(&leaf.node).into_iter().filter(|(_, value)| !leaf.accepts(value)) {
        found.push(Fault {
            kind,
            values: with(place, value.clone()),
            at: place.to_owned(),
            value: Some(value),
        });
    }
    let Some(parent) = pointer::parent(place) else { return found };
    let beside = pointer::join(parent, NOBODY);
    if base.generated.values.pointer(parent).is_some_and(Value::is_object) {
        let value = json!("x");
        found.push(Fault {
            kind: "unknown key",
            values: with(&beside, value.clone()),
            at: beside,
            value: Some(value),
        });
    }
    let mut without = base.user.clone();
    let key = pointer::last(place).unwrap_or_default();
    let removed =
        without.pointer_mut(parent).and_then(Value::as_object_mut).and_then(|map| map.shift_remove(&*key));
    if removed.is_some() {
        found.push(Fault { kind: "missing key", values: without, at: parent.to_owned(), value: None });
    }
    found
}

/// Values that may not fit; the schema says which ones do not.
fn wrong(node: &Value) -> Vec<(&'static str, Value)> {
    let mut found = vec![
        ("switch", json!(true)),
        ("number", json!(12345)),
        ("fraction", json!(1.5)),
        ("words", json!("?? no !!")),
        ("empty text", json!("")),
        ("long text", json!("z".repeat(300))),
        ("empty list", json!([])),
        ("list", json!(["?? no !!"])),
        ("list of maps", json!([{NOBODY: 1}])),
        ("map", json!({NOBODY: [1]})),
        ("empty map", Value::Object(Map::new())),
    ];
    for (bound, step) in [("minimum", -1), ("maximum", 1)] {
        if let Some(number) = node[bound].as_i64() {
            found.push(("out of range", json!(number + step)));
        }
    }
    found.extend(node["enum"][0].as_str().map(|text| ("misspelt word", json!(format!("{text}x")))));
    found
}
