//! Changes of a document as edits of its text, in the document's own style.
//!
//! A change names its place by JSON pointer. What it does not name keeps its bytes: comments, quotes,
//! indentation, line breaks. The edited text is read again, and its value must be what the changes make of
//! the old value; otherwise nothing is changed and the finding says so.

mod block;
mod detach;
mod diff;
mod editor;
mod flow;
mod plan;
mod replace;
mod surroundings;

use crate::diagnostic::Diagnostic;
use crate::text::{self, Edit, Source, Span};
use crate::yaml::{Document, Fragment, Node, value};
use plan::Plan;

/// One change of a document. All pointers speak of the document as it is before any change.
#[derive(Clone, Debug, PartialEq)]
pub enum Change<'a> {
    /// Gives a place a value. A key that is not there is added at the end of its map, with the maps above it.
    /// Where the value is there already, no byte changes; maps and lists change entry by entry.
    Set(String, Fragment<'a>),
    /// Puts a new item before the one with this index, or at the end for `-`.
    Insert(String, Fragment<'a>),
    /// Takes a key or an item away.
    Remove(String),
}

impl<'a> Change<'a> {
    /// See [`Change::Set`].
    pub fn set(pointer: impl Into<String>, value: impl Into<Fragment<'a>>) -> Self {
        Change::Set(pointer.into(), value.into())
    }

    /// See [`Change::Insert`].
    pub fn insert(pointer: impl Into<String>, value: impl Into<Fragment<'a>>) -> Self {
        Change::Insert(pointer.into(), value.into())
    }

    /// See [`Change::Remove`].
    pub fn remove(pointer: impl Into<String>) -> Self {
        Change::Remove(pointer.into())
    }

    /// The place it changes.
    pub fn pointer(&self) -> &str {
        match self {
            Change::Set(pointer, _) | Change::Insert(pointer, _) | Change::Remove(pointer) => pointer,
        }
    }
}

/// Applies changes to a document; the result is the document of the edited text.
///
/// An alias on the way to a change is written out, and so is every alias of an anchor whose node changes:
/// elsewhere the value stays what it was. Refused, with code `cannot-edit`: places that are not there,
/// changes that touch each other, merge keys, duplicate keys and `? ` keys at a change, line breaks that
/// readers disagree on.
#[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
pub fn apply(document: &Document, changes: &[Change<'_>]) -> Result<Document, Diagnostic> {
    apply_in_order(document, changes, &|_, _| None)
}

/// Where a new key belongs among the keys of its map: given the map's pointer and a key, the key's rank. Keys
/// without a rank come last.
pub type KeyOrder<'o> = dyn Fn(&str, &str) -> Option<usize> + 'o;

/// Like [`apply`], but a new key stands behind the last key of its map that has a lower rank, or before the first
/// one when all ranks are higher.
#[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
pub fn apply_in_order(
    document: &Document,
    changes: &[Change<'_>],
    order: &KeyOrder<'_>,
) -> Result<Document, Diagnostic> {
    let plan = plan(document, changes)?;
    let old = read(document)?;
    let mut wanted = old.clone();
    plan.apply(&mut wanted).map_err(|fault| refuse(document.root(), fault))?;
    if value::equal(&old, &wanted) {
        return with_edits(document, &[]);
    }
    make(document, &plan, &wanted, order)
}

/// Like [`apply`], for changes whose result is known: the edited text must read as `wanted`.
#[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
pub fn apply_as(
    document: &Document,
    changes: &[Change<'_>],
    wanted: &serde_json::Value,
) -> Result<Document, Diagnostic> {
    make(document, &plan(document, changes)?, wanted, &|_, _| None)
}

/// The plan of changes of a document that can be edited.
#[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
fn plan<'a>(document: &Document, changes: &[Change<'a>]) -> Result<Plan<'a>, Diagnostic> {
    let plan = Plan::of(changes).map_err(|fault| refuse(document.root(), fault))?;
    refuse_lone_carriage_returns(document)?;
    Ok(plan)
}

#[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
fn make(
    document: &Document,
    plan: &Plan<'_>,
    wanted: &serde_json::Value,
    order: &KeyOrder<'_>,
) -> Result<Document, Diagnostic> {
    // The comments after a place can make a text block read differently; quotes always work.
    match attempt(document, plan, wanted, (order, true)) {
        Err(_) => attempt(document, plan, wanted, (order, false)),
        done => done,
    }
}

#[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
fn attempt(
    document: &Document,
    plan: &Plan<'_>,
    wanted: &serde_json::Value,
    (order, text_blocks): (&KeyOrder<'_>, bool),
) -> Result<Document, Diagnostic> {
    let detached = detach::detach(document, plan)?;
    let document = detached.as_ref().unwrap_or(document);
    let edited = with_edits(document, &editor::edits(document, plan, order, text_blocks)?)?;
    if edited.to_value_lenient().is_ok_and(|value| value::equal(&value, wanted)) {
        Ok(edited)
    } else {
        Err(refuse(document.root(), "the edited text would not read as the wanted value"))
    }
}

/// The document that a list of edits of its text makes.
#[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
fn with_edits(document: &Document, edits: &[Edit]) -> Result<Document, Diagnostic> {
    let source = document.source();
    let text =
        text::apply(source.text(), edits).map_err(|fault| refuse(document.root(), fault.to_string()))?;
    let after = source.text().len() - document.span().end;
    let span = Span::new(document.span().start, text.len() - after);
    Document::parse_part(Source::new(source.name(), text), span).map_err(|fault| {
        refuse(document.root(), format!("the edited text would not be YAML: {}", fault.message))
    })
}

#[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
fn read(document: &Document) -> Result<serde_json::Value, Diagnostic> {
    document.to_value_lenient().map_err(|faults| {
        let unreadable = || refuse(document.root(), "this document has no value");
        faults.into_iter().next().unwrap_or_else(unreadable)
    })
}

#[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
fn refuse_lone_carriage_returns(document: &Document) -> Result<(), Diagnostic> {
    let text = document.source().slice(document.span()).as_bytes();
    match memchr::memchr_iter(b'\r', text).find(|at| text.get(at + 1) != Some(&b'\n')) {
        None => Ok(()),
        Some(at) => {
            let at = document.span().start + at;
            Err(Diagnostic::error(CODE, "a carriage return without a line feed cannot be edited safely")
                .at(document.source(), Span::new(at, at + 1), "")
                .help("write the file with LF or CR LF line breaks"))
        }
    }
}

const CODE: &str = "cannot-edit";

/// The finding for a place that cannot be changed.
fn refuse(node: Node<'_>, message: impl Into<String>) -> Diagnostic {
    let span = node.span();
    let first_line = node.text().lines().next().map_or(0, str::len);
    Diagnostic::error(CODE, message).at(
        node.document.source(),
        Span::new(span.start, span.start + first_line),
        "",
    )
}
