//! A values file with every key, what it is for, and its default.

use serde_json::{Map, Value};

use super::Schema;
use super::commented::Writer;

/// The text of the file. It reads as the defaults, and as the only possible value where there is no default.
pub fn text(schema: &Schema) -> String {
    let defaults = match schema.fill(&Value::Object(Map::new()), &|_, _| None) {
        Ok(values) => values,
        // Computed defaults that do not hold are findings of generate; the plain ones serve here.
        Err(_) => super::fill::Filler::default().node(&schema.root, None, "").unwrap_or(Value::Null),
    };
    let mut writer = Writer::with_members();
    writer.comment(
        "Every key of the values file with its default. Copy what you change; leave the rest out.",
        0,
    );
    for (key, node) in &schema.root.properties {
        writer.gap();
        match defaults.get(key) {
            Some(value) => writer.entry(key, node, value, 0),
            None => writer.absent(key, node, 0),
        }
    }
    writer.finish()
}

#[cfg(test)]
mod tests;
