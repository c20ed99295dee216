//! What refers to objects of another namespace, when these move.

use std::collections::HashSet;

use serde_json::Value;

use super::apply::is_open;
use super::config::Change;
use super::fields::FieldSpec;
use super::{Line, Work};
use crate::diagnostic::Diagnostic;
use crate::manifest::{Identity, Object};

impl Work<'_> {
    /// Moves everything that has a namespace, and what refers to it, as kustomize does.
    pub(super) fn namespace(&mut self, change: &Change, name: &str, line: &mut Line) {
        let fields = self.known.rules.fields();
        let objects =
            self.manifests.iter().flat_map(|manifest| &manifest.objects).filter_map(Object::current_identity);
        let moved: Vec<Identity> = objects.filter(|identity| !fields.is_cluster_scoped(identity)).collect();
        self.each(line, |object, identity| {
            let follows = |kind: &str, name: &str, of: &str| {
                // To kustomize every account `default` is the one that moves.
                let default = name == "default" && kind == "ServiceAccount";
                let is = |other: &Identity| {
                    let same = of.is_empty() || of == other.effective_namespace();
                    other.kind == kind && other.name == name && same
                };
                default || moved.iter().any(is)
            };
            refer(object, identity, &follows, name);
            if identity.kind == "Namespace" && identity.group.is_empty() {
                FieldSpec::everywhere("metadata/name").change(object, &mut |value| *value = name.into());
            } else if !fields.is_cluster_scoped(identity) {
                FieldSpec::everywhere("metadata/namespace").change(object, &mut |value| *value = name.into());
            }
            true
        });
        self.refuse_conflicts(change);
    }

    /// Two objects of one identity, which came from different namespaces, are a finding.
    pub(super) fn refuse_conflicts(&mut self, change: &Change) {
        let mut seen = HashSet::new();
        let objects = self.manifests.iter().flat_map(|manifest| &manifest.objects);
        let open = objects.filter(|object| is_open(object, self.hooks));
        let now: Vec<Identity> = open.filter_map(Object::current_identity).collect();
        for identity in now {
            if !identity.name.is_empty() && !seen.insert(identity.clone()) {
                let message = format!("there would be two objects {identity}");
                self.findings.push(
                    Diagnostic::error("conflicting-objects", message)
                        .at(&change.source, change.span, "")
                        .help("they came from different namespaces"),
                );
            }
        }
    }
}

/// Lets the references of an object follow the objects that move: `follows` takes kind, name and namespace of what
/// is referred to, where the namespace may be empty.
pub(super) fn refer(
    object: &mut Value,
    identity: &Identity,
    follows: &dyn Fn(&str, &str, &str) -> bool,
    namespace: &str,
) {
    let put = |place: &mut Value, follows: bool| {
        if let Some(map) = place.as_object_mut().filter(|_| follows) {
            map.insert("namespace".into(), namespace.into());
        }
    };
    let text =
        |place: &Value, key: &str| place.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    if matches!(identity.kind.as_str(), "RoleBinding" | "ClusterRoleBinding") {
        FieldSpec::at("subjects").change(object, &mut |subjects| {
            for subject in subjects.as_array_mut().into_iter().flatten() {
                let (kind, name, of) =
                    (text(subject, "kind"), text(subject, "name"), text(subject, "namespace"));
                // A subject without a kind is an account to kustomize.
                let account = kind == "ServiceAccount" || (kind.is_empty() && name == "default");
                let moves = account && follows("ServiceAccount", &name, &of);
                put(subject, moves);
            }
        });
    }
    for path in
        ["webhooks/clientConfig/service", "spec/service", "spec/conversion/webhook/clientConfig/service"]
    {
        let known = match path {
            "spec/service" => identity.kind == "APIService",
            "webhooks/clientConfig/service" => identity.kind.ends_with("WebhookConfiguration"),
            _ => identity.kind == "CustomResourceDefinition",
        };
        if known {
            FieldSpec::at(path).change(object, &mut |service| {
                let moves = follows("Service", &text(service, "name"), &text(service, "namespace"));
                put(service, moves);
            });
        }
    }
}
