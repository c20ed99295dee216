//! The schema of the whole values model, out of the components' parts.

use std::sync::{Arc, OnceLock};

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
    if findings.has_errors() {
        return Err(findings.sorted());
    }
    if catalog.is_embedded() { Schema::compose_known(fragments) } else { Schema::compose(fragments) }
}

/// The files of a component's part.
fn files(component: &Component) -> impl Iterator<Item = (&Component, String, &str)> {
    let whole = component.files.get("schema.yaml").map(|text| ("schema.yaml".to_owned(), text));
    let by_subject = component.files.below("schema").map(|(path, text)| (format!("schema/{path}"), text));
    let all = whole.into_iter().chain(by_subject.filter(|(path, _)| path.ends_with(".yaml")));
    all.map(move |(path, text)| (component, path, text))
}

fn read((component, path, text): (&Component, String, &str)) -> Result<Fragment, Diagnostics> {
    let source = Source::new(format!("{}/{path}", component.name), text);
    let (value, locate): (_, Arc<dyn Locate + Send + Sync>) = match component.files.value(&path) {
        Some(value) => (value, Arc::new(Unread { source, document: OnceLock::new() })),
        None => {
            let document = Document::parse(source)?;
            (document.to_value()?, Arc::new(document))
        }
    };
    Ok(Fragment { component: component.name.clone(), value, locate })
}

/// The text of a part whose value is known: it is read when a finding needs a place in it.
struct Unread {
    source: Source,
    document: OnceLock<Option<Document>>,
}

impl Locate for Unread {
    fn locate(&self, pointer: &str) -> Option<Place> {
        self.document.get_or_init(|| Document::parse(self.source.clone()).ok()).as_ref()?.locate(pointer)
    }
}

impl Locate for Document {
    fn locate(&self, pointer: &str) -> Option<Place> {
        let node = self.get(pointer)?;
        Some(Place { source: self.source().clone(), key: node.key_span(), value: node.span() })
    }
}
