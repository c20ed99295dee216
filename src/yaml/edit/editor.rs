//! A plan and a document: the edits of its text.

use std::collections::HashMap;

use super::plan::{Action, Plan};
use super::surroundings::Surroundings;
use super::{KeyOrder, diff, refuse};
use crate::diagnostic::Diagnostic;
use crate::text::Edit;
use crate::yaml::{Document, Entry, Fragment, Kind, Node, Style, pointer, value};

/// The edits that a plan makes in a document without aliases at its places.
#[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
pub(super) fn edits(
    document: &Document,
    plan: &Plan<'_>,
    order: &KeyOrder<'_>,
    text_blocks: bool,
) -> Result<Vec<Edit>, Diagnostic> {
    let mut editor = Editor { around: Surroundings::of(document, text_blocks), order, edits: Vec::new() };
    editor.visit(document.root(), plan)?;
    editor.settle();
    Ok(editor.edits)
}

/// What happens to the children of a collection.
pub(super) struct Children<'d, 'p> {
    pub(super) collection: Node<'d>,
    /// Values of a map, items of a list.
    pub(super) nodes: Vec<Node<'d>>,
    pub(super) removed: Vec<bool>,
    /// New children, each a collection of one, and the index they stand before.
    pub(super) inserted: Vec<(usize, Fragment<'p>)>,
    /// New children stand where an order wants them, not just at the end.
    pub(super) ordered: bool,
}

impl<'d> Children<'d, '_> {
    /// Where a child begins, with its dash or its key.
    pub(super) fn start(&self, at: usize) -> usize {
        let node = self.nodes[at];
        let key = node.key();
        let indicator = match key {
            Some(key) => key.indicator(),
            None if self.collection.style() == Style::Block => node.indicator(),
            None => None,
        };
        indicator.unwrap_or_else(|| key.unwrap_or(node).span_with_properties().start)
    }

    /// Where a child ends, before comments.
    pub(super) fn end(&self, at: usize) -> usize {
        self.nodes[at].span().end
    }

    /// The last child before `at` that stays.
    pub(super) fn kept_before(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|n| !self.removed[*n])
    }

    /// The first child from `at` on that stays.
    pub(super) fn kept_from(&self, at: usize) -> Option<usize> {
        (at..self.nodes.len()).find(|n| !self.removed[*n])
    }

    /// Runs of neighbours that go away: first and one past the last.
    pub(super) fn runs(&self) -> Vec<(usize, usize)> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for at in (0..self.nodes.len()).filter(|at| self.removed[*at]) {
            match runs.last_mut() {
                Some(run) if run.1 == at => run.1 = at + 1,
                _ => runs.push((at, at + 1)),
            }
        }
        runs
    }
}

pub(super) struct Editor<'d> {
    pub(super) around: Surroundings<'d>,
    pub(super) order: &'d KeyOrder<'d>,
    pub(super) edits: Vec<Edit>,
}

#[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
impl<'d> Editor<'d> {
    fn visit(&mut self, node: Node<'d>, plan: &Plan<'_>) -> Result<(), Diagnostic> {
        if let Some(Action::Set(value)) = &plan.action {
            return self.set(node, value);
        }
        if plan.children.is_empty() && plan.inserts.is_empty() {
            return Ok(());
        }
        match node.kind() {
            Kind::Mapping => self.mapping(node, plan),
            Kind::Sequence => self.sequence(node, plan),
            Kind::Null => {
                let created = plan.create().map_err(|fault| refuse(node, fault))?;
                self.replace(node, &created)
            }
            Kind::Scalar | Kind::Alias => Err(refuse(node, "nothing can change below a scalar")),
        }
    }

    /// New lines behind a child whose own last lines go away stand in the place of those lines.
    fn settle(&mut self) {
        let removals: Vec<_> =
            self.edits.iter().filter(|edit| edit.text.is_empty()).map(|edit| edit.span).collect();
        let line_break = self.around.break_to(0);
        for edit in self.edits.iter_mut().filter(|edit| edit.span.start == edit.span.end) {
            let inside =
                |removal: &&crate::text::Span| (removal.start + 1..removal.end).contains(&edit.span.start);
            let Some(removal) = removals.iter().find(inside) else { continue };
            if let Some(lines) = edit.text.strip_prefix(&line_break) {
                *edit = Edit::insert(removal.start, format!("{lines}{line_break}"));
            }
        }
    }

    /// Gives a node a value, in its parts where that is possible; no edit when it has the value.
    fn set(&mut self, node: Node<'d>, new: &Fragment<'_>) -> Result<(), Diagnostic> {
        let wanted = new.to_value();
        if value::read_lenient(node).is_ok_and(|old| value::equal(&old, &wanted)) {
            return Ok(());
        }
        match diff::diff(node, new) {
            Some(plan) => self.visit(node, &plan),
            None => self.replace(node, new),
        }
    }

    fn mapping(&mut self, mapping: Node<'d>, plan: &Plan<'_>) -> Result<(), Diagnostic> {
        if !plan.inserts.is_empty() {
            return Err(refuse(mapping, "items cannot be inserted into a map"));
        }
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        let mut nodes = Vec::new();
        for entry in mapping.entries() {
            if entry.key.is_merge_key() {
                return Err(refuse(entry.key, "a map with a merge key (`<<`) cannot be edited"));
            }
            if let Some(key) = entry.key.key_text() {
                places.entry(key).or_default().push(nodes.len());
            }
            nodes.push(entry.value);
        }
        let mut added = Vec::new();
        let mut removed = vec![false; nodes.len()];
        for (key, plan) in &plan.children {
            let at = match places.get(key).map(Vec::as_slice) {
                None => {
                    let fault = |fault| refuse(mapping, format!("{fault}: no key `{key}`"));
                    let created = plan.create().map_err(fault)?;
                    let at = self.place_of(mapping, key);
                    added.push((at, Fragment::Mapping(vec![(key.clone().into(), created)])));
                    continue;
                }
                Some([at]) => *at,
                Some(_) => return Err(refuse(mapping, format!("the key `{key}` is there twice"))),
            };
            let node = nodes[at];
            if let Some(key) = node.key().filter(|key| key.indicator().is_some() || key.kind() == Kind::Alias)
            {
                return Err(refuse(key, "a key after `?` or from an alias cannot be edited"));
            }
            if plan.removes() {
                removed[at] = true;
            } else {
                self.visit(node, plan)?;
            }
        }
        let ordered = added.iter().any(|(_, one)| {
            let map = mapping.pointer();
            one.entries().iter().any(|(key, _)| (self.order)(&map, key).is_some())
        });
        self.children(Children { collection: mapping, nodes, removed, inserted: added, ordered })
    }

    /// The index of the entry that a new key stands before.
    fn place_of(&self, mapping: Node<'d>, key: &str) -> usize {
        let end = mapping.entries().count();
        let map = mapping.pointer();
        let Some(own) = (self.order)(&map, key) else { return end };
        let rank = |entry: &Entry<'_>| entry.key.key_text().and_then(|key| (self.order)(&map, &key));
        let ranks: Vec<_> = mapping.entries().map(|entry| rank(&entry)).collect();
        match ranks.iter().rposition(|rank| rank.is_some_and(|rank| rank < own)) {
            Some(last) => last + 1,
            // A comment above the first key would speak of the new one.
            None if ranks.iter().any(Option::is_some) && !self.around.comment_above(mapping) => 0,
            None => end,
        }
    }

    fn sequence(&mut self, sequence: Node<'d>, plan: &Plan<'_>) -> Result<(), Diagnostic> {
        let nodes: Vec<_> = sequence.items().collect();
        let mut removed = vec![false; nodes.len()];
        for (step, plan) in &plan.children {
            let Some(at) = pointer::index(step).filter(|at| *at < nodes.len()) else {
                return Err(refuse(sequence, format!("the list has no item `{step}`")));
            };
            if plan.removes() {
                removed[at] = true;
            } else {
                self.visit(nodes[at], plan)?;
            }
        }
        let end = nodes.len();
        let inserts = plan.inserts.iter();
        let mut inserted: Vec<_> = inserts
            .map(|(at, value)| (at.unwrap_or(end).min(end), Fragment::Sequence(vec![value.clone()])))
            .collect();
        // In the order of their places, so that insertions at one place come out in order.
        inserted.sort_by_key(|(at, _)| *at);
        self.children(Children { collection: sequence, nodes, removed, inserted, ordered: false })
    }

    /// Takes children away and puts new ones in.
    fn children(&mut self, children: Children<'d, '_>) -> Result<(), Diagnostic> {
        if children.inserted.is_empty() && !children.removed.contains(&true) {
            return Ok(());
        }
        if children.kept_from(0).is_none() {
            return self.replace(children.collection, &merged(&children));
        }
        match children.collection.style() {
            Style::Block => self.block_children(&children),
            Style::Flow => {
                self.flow_children(&children);
                Ok(())
            }
            _ => Err(refuse(children.collection, "a map without braces in a list cannot be edited")),
        }
    }
}

/// All new children in one collection.
fn merged<'p>(children: &Children<'_, 'p>) -> Fragment<'p> {
    if children.collection.kind() == Kind::Sequence {
        let items = children.inserted.iter().filter_map(|(_, one)| match one {
            Fragment::Sequence(items) => items.first().cloned(),
            _ => None,
        });
        return Fragment::Sequence(items.collect());
    }
    let entries = children.inserted.iter().filter_map(|(_, one)| match one {
        Fragment::Mapping(entries) => entries.first().cloned(),
        _ => None,
    });
    Fragment::Mapping(entries.collect())
}
