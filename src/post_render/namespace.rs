//! What refers to objects of another namespace, when these move.

use serde_json::Value;

use super::fields::FieldSpec;
use crate::manifest::Identity;

/// Lets the references of an object follow the objects that move to a namespace.
pub(super) fn refer(object: &mut Value, identity: &Identity, moved: &[Identity], namespace: &str) {
    let is_there = |kind: &str, name: &str, of: Option<&str>| {
        moved.iter().any(|other| {
            let same = of.is_none_or(|of| of.is_empty() || of == other.effective_namespace());
            other.kind == kind && other.name == name && same
        })
    };
    if matches!(identity.kind.as_str(), "RoleBinding" | "ClusterRoleBinding") {
        FieldSpec { path: "subjects".into(), ..FieldSpec::default() }.change(object, &mut |subjects| {
            for subject in subjects.as_array_mut().into_iter().flatten() {
                let text =
                    |key: &str| subject.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
                let (kind, name, of) = (text("kind"), text("name"), text("namespace"));
                let account = kind == "ServiceAccount";
                let default = name == "default" && (account || kind.is_empty());
                let follows = default || (account && is_there("ServiceAccount", &name, Some(&of)));
                if let Some(map) = subject.as_object_mut().filter(|_| follows) {
                    map.insert("namespace".into(), namespace.into());
                }
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
        if !known {
            continue;
        }
        FieldSpec { path: path.into(), ..FieldSpec::default() }.change(object, &mut |service| {
            let text = |key: &str| service.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let follows = is_there("Service", &text("name"), Some(&text("namespace")));
            if let Some(map) = service.as_object_mut().filter(|_| follows) {
                map.insert("namespace".into(), namespace.into());
            }
        });
    }
}
