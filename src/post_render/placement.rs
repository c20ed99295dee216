//! `namespace: {fill: …}` and `namespace: {place: …}`: namespaces for objects, without breaking what names them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::apply::is_open;
use super::config::{Change, Placement};
use super::fields::{FieldSpec, values};
use super::{Line, Work, namespace};
use crate::diagnostic::Diagnostic;
use crate::manifest::{Identity, Object};

/// An object of the stream, and whether it moves.
struct Seen<'v> {
    identity: Identity,
    value: &'v Value,
    moves: bool,
}

impl Work<'_> {
    /// Fills namespaces in, or moves objects.
    pub(super) fn place(&mut self, change: &Change, placement: &Placement, line: &mut Line) {
        let clusters = self.cluster_scoped_customs();
        let is_cluster_scoped = |identity: &Identity, fields: &super::Fields| {
            fields.is_cluster_scoped(identity)
                || clusters.contains(&(identity.group.clone(), identity.kind.clone()))
        };
        let (fields, recipe) = (self.known.rules.fields(), self.recipe.clone());
        let selects = |object: &Object| {
            let Some(identity) = object.current_identity() else { return false };
            let wanted = placement.target.as_ref().is_none_or(|target| target.selects(object));
            let open =
                placement.moves || (identity.namespace.is_empty() && !is_cluster_scoped(&identity, fields));
            let within = recipe.as_ref().is_none_or(|recipe| recipe.is_for(object));
            wanted && within && open && identity.namespace != placement.namespace
        };
        let hooks = self.hooks;
        let objects = || self.manifests.iter().flat_map(|manifest| &manifest.objects);
        let seen: Vec<Seen<'_>> = objects()
            .filter_map(|object| {
                let identity = object.current_identity()?;
                let moves = is_open(object, hooks) && selects(object);
                Some(Seen { identity, value: object.value.as_ref()?, moves })
            })
            .collect();
        let mut faults = Vec::new();
        if placement.moves {
            let stuck = seen.iter().filter(|seen| seen.moves && is_cluster_scoped(&seen.identity, fields));
            faults.extend(stuck.map(|seen| format!("{} has no namespace", seen.identity)));
            faults.extend(self.dangling(&seen, &placement.namespace));
        }
        let moved: Vec<Identity> =
            seen.iter().filter(|seen| seen.moves).map(|seen| seen.identity.clone()).collect();
        for fault in faults {
            let message = format!("{} cannot move what it names: {fault}", change.name);
            self.findings.push(
                Diagnostic::error("cannot-move", message)
                    .at(&change.source, change.span, "")
                    .help("let `target` name the objects that can move, and all that belong together"),
            );
        }
        let target = FieldSpec::everywhere("metadata/namespace");
        self.each(line, |object, identity| {
            let moves = moved.contains(identity);
            let before = object.clone();
            if moves {
                target.change(object, &mut |value| *value = placement.namespace.as_str().into());
            }
            let follows = |kind: &str, name: &str, of: &str| {
                let same = |other: &Identity| match placement.moves {
                    true => other.effective_namespace() == if of.is_empty() { "default" } else { of },
                    false => of.is_empty(),
                };
                moved.iter().any(|other| other.kind == kind && other.name == name && same(other))
            };
            namespace::refer(object, identity, &follows, &placement.namespace);
            moves || before != *object
        });
        self.refuse_conflicts(change);
    }

    /// Kinds of custom resources that have no namespace, as the definitions in the stream say.
    fn cluster_scoped_customs(&self) -> BTreeSet<(String, String)> {
        let objects = self.manifests.iter().flat_map(|manifest| &manifest.objects);
        let definitions = objects.filter(|object| object.identity.kind == "CustomResourceDefinition");
        let text = |value: &Value, place: &str| Some(value.pointer(place)?.as_str()?.to_owned());
        let scoped = definitions.filter_map(|object| object.value.as_ref()).filter_map(|value| {
            let cluster = value.pointer("/spec/scope").and_then(Value::as_str) == Some("Cluster");
            cluster.then(|| Some((text(value, "/spec/group")?, text(value, "/spec/names/kind")?)))?
        });
        scoped.collect()
    }

    /// What would not find each other any more.
    fn dangling(&self, seen: &[Seen<'_>], namespace: &str) -> Vec<String> {
        let after =
            |seen: &Seen<'_>| if seen.moves { namespace.to_owned() } else { seen.identity.namespace.clone() };
        let parts = |a: &Seen<'_>, b: &Seen<'_>| {
            a.identity.effective_namespace() == b.identity.effective_namespace() && after(a) != after(b)
        };
        let references = self.known.rules.references();
        let mut faults = Vec::new();
        for one in seen {
            let names = references.of(one.value, &one.identity, self.known.table());
            let named = seen.iter().filter(|other| {
                parts(one, other)
                    && names.contains(&(other.identity.kind.clone(), other.identity.name.clone()))
            });
            for other in named {
                faults.push(match one.moves {
                    true => format!("{} names {}, which stays", one.identity, other.identity),
                    false => format!("{}, which stays, names {}", one.identity, other.identity),
                });
            }
            let selectors = references.selectors.iter().filter(|spec| spec.fits(&one.identity));
            for labels in selectors.flat_map(|spec| values(one.value, &spec.path)) {
                for other in seen.iter().filter(|other| parts(one, other) && self.has_pods(other, labels)) {
                    faults.push(match one.moves {
                        true => format!("{} selects pods of {}, which stays", one.identity, other.identity),
                        false => format!("{}, which stays, selects pods of {}", one.identity, other.identity),
                    });
                }
            }
        }
        faults
    }

    /// True when the pods of an object have these labels.
    fn has_pods(&self, seen: &Seen<'_>, labels: &Value) -> bool {
        let Some(wanted) = labels.as_object().filter(|labels| !labels.is_empty()) else { return false };
        let places = self.known.table().pods(&seen.identity.api_version(), &seen.identity.kind);
        places.iter().any(|place| {
            let found = seen.value.pointer(&format!("{place}/metadata/labels"));
            found.is_some_and(|found| wanted.iter().all(|(key, value)| found.get(key) == Some(value)))
        })
    }
}
