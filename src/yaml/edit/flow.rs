//! Children of collections in brackets: commas go and come with them.

use super::editor::{Children, Editor};
use crate::text::{Edit, Span};
use crate::yaml::Node;

impl<'d> Editor<'d> {
    pub(super) fn flow_children(&mut self, children: &Children<'d, '_>) {
        for (from, to) in children.runs() {
            let span = match children.kept_from(to) {
                Some(next) if from == 0 => Span::new(children.start(0), children.start(next)),
                _ => Span::new(children.end(from.saturating_sub(1)), children.end(to - 1)),
            };
            self.edits.push(Edit::remove(span));
        }
        for (at, value) in &children.inserted {
            let text = self.around.flow(value, children.collection);
            // The child is written in brackets of its own.
            let text = &text[1..text.len() - 1];
            if let Some(last) = children.kept_before(*at) {
                let end = children.end(last);
                let gap = self.separator(children, last);
                let space = if is_bare_colon(children.nodes[last]) { " " } else { "" };
                self.edits.push(Edit::insert(end, format!("{space},{gap}{text}")));
            } else if let Some(first) = children.kept_from(*at) {
                let gap = self.separator(children, first);
                self.edits.push(Edit::insert(children.start(first), format!("{text},{gap}")));
            }
        }
    }

    /// What stands after a comma: a line break where a child has a line of its own.
    fn separator(&self, children: &Children<'d, '_>, at: usize) -> String {
        match self.around.prefix(children.start(at)) {
            Some(prefix) if children.start(at) > self.around.line_end(children.collection.span().start) => {
                self.around.break_to(prefix.len())
            }
            _ => " ".to_owned(),
        }
    }
}

/// True for a value that is left out after its colon, which a comma must not follow directly.
fn is_bare_colon(node: Node<'_>) -> bool {
    node.span_with_properties().start == node.span().end && node.indicator().is_some()
}
