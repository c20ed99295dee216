//! The tree of one document: nodes in the order of the text, in one vector.
//!
//! A vector instead of nested boxes: no recursion when a deep tree is built, walked or dropped.

use crate::text::Span;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A scalar that reads as null, or a value that is left out.
    Null,
    /// Any other scalar.
    Scalar,
    /// A list.
    Sequence,
    /// A map.
    Mapping,
    /// `*name`: stands for the node that `&name` marks.
    Alias,
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A scalar without quotes, an alias, or a value that is left out.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A collection written with indentation.
    Block,
    /// A collection in brackets.
    Flow,
    /// A mapping of one entry inside a flow sequence, without braces: `[a: 1]`.
    FlowPair,
}

/// Where the content of a scalar is.
#[derive(Debug)]
pub(crate) enum Content {
    /// The bytes of the span, less this many on both sides (quotes).
    Slice(usize),
    /// Escapes, folding or indentation make it differ from the source.
    Owned(Box<str>),
    /// Not a scalar.
    None,
}

/// Tag and anchor of a node; few nodes have any.
#[derive(Debug, Default)]
pub(crate) struct Properties {
    /// The tag, resolved: `tag:yaml.org,2002:str`, `!local`.
    pub(crate) tag: Option<Box<str>>,
    /// The anchor's name, without `&`.
    pub(crate) anchor: Option<Box<str>>,
}

/// Position that is not there.
pub(crate) const NOWHERE: usize = usize::MAX;
/// Node that is not there.
pub(crate) const NO_NODE: u32 = u32::MAX;

/// One node.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) kind: Kind,
    pub(crate) style: Style,
    /// The value itself: no properties, no blank lines or comments after it.
    pub(crate) span: Span,
    /// First byte including tag and anchor.
    pub(crate) start: usize,
    /// The `-` of a list item, the `:` before a map's value, the `?` before a map's key.
    pub(crate) indicator: usize,
    pub(crate) parent: u32,
    /// The key of a map's value; a key has its own index.
    pub(crate) key: u32,
    /// One past the last node below this one.
    pub(crate) next: u32,
    /// The node an alias stands for.
    pub(crate) target: u32,
    pub(crate) content: Content,
    pub(crate) properties: Option<Box<Properties>>,
}

/// All nodes of a document; the first is the root.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) records: Vec<Record>,
}

impl Tree {
    /// The record of a node.
    pub(crate) fn record(&self, index: u32) -> &Record {
        &self.records[index as usize]
    }

    /// First child, when there is one.
    pub(crate) fn first_child(&self, index: u32) -> Option<u32> {
        (self.record(index).next > index + 1).then_some(index + 1)
    }

    /// The node after this one and all below it, when it has the same parent.
    pub(crate) fn next_sibling(&self, index: u32) -> Option<u32> {
        let record = self.record(index);
        let next = record.next;
        ((next as usize) < self.records.len() && self.record(next).parent == record.parent).then_some(next)
    }
}
