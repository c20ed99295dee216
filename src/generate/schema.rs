//! The schema of the whole values model, out of the components' parts.

use std::sync::Arc;

use rayon::prelude::*;

use crate::catalog::{Catalog, Component};
use crate::diagnostic::Diagnostics;
use crate::schema::{Fragment, Locate, Place, Schema};
use crate::text::Source;
use crate::yaml::Document;

/// Joins the `schema.yaml` and `schema/*.yaml` of all components.
pub fn of(catalog: &Catalog) -> Result<Schema, Diagnostics> {
    let files: Vec<_> = catalog.components().iter().flat_map(files).collect();
    let mut fragments = Vec::new();
    let mut findings = Diagnostics::new();
    for read in files.into_par_iter().map(read).collect::<Vec<_>>() {
        match read {
            Ok(fragment) => fragments.push(fragment),
            Err(found) => findings.extend(found),
        }
    }
    if findings.has_errors() { Err(findings.sorted()) } else { Schema::compose(fragments) }
}

/// The files of a component's part, with its name.
fn files(component: &Component) -> impl Iterator<Item = (&str, String, &str)> {
    let whole = component.files.get("schema.yaml").map(|text| ("schema.yaml".to_owned(), text));
    let by_subject = component.files.below("schema").map(|(path, text)| (format!("schema/{path}"), text));
    let all = whole.into_iter().chain(by_subject.filter(|(path, _)| path.ends_with(".yaml")));
    all.map(|(path, text)| (component.name.as_str(), path, text))
}

fn read((component, path, text): (&str, String, &str)) -> Result<Fragment, Diagnostics> {
    let document = Document::parse(Source::new(format!("{component}/{path}"), text))?;
    let value = document.to_value()?;
    Ok(Fragment { component: component.to_owned(), value, locate: Arc::new(document) })
}

impl Locate for Document {
    fn locate(&self, pointer: &str) -> Option<Place> {
        let node = self.get(pointer)?;
        Some(Place { source: self.source().clone(), key: node.key_span(), value: node.span() })
    }
}
