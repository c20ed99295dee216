//! Aliases and anchors at a change: written out first, so that the change stays where it was asked for.

use super::editor::Editor;
use super::plan::{Action, Plan};
use super::surroundings::Surroundings;
use super::{refuse, with_edits};
use crate::diagnostic::Diagnostic;
use crate::yaml::{Document, Fragment, Kind, Node, pointer, value};

/// Rounds of writing out; each takes away one level of aliases.
const ROUNDS: usize = 32;
/// Bytes that writing out may add to a document.
const GROWTH: usize = 64 << 20;

/// The document with every alias written out that a change would touch; none when there is none.
#[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
pub(super) fn detach(document: &Document, plan: &Plan<'_>) -> Result<Option<Document>, Diagnostic> {
    let mut detached: Option<Document> = None;
    for _ in 0..ROUNDS {
        let current = detached.as_ref().unwrap_or(document);
        let aliases = aliases(current, plan);
        if aliases.is_empty() {
            return Ok(detached);
        }
        let mut editor =
            Editor { around: Surroundings::of(current, true), order: &|_, _| None, edits: Vec::new() };
        for alias in aliases {
            if alias.is_key() {
                return Err(refuse(alias, "an alias that is a key cannot be written out"));
            }
            let copy = Fragment::from_node(alias.resolved())
                .map_err(|faults| faults.into_iter().next().unwrap_or_else(|| refuse(alias, "no value")))?;
            editor.replace(alias, &copy)?;
            if editor.edits.iter().map(|edit| edit.text.len()).sum::<usize>() > GROWTH {
                return Err(refuse(alias, "the aliases of this document expand to too much"));
            }
        }
        detached = Some(with_edits(current, &editor.edits)?);
    }
    Err(refuse(document.root(), "the aliases of this document are nested too deep"))
}

/// The aliases on the way to a change, and those of anchors whose nodes change.
fn aliases<'d>(document: &'d Document, plan: &Plan<'_>) -> Vec<Node<'d>> {
    let tree = document.tree();
    if tree.records.iter().all(|record| record.kind != Kind::Alias) {
        return Vec::new();
    }
    let mut touched = Touched::default();
    touched.walk(document.root(), plan);
    let replaced = |node: Node<'_>| touched.replaced.iter().any(|whole| whole.contains(node));
    let changed = |node: Node<'_>| touched.path.contains(&node) || replaced(node);
    let all = (0_u32..).zip(&tree.records).filter(|(_, record)| record.kind == Kind::Alias);
    all.map(|(index, _)| document.root().at(index))
        .filter(|alias| touched.aliases.contains(alias) || (!replaced(*alias) && changed(alias.resolved())))
        .collect()
}

#[derive(Default)]
struct Touched<'d> {
    /// Nodes below which something changes.
    path: Vec<Node<'d>>,
    /// Nodes that go away or get a new value.
    replaced: Vec<Node<'d>>,
    /// Aliases below which something changes.
    aliases: Vec<Node<'d>>,
}

impl<'d> Touched<'d> {
    fn walk(&mut self, node: Node<'d>, plan: &Plan<'_>) {
        match &plan.action {
            Some(Action::Remove) => self.replaced.push(node),
            Some(Action::Set(new)) => {
                let same = value::read_lenient(node).is_ok_and(|old| value::equal(&old, &new.to_value()));
                if !same {
                    self.replaced.push(node);
                }
            }
            None if plan.children.is_empty() && plan.inserts.is_empty() => {}
            None if node.kind() == Kind::Alias => self.aliases.push(node),
            None => {
                self.path.push(node);
                for (step, plan) in &plan.children {
                    let child = match node.kind() {
                        Kind::Sequence => pointer::index(step).and_then(|at| node.items().nth(at)),
                        _ => node
                            .entries()
                            .filter(|entry| entry.key.key_text().as_deref() == Some(step))
                            .last()
                            .map(|entry| entry.value),
                    };
                    if let Some(child) = child {
                        self.walk(child, plan);
                    }
                }
            }
        }
    }
}
