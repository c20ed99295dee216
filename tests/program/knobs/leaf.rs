//! The leaves of the schema.

use jsonschema::Validator;
use serde_json::{Value, json};

/// A value without named values below it.
pub struct Leaf {
    /// Where it stands: `[]` is an item of a list, `*` an entry of a map.
    pub path: String,
    /// Its schema; what stands beside a `$ref` is laid over the definition.
    pub node: Value,
    fits: Validator,
}

impl Leaf {
    /// Every leaf of a composed schema, in its order.
    pub fn all(schema: &Value) -> Vec<Self> {
        let mut leaves = Vec::new();
        collect(schema, schema, String::new(), &mut leaves);
        leaves
    }

    /// Whether the schema accepts a value here; rules may still refuse it.
    pub fn accepts(&self, value: &Value) -> bool {
        self.fits.is_valid(value)
    }

    /// The names on the way to it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.path.split('.').filter(|part| !matches!(*part, "[]" | "*"))
    }
}

fn collect(schema: &Value, node: &Value, path: String, leaves: &mut Vec<Leaf>) {
    let node = deref(schema, node);
    let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    if let Some(properties) = node["properties"].as_object().filter(|all| !all.is_empty()) {
        for (name, child) in properties {
            collect(schema, child, join(name), leaves);
        }
        return;
    }
    for (key, mark) in [("items", "[]"), ("additionalProperties", "*")] {
        if node[key].is_object() && deref(schema, &node[key]).get("properties").is_some() {
            return collect(schema, &node[key], join(mark), leaves);
        }
    }
    let alone = json!({"definitions": schema["definitions"], "allOf": [node]});
    let fits = jsonschema::draft7::new(&alone).unwrap_or_else(|fault| panic!("{path}: {fault}"));
    leaves.push(Leaf { path, node, fits });
}

fn deref(schema: &Value, node: &Value) -> Value {
    let Some(reference) = node["$ref"].as_str() else { return node.clone() };
    let target = schema.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference}"));
    let mut whole = deref(schema, target);
    for (key, value) in node.as_object().into_iter().flatten().filter(|(key, _)| *key != "$ref") {
        whole[key] = value.clone();
    }
    whole
}
