//! Children of block collections: whole lines go away and come in.

use super::editor::{Children, Editor};
use super::refuse;
use crate::diagnostic::Diagnostic;
use crate::text::{Edit, Span};
use crate::yaml::{Node, Style};

#[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
impl<'d> Editor<'d> {
    pub(super) fn block_children(&mut self, children: &Children<'d, '_>) -> Result<(), Diagnostic> {
        for (from, to) in children.runs() {
            self.remove_lines(children, from, to)?;
        }
        let indent = self.around.column(children.start(0));
        for (at, value) in &children.inserted {
            if let Some(last) = children.kept_before(*at) {
                let end = self.around.line_end(children.end(last));
                let end = if children.ordered { self.end_of_comments(end, indent) } else { end };
                let text = self.around.break_to(indent) + &self.around.block(value, indent, end);
                self.edits.push(Edit::insert(end, text));
                continue;
            }
            let Some(first) = children.kept_from(*at) else { continue };
            let start = children.start(first);
            let text = self.around.block(value, indent, start);
            let after_dash = self.around.prefix(children.start(0)).is_none();
            if after_dash {
                self.edits.push(Edit::insert(start, text + &self.around.break_to(indent)));
            } else {
                let text = " ".repeat(indent) + &text + &self.around.break_to(0);
                self.edits.push(Edit::insert(self.around.line_start(start), text));
            }
        }
        Ok(())
    }

    /// Takes away the children from `from` up to `to`, which is not included.
    fn remove_lines(
        &mut self,
        children: &Children<'d, '_>,
        from: usize,
        to: usize,
    ) -> Result<(), Diagnostic> {
        let around = &self.around;
        let start = children.start(from);
        if around.prefix(start).is_none() {
            // The first child of a list item: the next one takes its place after the dash.
            let Some(next) = children.kept_from(to) else {
                return Err(refuse(children.nodes[from], "this place cannot be removed"));
            };
            self.edits.push(Edit::remove(Span::new(start, children.start(next))));
            return Ok(());
        }
        for at in from..to {
            let (first, last) = (around.line_start(children.start(at)), around.line_end(children.end(at)));
            // Where nothing stays above, the line break after a line goes with it. Otherwise the one before:
            // the end of the last line is where the collections around may add theirs.
            if children.kept_before(from).is_none() {
                self.edits.push(Edit::remove(Span::new(first, around.next_line(last))));
                continue;
            }
            let text_block_above = ends_with_text_block(children.nodes[from - 1]);
            if text_block_above && last == around.text.len() {
                self.edits.push(Edit::remove(Span::new(first, last)));
                continue;
            }
            let last = if text_block_above && at + 1 == to {
                self.end_of_deeper_lines(last, around.column(start))
            } else {
                last
            };
            self.edits.push(Edit::remove(Span::new(around.line_before(first), last)));
        }
        Ok(())
    }

    /// The end of the comments directly below a line that are indented by more than `column`: they speak of what
    /// stands above them.
    fn end_of_comments(&self, mut end: usize, column: usize) -> usize {
        loop {
            let start = self.around.next_line(end);
            let next = self.around.line_end(start);
            let line = &self.around.text[start..next];
            let content = line.trim_start_matches(' ');
            if !content.starts_with('#') || line.len() - content.len() <= column {
                return end;
            }
            end = next;
        }
    }

    /// The end of the blank lines and the comments below a line that are indented by more than `column`: a
    /// text block above would take them in.
    fn end_of_deeper_lines(&self, mut end: usize, column: usize) -> usize {
        let around = &self.around;
        loop {
            let start = around.next_line(end);
            let next = around.line_end(start);
            let line = &around.text[start..next];
            let content = line.trim_start_matches([' ', '\t']);
            let deeper = content.starts_with('#') && line.len() - content.len() > column;
            if start >= around.text.len() || !(content.is_empty() || deeper) {
                return end;
            }
            end = next;
        }
    }
}

/// True when the last scalar of a node is a text block.
fn ends_with_text_block(node: Node<'_>) -> bool {
    let last = node.at(node.record().next - 1);
    matches!(last.style(), Style::Literal | Style::Folded)
}
