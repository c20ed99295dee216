//! The schema of the whole values model, out of the components' parts.

use crate::catalog::Catalog;
use crate::diagnostic::Diagnostics;
use crate::schema::{Fragment, Schema};
use crate::text::Source;
use crate::yaml::Document;

/// Joins the `schema.yaml` of all components.
pub fn of(catalog: &Catalog) -> Result<Schema, Diagnostics> {
    let mut fragments = Vec::new();
    for component in catalog.components() {
        let Some(text) = component.files.get("schema.yaml") else { continue };
        let source = Source::new(format!("{}/schema.yaml", component.name), text);
        let document = Document::parse(source.clone())?;
        fragments.push(Fragment { component: component.name.clone(), value: document.to_value()?, source });
    }
    Schema::compose(fragments)
}
