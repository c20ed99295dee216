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
            let mut end = around.next_line(children.end(at));
            // Lines that would become part of a text block above go too.
            if at + 1 == to && from > 0 && ends_with_text_block(children.nodes[from - 1]) {
                let column = around.column(start);
                while end < around.text.len() {
                    let line = &around.text[end..around.line_end(end)];
                    let content = line.trim_start_matches([' ', '\t']);
                    let deeper = content.starts_with('#') && line.len() - content.len() > column;
                    if !content.is_empty() && !deeper {
                        break;
                    }
                    end = around.next_line(end);
                }
            }
            self.edits.push(Edit::remove(Span::new(around.line_start(children.start(at)), end)));
        }
        Ok(())
    }
}

/// True when the last scalar of a node is a text block.
fn ends_with_text_block(node: Node<'_>) -> bool {
    let last = node.at(node.record().next - 1);
    matches!(last.style(), Style::Literal | Style::Folded)
}
