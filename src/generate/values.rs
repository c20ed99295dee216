//! The user's values: read, merged like Helm, checked, filled with presets and defaults.

use serde_json::Value;

use super::Inputs;
use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::cel::Reads;
use crate::schema::set::set;
use crate::schema::{Locate, Place, Schema, merge};
use crate::text::{Source, Span};
use crate::yaml::Document;

/// What the user wrote, with the places it came from.
pub struct UserValues {
    /// All files and `--set` arguments, merged.
    pub value: Value,
    layers: Vec<Layer>,
}

enum Layer {
    File(Document),
    /// An argument, and what it sets on its own.
    Set {
        source: Source,
        own: Value,
    },
}

impl UserValues {
    /// The files.
    fn documents(&self) -> impl Iterator<Item = &Document> {
        self.layers.iter().filter_map(|layer| match layer {
            Layer::File(document) => Some(document),
            Layer::Set { .. } => None,
        })
    }
}

/// Reads and merges; all files are read before any finding is reported. What `--set` says takes the types of the schema.
pub fn read(schema: &Schema, inputs: &Inputs) -> Result<UserValues, Diagnostics> {
    let mut findings = Diagnostics::new();
    let mut value = Value::Object(serde_json::Map::new());
    let mut layers = Vec::new();
    for source in &inputs.values {
        match Document::parse(source.clone()).map_err(Diagnostics::from).and_then(|d| Ok((d.to_value()?, d)))
        {
            Ok((own, document)) => {
                merge(&mut value, &own);
                layers.push(Layer::File(document));
            }
            Err(found) => findings.extend(found),
        }
    }
    for argument in &inputs.sets {
        let source = Source::new("--set", argument.as_str());
        let whole = Span::new(0, argument.len());
        let mut own = Value::Null;
        match set(argument, &mut own).and_then(|()| set(argument, &mut value)) {
            Ok(()) => {
                schema.fit(&own, &mut value);
                layers.push(Layer::Set { source, own });
            }
            Err(error) => findings.push(
                Diagnostic::error("invalid-set", format!("--set cannot be read: {error}"))
                    .at(&source, whole, "")
                    .expected("PATH=VALUE[,PATH=VALUE], as helm reads it")
                    .help("Quote the argument for the shell: --set 'a.b=1,list[0]=x'."),
            ),
        }
    }
    if findings.has_errors() { Err(findings.sorted()) } else { Ok(UserValues { value, layers }) }
}

/// The resolved values, or everything that is wrong with the user's.
pub fn resolve(
    schema: &Schema,
    catalog: &Catalog,
    inputs: &Inputs,
) -> Result<(Value, Diagnostics), Diagnostics> {
    let user = read(schema, inputs)?;
    // Rules assume the right types, so they wait until the shape is right.
    let mut shape = schema.validate(&user.value, &user);
    shape.extend(schema.check_secrets(&user.value, &user));
    user.documents().for_each(|document| shape.extend(schema.check_scalars(document)));
    if shape.has_errors() {
        return Err(shape.sorted());
    }
    let resolved = schema.fill(&user.value, &|property, value| preset(catalog, property, value))?;
    let data = |component: &str, reads: &Reads| {
        catalog.component(component).map_or(Value::Null, |component| component.data.part(reads))
    };
    let mut findings = shape;
    findings.extend(schema.validate_resolved(&resolved, &user));
    if findings.has_errors() {
        return Err(findings.sorted());
    }
    findings.extend(schema.check_rules(&resolved, &data, &user));
    findings.extend(schema.check_keys(&resolved, &data, &user));
    let findings = findings.sorted();
    if findings.has_errors() { Err(findings) } else { Ok((resolved, findings)) }
}

/// The values file that a value of an `x-preset` property picks.
pub fn preset(catalog: &Catalog, property: &str, value: &str) -> Option<Value> {
    let path = format!("presets/{property}/{value}.yaml");
    let mut found = None;
    for component in catalog.components() {
        let Some(text) = component.files.get(&path) else { continue };
        let read =
            || Document::parse(Source::new(format!("{}/{path}", component.name), text)).ok()?.to_value().ok();
        // A preset that does not read is caught by the tests of the catalogue; here it counts as absent.
        let own = component.files.value(&path).or_else(read)?;
        merge(found.get_or_insert_with(|| Value::Object(serde_json::Map::new())), &own);
    }
    found
}

impl Locate for UserValues {
    fn locate(&self, pointer: &str) -> Option<Place> {
        self.layers.iter().rev().find_map(|layer| match layer {
            Layer::File(document) => document.locate(pointer),
            Layer::Set { source, own } => {
                let named = !pointer.is_empty() && own.pointer(pointer).is_some();
                named.then(|| Place {
                    source: source.clone(),
                    key: None,
                    value: Span::new(0, source.text().len()),
                })
            }
        })
    }
}
