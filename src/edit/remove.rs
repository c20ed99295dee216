//! Taking a path away.

use serde_json::Value;

use super::{Path, Step};
use crate::diagnostic::Diagnostics;
use crate::schema::{Schema, pointer};
use crate::yaml::{Change, Document, apply};

/// The document without one path. Maps that hold nothing any more go too, where the schema names their keys: an empty
/// one says nothing.
pub fn remove(document: &Document, schema: &Schema, path: &Path) -> Result<Document, Diagnostics> {
    path.nodes(schema)?;
    let written = document.to_value()?;
    let mut at = path.pointer_in(&written)?;
    let steps: Vec<_> = path.steps().collect();
    for step in steps.iter().rev() {
        let Some(above) = pointer::parent(&at).filter(|above| !above.is_empty()) else { break };
        let alone = written.pointer(above).and_then(Value::as_object).is_some_and(|map| map.len() == 1);
        let named = schema.node_at(above).is_some_and(|node| node.is_branch());
        if !(matches!(step, Step::Key(_)) && alone && named && !is_item(&written, above)) {
            break;
        }
        at = above.to_owned();
    }
    Ok(apply(document, &[Change::remove(at)])?)
}

/// True for an item of a list: it counts even when it holds nothing.
fn is_item(written: &Value, at: &str) -> bool {
    pointer::parent(at).and_then(|above| written.pointer(above)).is_some_and(Value::is_array)
}
