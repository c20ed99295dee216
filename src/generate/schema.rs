//! The schema of the whole values model, out of the components' parts.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::diagnostic::Diagnostics;
use crate::schema::{Fragment, Locate, Place, Schema};
use crate::text::Source;
use crate::yaml::Document;

/// Joins the `schema.yaml` and `schema/*.yaml` of all components.
pub fn of(catalog: &Catalog) -> Result<Schema, Diagnostics> {
    let mut fragments = Vec::new();
    for component in catalog.components() {
        let whole = component.files.get("schema.yaml").map(|text| ("schema.yaml".to_owned(), text));
        let by_subject = component.files.below("schema").map(|(path, text)| (format!("schema/{path}"), text));
        for (path, text) in whole.into_iter().chain(by_subject.filter(|(path, _)| path.ends_with(".yaml"))) {
            let document = Document::parse(Source::new(format!("{}/{path}", component.name), text))?;
            let value = document.to_value()?;
            fragments.push(Fragment { component: component.name.clone(), value, locate: Arc::new(document) });
        }
    }
    Schema::compose(fragments)
}

impl Locate for Document {
    fn locate(&self, pointer: &str) -> Option<Place> {
        let node = self.get(pointer)?;
        Some(Place { source: self.source().clone(), key: node.key_span(), value: node.span() })
    }
}
