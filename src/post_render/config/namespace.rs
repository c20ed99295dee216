//! `namespace`: a name, as in kustomize, or what of our own may be filled in or moved.

use super::fields::Fields;
use super::target::Target;
use super::transformers::Work;
use super::{Dialect, Reading, Step};
use crate::yaml::Kind;

/// A namespace for some objects.
#[derive(Debug)]
pub struct Placement {
    /// The namespace.
    pub namespace: String,
    /// Which objects; none for all.
    pub target: Option<Target>,
    /// Objects move to it; otherwise only those get it that have none.
    pub moves: bool,
}

impl Reading<'_, '_> {
    pub(super) fn namespace(&mut self, fields: &Fields<'_>, steps: &mut Vec<Step>) {
        let Some(node) = fields.get("namespace") else { return };
        if node.kind() != Kind::Mapping || self.dialect == Dialect::Kustomize {
            let Some(name) = fields.text("namespace", self).filter(|name| !name.is_empty()) else { return };
            steps.push(self.step("namespace".to_owned(), node, Work::Namespace(name), false));
            return;
        }
        let known = ["fill", "place", "target", "optional"];
        let Some(entry) = Fields::read(node, "`namespace`", &known, self) else { return };
        let target = match entry.get("target") {
            Some(target) => match Target::read(target, self) {
                Some(target) => Some(target),
                None => return,
            },
            None => None,
        };
        let moves = entry.get("place").is_some();
        if moves == entry.get("fill").is_some() {
            self.report(node, "missing-field", "`namespace` needs `fill` or `place`, and not both");
            return;
        }
        if moves && target.is_none() {
            self.report(node, "missing-field", "`place` needs the `target` that names what may move");
            return;
        }
        let Some(namespace) = entry.needed(if moves { "place" } else { "fill" }, self) else { return };
        let optional = entry.flag("optional", self);
        let work = Work::Placement(Placement { namespace, target, moves });
        steps.push(self.step("namespace".to_owned(), node, work, optional));
    }
}
