//! A new value in the place of an old one.

use super::editor::Editor;
use super::refuse;
use super::surroundings::{in_flow, is_block};
use crate::diagnostic::Diagnostic;
use crate::text::{Edit, Span};
use crate::yaml::{Fragment, Kind, Node, Style};

#[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
impl<'d> Editor<'d> {
    /// Writes a value where a node is; its tag and anchor go.
    pub(super) fn replace(&mut self, node: Node<'d>, new: &Fragment<'_>) -> Result<(), Diagnostic> {
        if node.key().is_some_and(|key| key.indicator().is_some()) {
            return Err(refuse(node, "the value of a key after `?` cannot be edited"));
        }
        let whole = node.span_with_properties();
        if in_flow(node) {
            self.replace_in_flow(node, new);
        } else if new.is_nested() && node.style() == Style::Flow && whole.end - whole.start > 2 {
            // A collection in brackets stays in brackets.
            let text = self.around.flow(new, node);
            self.edits.push(Edit::new(whole, text));
        } else if node.parent().is_none() {
            self.replace_root(node, new);
        } else if new.is_nested() {
            self.replace_by_nested(node, new);
        } else {
            self.replace_by_scalar(node, new);
        }
        Ok(())
    }

    fn replace_in_flow(&mut self, node: Node<'d>, new: &Fragment<'_>) {
        let whole = node.span_with_properties();
        let text = self.around.flow(new, node);
        let before = if whole.start < whole.end {
            // `{"a":1}` may do without a space only as long as the value cannot run into the colon.
            let tight = node.indicator().is_some_and(|colon| colon + 1 == whole.start);
            if tight && !text.starts_with(['"', '{', '[']) && !node.text().starts_with(['"', '{', '[']) {
                " "
            } else {
                ""
            }
        } else if node.indicator().is_some() {
            " "
        } else {
            ": "
        };
        self.edits.push(Edit::new(whole, format!("{before}{text}")));
    }

    fn replace_root(&mut self, node: Node<'d>, new: &Fragment<'_>) {
        let whole = node.span_with_properties();
        let end = self.around.text.len();
        let nested = new.is_nested();
        if whole.start == whole.end {
            // Nothing is there, but comments and a marker may be.
            let text = self.around.block(new, 0, end) + &self.around.break_to(0);
            let open_line = self.around.line_start(end) < end;
            let text = if open_line { self.around.break_to(0) + &text } else { text };
            self.edits.push(Edit::insert(end, text));
        } else if nested && self.around.prefix(whole.start).is_none() {
            let text = self.around.break_to(0) + &self.around.block(new, 0, whole.end);
            self.edits.push(Edit::new(whole, text));
        } else {
            let indent = if node.style() == Style::Block { self.around.column(whole.start) } else { 0 };
            let text = self.around.block(new, indent, whole.end);
            self.edits.extend(self.around.put(whole, &text));
        }
    }

    /// A map or list in block style.
    fn replace_by_nested(&mut self, node: Node<'d>, new: &Fragment<'_>) {
        let whole = node.span_with_properties();
        let Some((parent, after)) = place(node) else { return };
        let around = &self.around;
        let omitted = whole.start == whole.end;
        if parent.kind() == Kind::Sequence {
            let indent = if omitted { around.column(after - 1) + 2 } else { around.column(whole.start) };
            let text = around.block(new, indent, whole.end);
            let (span, text) =
                if omitted { (Span::new(after, after), format!(" {text}")) } else { (whole, text) };
            self.edits.extend(self.around.put(span, &text));
            return;
        }
        let mut indent = around.column(parent.span().start) + around.step(new);
        let own_line = around.line_end(after) < whole.start;
        if own_line && is_block(node, new.kind()) {
            indent = around.column(node.span().start);
        }
        if own_line && around.prefix(whole.start).is_some() {
            let from = around.line_start(whole.start);
            let text = " ".repeat(indent) + &around.block(new, indent, whole.end);
            self.edits.push(Edit::new(Span::new(from, whole.end), text));
            return;
        }
        // `key: old # comment` becomes `key: # comment` and the new lines below.
        let text = around.break_to(indent) + &around.block(new, indent, whole.end);
        let end = around.line_end(whole.end);
        if end == whole.end {
            self.edits.push(Edit::new(Span::new(after, whole.end), text));
        } else {
            if !omitted {
                self.edits.push(Edit::remove(Span::new(after, whole.end)));
            }
            self.edits.push(Edit::insert(end, text));
        }
    }

    /// A scalar or an empty collection.
    fn replace_by_scalar(&mut self, node: Node<'d>, new: &Fragment<'_>) {
        let whole = node.span_with_properties();
        let Some((parent, after)) = place(node) else { return };
        let around = &self.around;
        let column = match parent.kind() {
            Kind::Sequence => around.column(after - 1),
            _ => around.column(parent.span().start),
        };
        let text = around.block(new, column + 2, whole.end);
        let first_line = around.line_end(after);
        if whole.start == whole.end {
            self.edits.extend(around.put(Span::new(after, after), &format!(" {text}")));
        } else if first_line < whole.start {
            // The old value stands below its key: the new one moves up, before a comment there.
            let head = text.find(['\r', '\n']).unwrap_or(text.len());
            let edits = [
                Edit::insert(after, format!(" {}", &text[..head])),
                Edit::new(Span::new(first_line, whole.end), &text[head..]),
            ];
            self.edits.extend(edits);
        } else {
            self.edits.extend(around.put(whole, &text));
        }
    }
}

/// The collection in block style that holds a node, and the place after the node's `-` or `:`.
fn place(node: Node<'_>) -> Option<(Node<'_>, usize)> {
    Some((node.parent()?, node.indicator()? + 1))
}
