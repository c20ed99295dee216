//! The annotation that Helm 4 gives each document so that it finds the file again.
//!
//! Patches must not see it: without it an object without annotations would behave differently on Helm 3 and
//! Helm 4.

use serde_json::{Map, Value};

/// The annotation of Helm 4.
pub const FILENAME_ANNOTATION: &str = "postrenderer.helm.sh/postrender-filename";

/// Takes the annotation away, and the map that held nothing else.
pub(super) fn hide(object: &mut Value) -> Option<Value> {
    let metadata = object.get_mut("metadata")?.as_object_mut()?;
    let annotations = metadata.get_mut("annotations")?.as_object_mut()?;
    let hidden = annotations.shift_remove(FILENAME_ANNOTATION)?;
    if annotations.is_empty() {
        metadata.shift_remove("annotations");
    }
    Some(hidden)
}

/// Sets the annotation.
pub fn set_filename(object: &mut Value, filename: Value) {
    restore(object, filename);
}

/// Puts the annotation back.
pub(super) fn restore(object: &mut Value, hidden: Value) {
    let Some(object) = object.as_object_mut() else { return };
    let annotations = map_at(object, "metadata").and_then(|metadata| map_at(metadata, "annotations"));
    if let Some(annotations) = annotations {
        annotations.insert(FILENAME_ANNOTATION.to_owned(), hidden);
    }
}

fn map_at<'a>(map: &'a mut Map<String, Value>, key: &str) -> Option<&'a mut Map<String, Value>> {
    let value = map.entry(key).or_insert(Value::Null);
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_annotation_is_hidden_and_comes_back() {
        let mut value = json!({"metadata": {"annotations": {FILENAME_ANNOTATION: "a.yaml"}}});
        let hidden = hide(&mut value).expect("is there");
        assert_eq!(value, json!({"metadata": {}}));
        restore(&mut value, hidden);
        assert_eq!(value, json!({"metadata": {"annotations": {FILENAME_ANNOTATION: "a.yaml"}}}));
        assert_eq!(hide(&mut json!({"metadata": {"annotations": {"a": "b"}}})), None);
    }
}
