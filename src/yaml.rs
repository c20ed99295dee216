//! Lossless YAML: documents with byte spans, scalars as Helm reads them, edits, and the one YAML writer.
//!
//! A [`Document`] keeps its text and a tree of spans into it; it is never printed from values. What changes
//! is changed by edits of the text, so every byte that nobody asked to change stays.
//!
//! Helm, kubectl and the Kubernetes API servers read YAML 1.1 (`on` is a bool, `0777` is 511). [`scalar`]
//! reads the same way. Text written here must survive YAML 1.1 and 1.2 readers alike.

mod characters;
mod document;
pub mod edit;
mod gap;
mod node;
mod parse;
pub mod pointer;
pub mod scalar;
pub mod split;
mod tree;
mod value;
pub mod write;

pub use document::Document;
pub use edit::{Change, apply, apply_as, apply_in_order};
pub use node::{Entries, Entry, Items, Node};
pub use scalar::Scalar;
pub use tree::{Kind, Style};
pub use value::equal;
pub use write::Fragment;
