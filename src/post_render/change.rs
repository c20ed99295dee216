//! The changes that the configuration names by their kind: images, labels, annotations, namespace, replicas.

use serde_json::{Map, Value};

use super::apply::is_open;
use super::config::{Change, ChangeWork, Dialect, Labels};
use super::fields::{FieldSpec, Fields};
use super::{Line, Work, images};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::Identity;
use crate::yaml::equal;

impl Work<'_> {
    /// Does one change; whatever does not fit becomes a finding.
    pub(super) fn change(&mut self, change: &Change, dialect: Dialect) {
        let mut line = Line { step: change.name.clone(), found: Vec::new(), changed: 0, deleted: 0 };
        let rules = self.known.rules;
        match &change.work {
            ChangeWork::Images(image) => {
                self.images(change, dialect, &|text| images::renamed(text, image), &mut line);
            }
            ChangeWork::Mirror(mirror) => {
                self.images(change, dialect, &|text| images::mirrored(text, mirror), &mut line);
            }
            ChangeWork::Labels(wanted) => {
                self.each(&mut line, |object, identity| labels(object, identity, wanted, rules.fields()))
            }
            ChangeWork::Annotations(pairs) => self.each(&mut line, |object, identity| {
                put(object, identity, &[FieldSpec::everywhere("metadata/annotations")], pairs);
                put(object, identity, &rules.fields().annotations, pairs);
                true
            }),
            ChangeWork::Namespace(name) => self.namespace(change, name, &mut line),
            ChangeWork::Placement(placement) => self.place(change, placement, &mut line),
            ChangeWork::Replicas(replicas) => self.each(&mut line, |object, identity| {
                let specs: Vec<_> =
                    rules.fields().replicas.iter().filter(|spec| spec.fits(identity)).collect();
                let wanted = identity.name == replicas.name && !specs.is_empty();
                if wanted {
                    specs
                        .iter()
                        .for_each(|spec| spec.change(object, &mut |value| *value = replicas.count.into()));
                }
                wanted
            }),
            ChangeWork::Replacement(replacement) => self.replacement(change, replacement, dialect, &mut line),
        }
        self.check_change(change, &line, dialect);
        self.report.push(line);
    }

    /// Holds what a change found and did against what it should.
    fn check_change(&mut self, change: &Change, line: &Line, dialect: Dialect) {
        let own = dialect == Dialect::PostRender;
        if change.optional || !(own || matches!(change.work, ChangeWork::Replicas(_))) {
            return;
        }
        // A replacement has said itself what it does not find.
        let (code, message) = match (line.found.is_empty(), line.changed) {
            (true, _) if matches!(change.work, ChangeWork::Replacement(_)) => return,
            (true, _) => ("no-match", format!("{} finds nothing to change", change.name)),
            (false, 0) if own => {
                ("no-effect", format!("{} changes nothing: all is like this already", change.name))
            }
            _ => return,
        };
        self.findings.push(Diagnostic::error(code, message).at(&change.source, change.span, ""));
    }

    /// Changes every object for which `change` is true.
    pub(super) fn each(&mut self, line: &mut Line, mut change: impl FnMut(&mut Value, &Identity) -> bool) {
        let (hooks, recipe) = (self.hooks, self.recipe.clone());
        for object in self.manifests.iter_mut().flat_map(|manifest| &mut manifest.objects) {
            let Some(identity) = object.current_identity().filter(|_| is_open(object, hooks)) else {
                continue;
            };
            if recipe.as_ref().is_some_and(|recipe| !recipe.is_for(object)) {
                continue;
            }
            let Some(mut value) = object.value.clone() else { continue };
            if change(&mut value, &identity) {
                let untested = recipe.as_ref().and_then(|recipe| recipe.guard(object));
                self.findings.extend(untested.map(Diagnostics::from).unwrap_or_default());
                line.found.push(identity.to_string());
                line.changed += usize::from(object.value.as_ref().is_none_or(|old| !equal(old, &value)));
                object.value = Some(value);
            }
        }
    }
}

/// Sets strings in the maps of these fields.
fn put(object: &mut Value, identity: &Identity, specs: &[FieldSpec], pairs: &[(String, String)]) {
    for spec in specs.iter().filter(|spec| spec.fits(identity)) {
        spec.change(object, &mut |value| {
            if value.is_null() {
                *value = Value::Object(Map::new());
            }
            if let Value::Object(map) = value {
                for (key, text) in pairs {
                    map.insert(key.clone(), text.clone().into());
                }
            }
        });
    }
}

fn labels(object: &mut Value, identity: &Identity, wanted: &Labels, fields: &Fields) -> bool {
    put(object, identity, &[FieldSpec::everywhere("metadata/labels")], &wanted.pairs);
    if wanted.selectors {
        put(object, identity, &fields.selectors, &wanted.pairs);
    }
    if wanted.selectors || wanted.templates {
        put(object, identity, &fields.templates, &wanted.pairs);
    }
    put(object, identity, &wanted.fields, &wanted.pairs);
    true
}
