//! What the writer writes: values, and scalars that keep their author's text.

use std::borrow::Cow;

use serde_json::Value;

use crate::diagnostic::Diagnostics;
use crate::yaml::{Kind, Node, Style, value};

/// A piece of YAML to write.
///
/// A value read from YAML and written again could change its spelling (`0x1F`, `1.10`); a fragment made
/// from a [`Node`] keeps the text of its scalars.
#[derive(Clone, Debug, PartialEq)]
pub enum Fragment<'a> {
    /// A value.
    Value(&'a Value),
    /// A value of its own.
    Owned(Value),
    /// A scalar on one line, as its author wrote it.
    Author {
        /// The text, quotes included.
        text: &'a str,
        /// The value that it reads as.
        value: Value,
    },
    /// A list.
    Sequence(Vec<Fragment<'a>>),
    /// A map.
    Mapping(Vec<(Cow<'a, str>, Fragment<'a>)>),
}

impl<'a> Fragment<'a> {
    /// What a node holds. Aliases and merge keys are expanded; tags and anchors are not written.
    pub fn from_node(node: Node<'a>) -> Result<Fragment<'a>, Diagnostics> {
        // The value is read first: it finds what is wrong, and it bounds what aliases expand to.
        let value = value::read(node)?;
        Ok(Self::spell(node, value))
    }

    fn spell(node: Node<'a>, value: Value) -> Fragment<'a> {
        let expanded = node.kind() == Kind::Alias || node.tag().is_some();
        match value {
            _ if expanded => Fragment::Owned(value),
            Value::Array(values) => Fragment::Sequence(
                node.items().zip(values).map(|(item, value)| Self::spell(item, value)).collect(),
            ),
            Value::Object(map) if node.entries().any(|entry| entry.key.is_merge_key()) => {
                Fragment::Owned(Value::Object(map))
            }
            Value::Object(map) => Fragment::Mapping(
                node.entries()
                    .zip(map)
                    .map(|(entry, (key, value))| (Cow::Owned(key), Self::spell(entry.value, value)))
                    .collect(),
            ),
            value => {
                let text = node.text();
                let one_line =
                    matches!(node.style(), Style::Plain | Style::SingleQuoted | Style::DoubleQuoted)
                        && !text.is_empty()
                        && !text.contains(['\n', '\r']);
                if one_line { Fragment::Author { text, value } } else { Fragment::Owned(value) }
            }
        }
    }

    /// The value that it reads as.
    pub fn to_value(&self) -> Value {
        match self {
            Fragment::Value(value) => (*value).clone(),
            Fragment::Owned(value) | Fragment::Author { value, .. } => value.clone(),
            Fragment::Sequence(items) => Value::Array(items.iter().map(Fragment::to_value).collect()),
            Fragment::Mapping(entries) => Value::Object(
                entries.iter().map(|(key, value)| (key.clone().into_owned(), value.to_value())).collect(),
            ),
        }
    }
}

impl<'a> From<&'a Value> for Fragment<'a> {
    fn from(value: &'a Value) -> Self {
        Fragment::Value(value)
    }
}
