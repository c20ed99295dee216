//! Tests of resolution.

use serde_json::{Value, json};

use crate::schema::testing::{schema, yaml};

const PARTS: [(&str, &str); 2] = [
    (
        "platform",
        r#"
type: object
additionalProperties: false
properties:
  profile: {type: string, enum: [small, large], default: small, x-preset: true, description: How large.}
  size: {type: string, enum: [s, m], default: s, x-preset: true, description: A size.}
  name: {type: string, default: lake, description: The name.}
  labels: {type: object, additionalProperties: {type: string}, default: {team: data}, description: Labels.}
  free: {type: object, additionalProperties: true, description: Anything.}
"#,
    ),
    (
        "store",
        r#"
type: object
additionalProperties: false
properties:
  store:
    type: object
    description: The store.
    additionalProperties: false
    required: [bucket]
    properties:
      bucket: {type: string, description: The bucket.}
      replicas: {type: integer, default: 1, description: Copies.}
      quorum:
        type: integer
        default: 1
        x-default-expression: "root.store.replicas / 2 + 1"
        description: Votes.
      address:
        type: string
        default: ""
        x-default-expression: "root.name + '-' + string(root.store.quorum)"
        description: Where it is.
      jobs:
        type: array
        default: []
        description: The jobs.
        items:
          type: object
          additionalProperties: false
          required: [name]
          properties:
            name: {type: string, description: Its name.}
            parallelism: {type: integer, default: 2, description: How many.}
            owner: {type: string, default: "", x-default-expression: root.name, description: Who.}
      users:
        type: object
        description: The users.
        additionalProperties:
          type: object
          additionalProperties: false
          properties: {admin: {type: boolean, default: false, description: May all.}}
"#,
    ),
];

fn fill(user: &str) -> Value {
    let presets = |path: &str, value: &str| match (path, value) {
        ("profile", "large") => Some(yaml("size: m\nname: big\nstore: {replicas: 5}")),
        ("size", "m") => Some(yaml("name: medium\nlabels: {tier: m}")),
        _ => None,
    };
    schema(&PARTS).expect("composes").fill(&yaml(user), &presets).expect("fills")
}

#[test]
fn defaults_come_in_schema_order() {
    let values = fill("store: {bucket: b}");
    assert_eq!(
        values.to_string(),
        json!({
            "profile": "small", "size": "s", "name": "lake", "labels": {"team": "data"}, "free": {},
            "store": {"bucket": "b", "replicas": 1, "quorum": 1, "address": "lake-1", "jobs": [], "users": {}},
        })
        .to_string()
    );
}

#[test]
fn computed_defaults_follow_each_other_and_yield_to_the_user() {
    let values = fill("store: {bucket: b, replicas: 5}");
    assert_eq!(values.pointer("/store/quorum"), Some(&json!(3)));
    assert_eq!(values.pointer("/store/address"), Some(&json!("lake-3")));
    assert_eq!(fill("store: {quorum: 9}").pointer("/store/address"), Some(&json!("lake-9")));
    assert_eq!(fill("store: {address: x}").pointer("/store/address"), Some(&json!("x")));
}

#[test]
fn presets_choose_presets_and_the_broader_wins() {
    let values = fill("profile: large");
    assert_eq!(values.pointer("/size"), Some(&json!("m")));
    assert_eq!(values.pointer("/name"), Some(&json!("big")));
    assert_eq!(values.pointer("/labels"), Some(&json!({"team": "data", "tier": "m"})));
    assert_eq!(values.pointer("/store/quorum"), Some(&json!(3)));
    assert_eq!(fill("{profile: large, size: s}").pointer("/labels"), Some(&json!({"team": "data"})));
    assert_eq!(fill("size: m").pointer("/name"), Some(&json!("medium")));
}

#[test]
fn items_and_entries_are_filled() {
    let values = fill("store: {jobs: [{name: a}, {name: b, parallelism: 7, owner: me}], users: {x: {}}}");
    assert_eq!(
        values.pointer("/store/jobs"),
        Some(&json!([
            {"name": "a", "parallelism": 2, "owner": "lake"},
            {"name": "b", "parallelism": 7, "owner": "me"},
        ]))
    );
    assert_eq!(values.pointer("/store/users"), Some(&json!({"x": {"admin": false}})));
}

#[test]
fn null_takes_away() {
    let values =
        fill("{profile: large, name: null, labels: {team: null, x: y}, free: {a: null, b: {c: null}}}");
    assert_eq!(values.pointer("/name"), Some(&json!("lake")), "not the preset's");
    assert_eq!(values.pointer("/labels"), Some(&json!({"tier": "m", "x": "y"})));
    assert_eq!(values.pointer("/free"), Some(&json!({"b": {}})));
    assert_eq!(fill("labels: null").pointer("/labels"), Some(&json!({"team": "data"})));
}

#[test]
fn a_circle_of_computed_defaults_is_an_error() {
    let part = r#"
type: object
additionalProperties: false
properties:
  a: {type: integer, default: 0, x-default-expression: root.b + 1, description: One.}
  b: {type: integer, default: 0, x-default-expression: root.a + 1, description: Two.}
  c: {type: integer, default: 0, description: Three.}
"#;
    let schema = schema(&[("x", part)]).expect("composes");
    let errors = schema.fill(&json!({}), &|_, _| None).expect_err("never settles");
    assert_eq!(errors.iter().map(|e| e.code.as_str()).collect::<Vec<_>>(), ["broken-default"; 2]);
    assert!(errors.iter().all(|e| e.message.contains("never settles")));
    assert!(schema.fill(&json!({"a": 1}), &|_, _| None).is_ok());
}

#[test]
fn presets_that_choose_each_other_are_an_error() {
    let presets = |path: &str, value: &str| match (path, value) {
        ("size", "s") => Some(json!({"profile": "large"})),
        ("profile", "large") => Some(json!({"size": "m"})),
        _ => None,
    };
    let errors = schema(&PARTS).expect("composes").fill(&json!({}), &presets).expect_err("a circle");
    assert!(errors.iter().any(|e| e.code == "preset-cycle"));
}
