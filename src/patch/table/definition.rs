//! Merge keys that a CustomResourceDefinition gives: `x-kubernetes-list-type`, `x-kubernetes-list-map-keys`,
//! `x-kubernetes-map-type`.

use serde_json::Value;

use super::customs::Kinds;
use super::{Field, Shape, Table};

impl Table {
    /// True when the table has rules for a kind, in any group and version.
    pub fn knows_kind(&self, kind: &str) -> bool {
        self.builtin.objects.iter().any(|(_, kinds)| kinds.contains_key(kind))
            || self.customs.get().catalogue.iter().any(|known| known.rsplit('/').next() == Some(kind))
    }

    /// Learns the lists of a CustomResourceDefinition. What the table knows already stays.
    pub fn learn(&mut self, definition: &Value) {
        let text = |place: &str| definition.pointer(place).and_then(Value::as_str);
        let (Some(group), Some(kind)) = (text("/spec/group"), text("/spec/names/kind")) else { return };
        let known = self.customs.get_mut();
        if known.catalogue.contains(&format!("{group}/{kind}")) {
            return;
        }
        let versions = definition.pointer("/spec/versions").and_then(Value::as_array);
        for version in versions.into_iter().flatten() {
            let name = version.get("name").and_then(Value::as_str);
            let schema = version.pointer("/schema/openAPIV3Schema");
            let Some((name, schema)) = name.zip(schema) else { continue };
            let api_version = format!("{group}/{name}");
            let of = format!("{api_version}/{kind}");
            if known.add_type(&of, schema) {
                known.definitions.entry(api_version).or_default().insert(kind.to_owned(), of);
            }
        }
    }
}

impl Kinds {
    /// Adds the fields of a map that have rules; false when it has none.
    fn add_type(&mut self, name: &str, schema: &Value) -> bool {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (key, property) in properties.into_iter().flatten() {
            let field = self.field_of(&format!("{name}/{key}"), property);
            if field != Field::default() {
                self.types.entry(name.to_owned()).or_default().insert(key.clone(), field);
            }
        }
        self.types.contains_key(name)
    }

    fn field_of(&mut self, name: &str, schema: &Value) -> Field {
        let text = |key: &str| schema.get(key).and_then(Value::as_str);
        let typed = |table: &mut Self, below: &Value| table.add_type(name, below).then(|| name.to_owned());
        if let Some(items) = schema.get("items") {
            let keys = || {
                let keys = schema.get("x-kubernetes-list-map-keys")?.as_array()?;
                keys.iter().map(|key| key.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
            };
            let merge = match text("x-kubernetes-list-type") {
                Some("map") => keys().filter(|keys| !keys.is_empty()),
                Some("set") => Some(Vec::new()),
                _ => None,
            };
            // Below a list that is replaced nothing merges.
            let Some(merge) = merge else { return Field::default() };
            return Field { of: typed(self, items), shape: Shape::List, merge: Some(merge), replace: false };
        }
        if text("x-kubernetes-map-type") == Some("atomic") {
            return Field { replace: true, ..Field::default() };
        }
        if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) {
            let of = typed(self, values);
            return if of.is_some() {
                Field { of, shape: Shape::Map, ..Field::default() }
            } else {
                Field::default()
            };
        }
        Field { of: typed(self, schema), ..Field::default() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_of_definitions_merge() {
        let definition = json!({"spec": {"group": "g.io", "names": {"kind": "K"}, "versions": [{"name": "v1", "schema": {"openAPIV3Schema": {"properties": {"spec": {"properties": {
            "parts": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["id"],
                "items": {"properties": {"tags": {"x-kubernetes-list-type": "set", "items": {}}}}},
            "plain": {"items": {"properties": {"a": {"x-kubernetes-list-type": "set", "items": {}}}}},
            "whole": {"x-kubernetes-map-type": "atomic", "properties": {"a": {}}},
            "named": {"additionalProperties": {"properties": {"l": {"x-kubernetes-list-type": "set", "items": {}}}}},
        }}}}}}]}});
        let mut table = Table::default();
        table.learn(&definition);
        let spec = table.object("g.io/v1", "K", true).field("spec");
        assert_eq!(spec.field("parts").merge_keys(), Some(["id".to_owned()].as_slice()));
        assert_eq!(spec.field("parts").item().field("tags").merge_keys(), Some([].as_slice()));
        assert_eq!(spec.field("plain").merge_keys(), None);
        assert!(spec.field("whole").replaces());
        assert!(spec.field("named").field("any").field("l").merge_keys().is_some());
        assert!(table.object("g.io/v2", "K", true).field("spec").field("parts").merge_keys().is_none());
        assert!(table.object("g.io/v1", "K", false).field("spec").field("parts").merge_keys().is_none());
    }
}
