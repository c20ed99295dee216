//! The JSON Schema of the configuration, for editors.

use serde_json::{Value, json};

use super::recipe::Recipes;
use crate::catalog::Files;
use crate::diagnostic::Diagnostic;

/// The schema of `_post-render/schema.yaml`, with the names of the catalogue's recipes.
pub fn of(shared: &Files) -> Result<Value, Diagnostic> {
    let missing = || Diagnostic::error("incomplete-catalog", "the catalogue has no _post-render/schema.yaml");
    let text = shared.get("_post-render/schema.yaml").ok_or_else(missing)?;
    let mut schema: Value = serde_yaml::from_str(text).map_err(|error| {
        Diagnostic::error(
            "unreadable-table",
            format!("the catalogue's _post-render/schema.yaml cannot be read: {error}"),
        )
    })?;
    if let Some(map) = schema.as_object_mut() {
        map.shift_insert(0, "$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    }
    let recipes = Recipes::of(shared);
    let names: Vec<&str> = recipes.names().collect();
    if let Some(name) =
        schema.pointer_mut("/definitions/recipe/properties/name").and_then(Value::as_object_mut)
    {
        name.shift_remove("type");
        name.insert("enum".to_owned(), json!(names));
    }
    Ok(schema)
}
