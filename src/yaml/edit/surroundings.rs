//! The style of a document: where its lines begin and how its collections are laid out.

use crate::text::{Edit, Span};
use crate::yaml::gap;
use crate::yaml::write::{Layout, Quotes};
use crate::yaml::{Document, Fragment, Kind, Node, Style, write};

/// What the writer must follow to write in a document's own style.
pub(super) struct Surroundings<'d> {
    pub(super) document: &'d Document,
    /// The source up to the end of the document.
    pub(super) text: &'d str,
    /// Where the document begins, after a byte order mark.
    start: usize,
    newline: &'static str,
    layout: Layout,
}

impl<'d> Surroundings<'d> {
    pub(super) fn of(document: &'d Document, text_blocks: bool) -> Self {
        let span = document.span();
        let text = document.source().text().get(..span.end).unwrap_or_default();
        let body = text.get(span.start..).unwrap_or_default();
        let start = span.start + if body.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let newline = if body.get(..gap::next_line(body, 0)).is_some_and(|line| line.ends_with("\r\n")) {
            "\r\n"
        } else {
            "\n"
        };
        let mut surroundings = Self { document, text, start, newline, layout: Layout::default() };
        surroundings.layout = Layout { text_blocks, ..surroundings.measure() };
        surroundings
    }

    /// The layout of the first nested map and the first list in a map.
    fn measure(&self) -> Layout {
        let mut layout = Layout::default();
        let (mut step, mut dash) = (None, None);
        for index in 1..self.document.tree().records.len() {
            let Ok(index) = u32::try_from(index) else { break };
            let node = self.document.root().at(index);
            let Some(parent) = node.parent().filter(|parent| is_block(*parent, Kind::Mapping)) else {
                continue;
            };
            if node.style() != Style::Block || node.is_key() || self.prefix(node.span().start).is_none() {
                continue;
            }
            let (from, to) = (self.column(parent.span().start), self.column(node.span().start));
            if node.kind() == Kind::Mapping && to > from {
                step = step.or(Some(to - from));
            } else if node.kind() == Kind::Sequence && to >= from {
                dash = dash.or(Some(to - from));
            }
            if step.is_some() && dash.is_some() {
                break;
            }
        }
        layout.step = step.unwrap_or(layout.step);
        layout.dash = dash.unwrap_or(layout.dash);
        layout
    }

    /// Columns from a map to a collection that is a value in it.
    pub(super) fn step(&self, value: &Fragment<'_>) -> usize {
        if value.kind() == Kind::Sequence { self.layout.dash } else { self.layout.step }
    }

    /// The start of the line that holds `at`.
    pub(super) fn line_start(&self, at: usize) -> usize {
        gap::line_start(self.text, at).max(self.start)
    }

    /// The end of the line that holds `at`, before its line break.
    pub(super) fn line_end(&self, at: usize) -> usize {
        gap::line_end(self.text, at)
    }

    /// The start of the next line.
    pub(super) fn next_line(&self, at: usize) -> usize {
        gap::next_line(self.text, at)
    }

    /// The end of the line before the one that begins at `start`, before its line break.
    pub(super) fn line_before(&self, start: usize) -> usize {
        let before = self.text[..start].strip_suffix('\n').unwrap_or(&self.text[..start]);
        before.strip_suffix('\r').unwrap_or(before).len()
    }

    /// True when the line above a block collection is a comment.
    pub(super) fn comment_above(&self, collection: Node<'d>) -> bool {
        let start = self.line_start(collection.span().start);
        start > 0
            && collection.style() == Style::Block
            && self.text[self.line_start(start - 1)..start].trim_start().starts_with('#')
    }

    /// Bytes before `at` in its line; before a node of a block collection all of them are ASCII.
    pub(super) fn column(&self, at: usize) -> usize {
        at - self.line_start(at)
    }

    /// What stands before `at` in its line, when it is only spaces.
    pub(super) fn prefix(&self, at: usize) -> Option<&'d str> {
        let prefix = &self.text[self.line_start(at)..at];
        prefix.bytes().all(|b| b == b' ').then_some(prefix)
    }

    /// A line break and an indentation.
    pub(super) fn break_to(&self, indent: usize) -> String {
        format!("{}{}", self.newline, " ".repeat(indent))
    }

    /// A fragment in block style, for a place whose text ends at `end`.
    pub(super) fn block(&self, value: &Fragment<'_>, indent: usize, end: usize) -> String {
        let mut layout = self.layout;
        // Without a line break after it, readers disagree on whether a text block ends with one.
        layout.text_blocks &= self.line_end(end) < self.text.len();
        let text = write::block_in(value, indent, layout);
        if self.newline == "\n" { text } else { text.replace('\n', self.newline) }
    }

    /// A fragment on one line, with the quotes of the brackets around a place.
    pub(super) fn flow(&self, value: &Fragment<'_>, place: Node<'d>) -> String {
        write::flow_in(value, quotes_at(place))
    }

    /// The edits that put `text` in the place of `span`: its first line there, the others after the line,
    /// so that a comment stays on the first line.
    pub(super) fn put(&self, span: Span, text: &str) -> Vec<Edit> {
        let Some((head, _)) = text.split_once(self.newline) else { return vec![Edit::new(span, text)] };
        let end = self.line_end(span.end);
        let rest = &text[head.len()..];
        if end == span.end {
            vec![Edit::new(span, text)]
        } else {
            vec![Edit::new(span, head), Edit::insert(end, rest)]
        }
    }
}

/// True for a collection of one kind in block style.
pub(super) fn is_block(node: Node<'_>, kind: Kind) -> bool {
    node.kind() == kind && node.style() == Style::Block
}

/// True for a node in brackets.
pub(super) fn in_flow(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| matches!(parent.style(), Style::Flow | Style::FlowPair))
}

/// JSON's quotes where the outermost brackets hold JSON.
fn quotes_at(place: Node<'_>) -> Quotes {
    let mut outermost = None;
    let mut node = Some(place);
    while let Some(here) = node {
        if here.style() == Style::Flow {
            outermost = Some(here);
        }
        node = here.parent();
    }
    let Some(brackets) = outermost else { return Quotes::Needed };
    let key = brackets.entries().next().map(|entry| entry.key);
    // An object shows its quotes in its first key, a list in the first key or string below it.
    let first =
        key.or_else(|| brackets.below().find(|node| node.is_key() || node.style() == Style::DoubleQuoted));
    if first.is_some_and(|node| node.style() == Style::DoubleQuoted) { Quotes::Json } else { Quotes::Needed }
}
