//! The values model: composed from the components' parts, checked, filled in, and turned into documents.

mod build;
pub mod cel;
mod commented;
mod compose;
mod defaults;
mod expressions;
mod fill;
mod fit;
pub mod helm;
mod keys;
mod lint;
pub mod locate;
pub mod merge;
pub mod near;
pub mod node;
mod path;
mod preset;
pub mod reference;
mod rule_lint;
mod rules;
mod scalars;
mod secrets;
pub mod set;
mod sources;
pub mod table;
#[cfg(test)]
pub(crate) mod testing;
mod validate;
mod walk;
pub mod words;

use jsonschema::Validator;
use serde_json::Value;

pub use compose::Fragment;
pub use locate::{Locate, Nowhere, Place, nearest};
pub use merge::merge;
pub use node::Node;

pub use crate::yaml::pointer;

/// The composed schema of the values file.
pub struct Schema {
    root: Node,
    composed: Value,
    validator: Validator,
    expressions: expressions::Expressions,
    sources: sources::Sources,
}

impl Schema {
    /// The tree of the values model.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The JSON Schema (draft-07), own keywords kept.
    pub fn composed(&self) -> &Value {
        &self.composed
    }

    /// The node behind a pointer into values: `/store/items/0/name`.
    pub fn node_at(&self, at: &str) -> Option<&Node> {
        pointer::segments(at).try_fold(&self.root, |node, segment| node.child(&segment))
    }
}
