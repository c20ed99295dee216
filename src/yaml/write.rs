//! The one YAML writer. What it writes reads the same under YAML 1.1 and 1.2.
//!
//! A string is written plain only when no reader could take it for anything else; it is never folded.

mod collection;
mod fragment;
mod number;
mod quote;
mod string;

use serde_json::Value;

pub use fragment::Fragment;
pub use string::string;

/// Where a scalar stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A value in block style. The lines of a text block are indented by `indent` spaces, two more than
    /// the collection that holds it.
    Block {
        /// Spaces before each line of a text block.
        indent: usize,
    },
    /// A value that must stay on one line: between brackets, or printed into a line.
    Flow,
    /// A key in block style.
    Key,
}

/// A value as block YAML. The first line stands where the caller puts it, the others are indented by
/// `indent` spaces; there is no line break at the end.
pub fn block(value: &Value, indent: usize) -> String {
    fragment_block(&Fragment::Value(value), indent)
}

/// A value on one line.
pub fn flow(value: &Value) -> String {
    fragment_flow(&Fragment::Value(value))
}

/// A scalar; a collection is written on one line.
pub fn scalar(value: &Value, place: Place) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => number::number(value),
        Value::String(text) => string(text, place),
        Value::Array(_) | Value::Object(_) => flow(value),
    }
}

/// A fragment as block YAML; see [`block`].
pub fn fragment_block(fragment: &Fragment<'_>, indent: usize) -> String {
    let mut out = String::new();
    collection::block(&mut out, fragment.into(), indent);
    out
}

/// A fragment on one line.
pub fn fragment_flow(fragment: &Fragment<'_>) -> String {
    let mut out = String::new();
    collection::flow(&mut out, fragment.into());
    out
}
