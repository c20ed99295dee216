//! Patches: what they make of a value, and the edits that make it of a document.
//!
//! A patch works on the value of an object. When all patches are done, [`write`](write()) turns the difference
//! between the old value and the new one into edits of the document: what no patch changed keeps its bytes.

mod changes;
pub mod file;
pub mod json;
pub mod merge;
mod path;
mod properties;
mod spelling;
pub mod table;
pub mod text;

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::yaml::{self, Document};

pub use path::{Steps, get, locate};
pub use spelling::Spelling;
pub use table::Table;

/// Why a patch does not fit an object. Neither sentence holds a value of the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place in the object, as a JSON pointer.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// How to go on.
    pub help: Option<String>,
}

impl Fault {
    /// A fault at a place.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into(), help: None }
    }

    /// Says how to go on.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The document, whose value is `old`, with the wanted value; scalars of the patches keep their authors' spelling.
///
/// The result is read again, and must have exactly the wanted value.
#[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
pub fn write(
    document: &Document,
    old: &Value,
    wanted: &Value,
    spelling: &Spelling,
) -> Result<Document, Diagnostic> {
    yaml::apply_as(document, &changes::between(old, wanted, spelling), wanted)
}
