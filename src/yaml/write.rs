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

/// How block collections are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Columns from a map to the map that is a value in it.
    pub(crate) step: usize,
    /// Columns from a map to the dashes of a list that is a value in it.
    pub(crate) dash: usize,
    /// Whether strings may become text blocks.
    pub(crate) text_blocks: bool,
}

impl Default for Layout {
    fn default() -> Self {
        Self { step: 2, dash: 2, text_blocks: true }
    }
}

/// Which strings are quoted between brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// Those that need it.
    Needed,
    /// All of them, with escapes that JSON knows.
    Json,
}

/// A value as block YAML. The first line stands where the caller puts it, the others are indented by
/// `indent` spaces, two more than what they are part of; there is no line break at the end.
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
    collection::block(&mut out, fragment.into(), indent, Layout::default());
    out
}

/// A fragment on one line.
pub fn fragment_flow(fragment: &Fragment<'_>) -> String {
    let mut out = String::new();
    collection::flow(&mut out, fragment.into(), Quotes::Needed);
    out
}

/// A fragment as block YAML in the layout of its surroundings.
pub(crate) fn block_in(fragment: &Fragment<'_>, indent: usize, layout: Layout) -> String {
    let mut out = String::new();
    collection::block(&mut out, fragment.into(), indent, layout);
    out
}

/// A fragment on one line with the quotes of its surroundings.
pub(crate) fn flow_in(fragment: &Fragment<'_>, quotes: Quotes) -> String {
    let mut out = String::new();
    collection::flow(&mut out, fragment.into(), quotes);
    out
}
