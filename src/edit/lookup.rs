//! What stands at a path.

use serde_json::Value;

use super::Path;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::Schema;
use crate::yaml::Document;

/// What was found at a path.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// The file says it.
    Written(Value),
    /// The file says nothing; the finding tells so.
    NotWritten(Box<Diagnostic>),
}

/// The written value of a path that the schema has.
pub fn lookup(document: &Document, schema: &Schema, path: &Path) -> Result<Found, Diagnostics> {
    path.nodes(schema)?;
    let written = document.to_value()?;
    Ok(match path.pointer_in(&written) {
        Ok(at) => Found::Written(written.pointer(&at).cloned().unwrap_or(Value::Null)),
        Err(finding) => Found::NotWritten(Box::new(finding)),
    })
}
