use super::*;
use crate::catalog::{Catalog, Files};
use serde_json::json;

fn rules() -> Rules {
    let catalog = Catalog::load(Files::embedded()).expect("loads");
    Rules::of(&catalog).expect("reads")
}

fn object(kind: &str, name: &str, rest: Value) -> Part {
    let identity = Identity { kind: kind.into(), name: name.into(), ..Identity::default() };
    Part { kinds: vec![kind.into()], identity, content: rest }
}

fn platform(parts: Vec<Part>) -> Platform {
    Platform { releases: vec!["r".into()], parts: [("r".to_owned(), parts)].into() }
}

/// The risk of each change from one part to another, by path.
fn risks(old: Part, new: Part) -> Vec<(String, &'static str)> {
    let changes = compare(&platform(vec![old]), &platform(vec![new]), &rules());
    changes
        .iter()
        .flat_map(|change| &change.fields)
        .map(|field| (field.path.clone(), field.risk.word()))
        .collect()
}

#[test]
fn fields_that_kubernetes_refuses_are_told_from_restarts() {
    let set = |replicas: i64, size: &str, image: &str| {
        object(
            "StatefulSet",
            "s",
            json!({"spec": {
                "replicas": replicas,
                "template": {"spec": {"containers": [{"name": "c", "image": image}]}},
                "volumeClaimTemplates": [{"spec": {"resources": {"requests": {"storage": size}}}}],
            }}),
        )
    };
    assert_eq!(
        risks(set(1, "8Gi", "a"), set(3, "20Gi", "b")),
        [
            ("spec.replicas".to_owned(), "none"),
            ("spec.template.spec.containers[name=c].image".to_owned(), "restart"),
            ("spec.volumeClaimTemplates[0].spec.resources.requests.storage".to_owned(), "immutable"),
        ]
    );
}

#[test]
fn another_secret_is_an_outage_until_it_exists() {
    let pod = |name: &str| {
        let env = json!([{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": name, "key": "k"}}}]);
        object(
            "Deployment",
            "d",
            json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "env": env}]}}}}),
        )
    };
    assert_eq!(risks(pod("a"), pod("b"))[0].1, "outage");
}

#[test]
fn what_goes_has_the_risk_of_its_kind() {
    for (kind, risk) in [
        ("PersistentVolumeClaim", "data-loss"),
        ("StatefulSet", "data-loss"),
        ("CustomResourceDefinition", "data-loss"),
        ("Namespace", "data-loss"),
        ("Secret", "outage"),
        ("Deployment", "outage"),
        ("PodDisruptionBudget", "none"),
    ] {
        let changes = compare(&platform(vec![object(kind, "x", json!({}))]), &platform(vec![]), &rules());
        assert_eq!((changes[0].what, changes[0].risk.word()), (What::Removed, risk), "{kind}");
    }
}

#[test]
fn a_renamed_secret_goes_and_comes() {
    let changes = compare(
        &platform(vec![object("Secret", "old", json!({"data": {"k": "aaa"}}))]),
        &platform(vec![object("Secret", "new", json!({"data": {"k": "aaa"}}))]),
        &rules(),
    );
    assert_eq!(
        changes.iter().map(|c| (c.what, c.risk)).collect::<Vec<_>>(),
        [(What::Removed, Risk::Outage), (What::Added, Risk::None)]
    );
}

#[test]
fn values_of_secrets_are_not_given() {
    let secret = |value: &str| object("Secret", "s", json!({"data": {"k": value}}));
    let changes = compare(&platform(vec![secret("aaa")]), &platform(vec![secret("bbb")]), &rules());
    assert_eq!(changes[0].fields[0].after, Some(json!("(not shown)")));
    assert!(!format!("{changes:?}").contains("bbb"));
}

#[test]
fn a_release_that_moves_is_named() {
    let release = |namespace: &str| object("Release", "r", json!({"namespace": namespace}));
    assert_eq!(risks(release("a"), release("b")), [("namespace".to_owned(), "data-loss")]);
    assert_eq!(risks(release("a"), release("a")), []);
}
