//! One node of a document, as its readers see it.

use std::fmt;

use crate::diagnostic::Diagnostics;
use crate::text::Span;
use crate::yaml::tree::{Content, NO_NODE, NOWHERE, Record};
use crate::yaml::{Document, Kind, Scalar, Style, pointer, scalar, value};

/// A node of a [`Document`]; as cheap as a reference.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub(crate) document: &'a Document,
    pub(crate) index: u32,
}

/// A key of a mapping and its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The key.
    pub key: Node<'a>,
    /// The value; [`Kind::Null`] with an empty span when it is left out.
    pub value: Node<'a>,
}

impl<'a> Node<'a> {
    pub(crate) fn record(self) -> &'a Record {
        self.document.tree().record(self.index)
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.record().kind
    }

    /// How it is written.
    pub fn style(self) -> Style {
        self.record().style
    }

    /// The bytes of the value itself: no tag or anchor before it, no blank line or comment after it.
    /// A block scalar begins at its `|` or `>`.
    pub fn span(self) -> Span {
        self.record().span
    }

    /// The bytes of the value with its tag and anchor.
    pub fn span_with_properties(self) -> Span {
        Span::new(self.record().start, self.record().span.end)
    }

    /// The bytes of the key, for the value of a mapping.
    pub fn key_span(self) -> Option<Span> {
        self.key().map(Node::span)
    }

    /// The key, for the value of a mapping.
    pub fn key(self) -> Option<Node<'a>> {
        let key = self.record().key;
        (key != NO_NODE && key != self.index).then(|| self.at(key))
    }

    /// The place of the `-`, `:` or `?` that precedes it.
    pub(crate) fn indicator(self) -> Option<usize> {
        Some(self.record().indicator).filter(|at| *at != NOWHERE)
    }

    /// The text as it is written, quotes included.
    pub fn text(self) -> &'a str {
        self.document.source().slice(self.span())
    }

    /// The text of a scalar without quotes, escapes and folding, before its type is decided.
    pub fn content(self) -> Option<&'a str> {
        let record = self.record();
        match &record.content {
            Content::None => None,
            Content::Owned(text) => Some(text),
            Content::Slice(quotes) => {
                let inner = Span::new(record.span.start + quotes, record.span.end - quotes);
                Some(self.document.source().slice(inner))
            }
        }
    }

    /// The value of a scalar, read as Helm reads it; an alias gives the value it stands for.
    /// None for collections, and for a tag that does not fit.
    pub fn value(self) -> Option<Scalar<'a>> {
        self.resolved().scalar()?.ok()
    }

    /// The value that Helm reads here, aliases and merge keys expanded.
    pub fn to_value(self) -> Result<serde_json::Value, Diagnostics> {
        value::read(self)
    }

    /// The document it belongs to.
    pub fn document(self) -> &'a Document {
        self.document
    }

    /// The value of a scalar; none for collections and aliases.
    pub(crate) fn scalar(self) -> Option<Result<Scalar<'a>, scalar::TagMismatch>> {
        let text = self.content()?;
        let quoted = self.style() != Style::Plain;
        Some(scalar::resolve(text, quoted, self.tag()))
    }

    /// The resolved tag: `tag:yaml.org,2002:str` for `!!str`.
    pub fn tag(self) -> Option<&'a str> {
        self.record().properties.as_deref()?.tag.as_deref()
    }

    /// The anchor's name, without `&`.
    pub fn anchor(self) -> Option<&'a str> {
        self.record().properties.as_deref()?.anchor.as_deref()
    }

    /// The node that an alias stands for; any other node is itself.
    pub fn resolved(self) -> Node<'a> {
        match self.record().target {
            NO_NODE => self,
            target => self.at(target),
        }
    }

    /// The node that holds this one.
    pub fn parent(self) -> Option<Node<'a>> {
        Some(self.record().parent).filter(|parent| *parent != NO_NODE).map(|parent| self.at(parent))
    }

    /// The entries of a mapping; none for other nodes.
    pub fn entries(self) -> Entries<'a> {
        Entries(self.children_of(Kind::Mapping))
    }

    /// The items of a sequence; none for other nodes.
    pub fn items(self) -> Items<'a> {
        self.children_of(Kind::Sequence)
    }

    /// The string that this node is as a key.
    pub fn key_text(self) -> Option<String> {
        scalar::key(&self.value()?)
    }

    /// True for the key `<<`, which merges other mappings into its own.
    pub fn is_merge_key(self) -> bool {
        match self.tag() {
            None => self.style() == Style::Plain && self.content() == Some("<<"),
            Some(tag) => tag == "tag:yaml.org,2002:merge",
        }
    }

    /// Where it is in the document, as a JSON pointer; a key has the pointer of its value.
    pub fn pointer(self) -> String {
        let mut steps = Vec::new();
        let mut node = self;
        while let Some(parent) = node.parent() {
            match parent.kind() {
                Kind::Mapping => {
                    let key = node.key().unwrap_or(node);
                    steps.push(key.key_text().unwrap_or_else(|| key.text().to_owned()));
                }
                _ => {
                    steps.push(parent.items().take_while(|item| item.index != node.index).count().to_string())
                }
            }
            node = parent;
        }
        let mut out = String::new();
        for step in steps.iter().rev() {
            pointer::push(&mut out, step);
        }
        out
    }

    /// True when it stands in the place of a mapping's key.
    pub fn is_key(self) -> bool {
        self.record().key == self.index
    }

    /// True when `other` is this node or lies below it.
    pub(crate) fn contains(self, other: Node<'_>) -> bool {
        (self.index..self.record().next).contains(&other.index)
    }

    /// All nodes below this one, in the order of the text.
    pub(crate) fn below(self) -> impl Iterator<Item = Node<'a>> {
        (self.index + 1..self.record().next).map(move |index| self.at(index))
    }

    pub(crate) fn at(self, index: u32) -> Node<'a> {
        Node { document: self.document, index }
    }

    fn children_of(self, kind: Kind) -> Items<'a> {
        let first = if self.kind() == kind { self.document.tree().first_child(self.index) } else { None };
        Items { document: self.document, next: first }
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.index == other.index
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("kind", &self.kind()).field("text", &self.text()).finish()
    }
}

/// The items of a sequence, in order.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    document: &'a Document,
    next: Option<u32>,
}

impl<'a> Iterator for Items<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let index = self.next?;
        self.next = self.document.tree().next_sibling(index);
        Some(Node { document: self.document, index })
    }
}

/// The entries of a mapping, in order.
#[derive(Clone, Debug)]
pub struct Entries<'a>(Items<'a>);

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        Some(Entry { key: self.0.next()?, value: self.0.next()? })
    }
}
