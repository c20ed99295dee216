//! The schema of the whole values model, out of the components' parts.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::diagnostic::Diagnostics;
use crate::schema::{Fragment, Locate, Place, Schema};
use crate::text::Source;
use crate::yaml::Document;

/// Joins the `schema.yaml` of all components.
pub fn of(catalog: &Catalog) -> Result<Schema, Diagnostics> {
    let mut fragments = Vec::new();
    for component in catalog.components() {
        let Some(text) = component.files.get("schema.yaml") else { continue };
        let source = Source::new(format!("{}/schema.yaml", component.name), text);
        let document = Document::parse(source)?;
        let value = document.to_value()?;
        fragments.push(Fragment { component: component.name.clone(), value, locate: Arc::new(document) });
    }
    Schema::compose(fragments)
}

impl Locate for Document {
    fn locate(&self, pointer: &str) -> Option<Place> {
        let node = self.get(pointer)?;
        Some(Place { source: self.source().clone(), key: node.key_span(), value: node.span() })
    }
}
