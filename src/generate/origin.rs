//! Findings about a generated file, told where the user wrote what it was generated from.
//!
//! A template says in a comment above the item of a list which value it is: `# from postRender.patches[0]`.

use super::values::UserValues;
use crate::diagnostic::{Diagnostic, Diagnostics, Label};
use crate::schema::{Place, nearest, pointer};
use crate::text::{Source, Span};
use crate::tree::Tree;
use crate::yaml::{Document, Node, Style};

/// What follows the path of a file in the name of its source.
const MARK: &str = " (generated)";

/// What begins the comment above an item.
const COMMENT: &str = "# from ";

/// The source of a generated file, as findings name it.
pub(super) fn source(path: &str, bytes: &[u8]) -> Source {
    Source::new(format!("{path}{MARK}"), String::from_utf8_lossy(bytes))
}

/// The findings at the user's own places, as far as the generated files name them.
pub(super) fn trace(found: Diagnostics, tree: &Tree, user: &UserValues) -> Diagnostics {
    let mut traced = Diagnostics::new();
    traced.extend(found.into_iter().map(|finding| told(finding, tree, user)));
    traced
}

fn told(mut finding: Diagnostic, tree: &Tree, user: &UserValues) -> Diagnostic {
    for (index, label) in finding.labels.iter_mut().enumerate() {
        let Some(Written { source, span, item, from }) = written(label, tree, user) else { continue };
        // Messages count the items of the generated file: `patches[5]` may be the user's first.
        finding.message = finding.message.replacen(&item, &from, 1);
        // What would replace other bytes than those that were found is no suggestion any more.
        if index == 0 && source.slice(span) != label.source.slice(label.span) {
            finding.suggestion = None;
        }
        (label.source, label.span) = (source, span);
    }
    finding
}

/// A place in the user's text.
struct Written {
    source: Source,
    span: Span,
    /// What the generated file calls the item, and what the user calls it.
    item: String,
    from: String,
}

/// The place in the user's text that a place in a generated file comes from.
fn written(label: &Label, tree: &Tree, user: &UserValues) -> Option<Written> {
    let (path, inside) = label.source.name().split_once(MARK)?;
    let document = Document::parse(source(path, &tree.get(path)?.bytes)).ok()?;
    // A patch is a text of its own inside the file; its source is named after its item: `…, patches[0]`.
    let node = match inside.strip_prefix(", ") {
        None => at(&document, label.span.start)?,
        Some(item) => {
            let item = document.get(&pointer::from_dotted(item))?;
            item.below().find(|node| !node.is_key() && node.content() == Some(label.source.text()))?
        }
    };
    let (item, from) = origin(node)?;
    let below = node.pointer();
    let pointer = format!("{}{}", pointer::from_dotted(from), below.strip_prefix(&item).unwrap_or_default());
    let (place, exact) = nearest(user, &pointer)?;
    let span = match exact {
        true if !inside.is_empty() => within(&place, label)?,
        true if !node.is_key() => place.value_span(),
        _ => place.key_span(),
    };
    Some(Written { source: place.source, span, item: pointer::dotted(&item), from: from.to_owned() })
}

/// The innermost node at an offset.
fn at(document: &Document, offset: usize) -> Option<Node<'_>> {
    document.root().below().filter(|node| node.span().start <= offset && offset < node.span().end).last()
}

/// The item that a node is part of, as a pointer, and the value that it was generated from.
fn origin(node: Node<'_>) -> Option<(String, &str)> {
    let mut item = node;
    loop {
        if !item.is_key()
            && item.key_span().is_none()
            && let Some(from) = comment_above(item)
        {
            return Some((item.pointer(), from));
        }
        item = item.parent()?;
    }
}

/// The path in the comment on the line above.
fn comment_above(node: Node<'_>) -> Option<&str> {
    let before = &node.document().source().text()[..node.span().start];
    let above = &before[..before.rfind('\n')?];
    above[above.rfind('\n').map_or(0, |at| at + 1)..].trim().strip_prefix(COMMENT)
}

/// The place of a part of a text: its line in a block, else the whole value.
fn within(place: &Place, label: &Label) -> Option<Span> {
    let document = Document::parse(place.source.clone()).ok()?;
    let node = at(&document, place.value.start)?;
    let line = label.source.position(label.span.start).line;
    let whole = label.source.text().lines().nth(line - 1)?;
    if node.style() == Style::Literal {
        // The first line is the `|`.
        let before: usize = node.text().split_inclusive('\n').take(line).map(str::len).sum();
        let written = node.text().lines().nth(line)?;
        if let Some(indent) = written.find(whole) {
            let start = label.source.text()[..label.span.start].rfind('\n').map_or(0, |at| at + 1);
            let from = node.span().start + before + indent + (label.span.start - start);
            let end = label.span.end.min(start + whole.len()).max(label.span.start);
            return Some(Span::new(from, from + (end - label.span.start)));
        }
    }
    Some(place.value_span())
}
