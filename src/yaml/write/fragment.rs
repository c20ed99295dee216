//! What the writer writes: values, and scalars that keep their author's text.

use std::borrow::Cow;

use serde_json::Value;

use super::collection::View;
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

    /// What it is.
    pub fn kind(&self) -> Kind {
        match self {
            Fragment::Sequence(_) => Kind::Sequence,
            Fragment::Mapping(_) => Kind::Mapping,
            Fragment::Value(value) => kind(value),
            Fragment::Owned(value) | Fragment::Author { value, .. } => kind(value),
        }
    }

    /// True for a list or map with something in it.
    pub(crate) fn is_nested(&self) -> bool {
        View::from(self).is_nested()
    }

    /// The items of a list.
    pub(crate) fn items(&self) -> Vec<Fragment<'a>> {
        match self {
            Fragment::Sequence(items) => items.clone(),
            Fragment::Value(Value::Array(items)) => items.iter().map(Fragment::Value).collect(),
            Fragment::Owned(Value::Array(items)) => items.iter().cloned().map(Fragment::Owned).collect(),
            _ => Vec::new(),
        }
    }

    /// The entries of a map.
    pub(crate) fn entries(&self) -> Vec<(String, Fragment<'a>)> {
        match self {
            Fragment::Mapping(entries) => {
                entries.iter().map(|(key, value)| (key.clone().into_owned(), value.clone())).collect()
            }
            Fragment::Value(Value::Object(map)) => {
                map.iter().map(|(key, value)| (key.clone(), Fragment::Value(value))).collect()
            }
            Fragment::Owned(Value::Object(map)) => {
                map.iter().map(|(key, value)| (key.clone(), Fragment::Owned(value.clone()))).collect()
            }
            _ => Vec::new(),
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

fn kind(value: &Value) -> Kind {
    match value {
        Value::Null => Kind::Null,
        Value::Array(_) => Kind::Sequence,
        Value::Object(_) => Kind::Mapping,
        _ => Kind::Scalar,
    }
}

impl From<Value> for Fragment<'_> {
    fn from(value: Value) -> Self {
        Fragment::Owned(value)
    }
}

impl<'a> From<&'a Value> for Fragment<'a> {
    fn from(value: &'a Value) -> Self {
        Fragment::Value(value)
    }
}
