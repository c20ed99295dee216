//! Tests of what the charts get.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Block, Chart, chart_schema, chart_values, unknown_globals};
use crate::schema::Schema;
use crate::schema::testing::{schema, yaml};

const PLATFORM: &str = r##"
type: object
additionalProperties: false
definitions:
  size: {type: string, pattern: "^[0-9]+[GM]i$", x-pattern-help: A size such as 10Gi.}
  limits:
    type: object
    additionalProperties: false
    properties: {memory: {$ref: "#/definitions/size", default: 1Gi, description: Memory.}}
properties:
  images:
    type: object
    description: The images.
    additionalProperties: false
    properties:
      registry: {type: string, default: "", x-helm: global, description: "Registry of the images."}
      build: {type: boolean, default: true, description: Whether to build them.}
      pullPolicy: {type: string, enum: [Always, Never], default: Always, x-helm: global, description: When to pull.}
  scheduling:
    type: object
    x-helm: global
    description: Where pods run.
    additionalProperties: false
    properties:
      nodeSelector: {type: object, additionalProperties: {type: string}, description: Labels of nodes.}
  secret: {type: string, default: none, description: Not for charts.}
"##;

const STORE: &str = r##"
type: object
additionalProperties: false
properties:
  store:
    type: object
    description: The store.
    additionalProperties: false
    required: [replicas]
    properties:
      mode: {type: string, enum: [a, b], default: a, description: Fixed when generated.}
      replicas: {type: integer, minimum: 1, maximum: 7, x-helm: chart, description: "Number of servers, of which one or more answer clients; three of them survive the loss of one server."}
      storage:
        type: object
        description: The volumes.
        additionalProperties: false
        properties:
          size: {$ref: "#/definitions/size", default: 2Gi, x-helm: chart, description: Size of a volume.}
          path: {type: string, default: /data, description: Fixed.}
      limits: {$ref: "#/definitions/limits", x-helm: chart, description: Limits.}
      labels: {type: object, additionalProperties: {type: string}, default: {on: "yes"}, x-helm: chart, description: Labels.}
      names: {type: array, items: {type: string}, default: [a, "1"], x-helm: chart, description: Names.}
      jobs:
        type: array
        default: []
        description: Jobs.
        items:
          type: object
          additionalProperties: false
          required: [name]
          properties:
            name: {type: string, description: Name.}
            parallelism: {type: integer, default: 2, minimum: 1, description: How many at once.}
"##;

const OPERATOR: &str = r#"
type: object
additionalProperties: false
properties:
  store:
    properties:
      operator:
        type: object
        description: Its operator.
        additionalProperties: false
        properties: {copies: {type: integer, default: 1, x-helm: chart, description: Copies.}}
"#;

pub fn sample() -> Schema {
    schema(&[("platform", PLATFORM), ("store", STORE), ("operator", OPERATOR)]).expect("composes")
}

fn resolved(schema: &Schema) -> Value {
    schema.fill(&json!({"store": {"replicas": 3}}), &|_, _| None).expect("fills")
}

fn chart<'a>(root: Option<&'a str>, globals: &'a BTreeSet<&'a str>, blocks: &'a [Block]) -> Chart<'a> {
    Chart { component: "store", root, globals, blocks, subcharts: &[], inner: true }
}

#[test]
fn a_chart_has_its_marked_values_with_their_texts() {
    let schema = sample();
    let blocks = [Block {
        name: "upstream".to_owned(),
        comment: "Values of the upstream chart.".to_owned(),
        value: json!({"a": {"b": [1, "2"]}}),
        schema: json!({}),
    }];
    let globals = BTreeSet::from(["images"]);
    let text = chart_values(&schema, &resolved(&schema), &chart(Some("store"), &globals, &blocks));
    insta::assert_snapshot!("values", text);
    let read: Value = yaml(&text);
    assert_eq!(read["storage"], json!({"size": "2Gi"}));
    assert_eq!(read["global"], json!({"images": {"registry": "", "pullPolicy": "Always"}}));
    assert_eq!(read["labels"], json!({"on": "yes"}));
}

#[test]
fn each_chart_has_its_own() {
    let schema = sample();
    let values = resolved(&schema);
    let none = BTreeSet::new();
    let operator: Value = yaml(&chart_values(&schema, &values, &chart(Some("store.operator"), &none, &[])));
    assert_eq!(operator, json!({"copies": 1}));
    let store: Value = yaml(&chart_values(&schema, &values, &chart(Some("store"), &none, &[])));
    assert_eq!(store.get("operator"), None);
    assert_eq!(yaml(&chart_values(&schema, &values, &chart(None, &none, &[]))), json!({}));
    let one = BTreeSet::from(["images.registry", "scheduling.nodeSelector"]);
    let globals: Value = yaml(&chart_values(&schema, &values, &chart(None, &one, &[])));
    assert_eq!(globals, json!({"global": {"images": {"registry": ""}, "scheduling": {"nodeSelector": {}}}}));
    assert_eq!(
        unknown_globals(&schema, ["images", "imagse", "secret", "images.build"]),
        ["imagse", "secret", "images.build"]
    );
}

/// The values of the chart, changed in one place, against its schema.
fn judged(path: &str, value: Value) -> bool {
    let schema = sample();
    let globals = BTreeSet::from(["images", "scheduling"]);
    let blocks = [Block {
        name: "upstream".to_owned(),
        comment: String::new(),
        value: json!({"n": 1}),
        schema: json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "additionalProperties": false,
            "properties": {"n": {"$ref": "#/definitions/n"}},
            "definitions": {"n": {"type": "integer"}},
        }),
    }];
    let subcharts = ["part".to_owned()];
    let chart = Chart {
        component: "store",
        root: Some("store"),
        globals: &globals,
        blocks: &blocks,
        subcharts: &subcharts,
        inner: true,
    };
    let mut values: Value = yaml(&chart_values(&schema, &resolved(&schema), &chart));
    let shape = chart_schema(&schema, &chart);
    let text = shape.to_string();
    assert!(
        !text.contains("x-helm") && !text.contains("x-pattern-help") && !text.contains("\"default\""),
        "{text}"
    );
    let validator = jsonschema::draft7::new(&shape).expect("a schema");
    assert!(validator.is_valid(&values), "{:?}", validator.validate(&values));
    let (above, key) = path.rsplit_once('/').expect("a pointer");
    values.pointer_mut(above).expect("there")[key] = value;
    validator.is_valid(&values)
}

#[test]
fn the_schema_of_a_chart_refuses_slips() {
    assert!(judged("/replicas", json!(5)));
    assert!(!judged("/replicas", json!(9)));
    assert!(!judged("/replicas", json!("5")));
    assert!(!judged("/replica", json!(5)));
    assert!(!judged("/mode", json!("a")), "fixed when generated");
    assert!(!judged("/storage/size", json!("2GB")));
    assert!(!judged("/storage/siez", json!("2Gi")));
    assert!(!judged("/limits/memory", json!("much")));
    assert!(judged("/labels/other", json!("x")));
    assert!(!judged("/labels/other", json!(1)));
}

#[test]
fn a_release_refuses_globals_that_nothing_in_it_reads() {
    let schema = sample();
    let globals = BTreeSet::from(["images"]);
    let fits = |inner: bool, value: Value| {
        let chart = Chart { inner, ..chart(Some("store"), &globals, &[]) };
        jsonschema::draft7::new(&chart_schema(&schema, &chart)).expect("a schema").is_valid(&value)
    };
    let scheduling = json!({"global": {"scheduling": {"nodeSelector": {"a": "b"}}}});
    assert!(fits(true, scheduling.clone()), "a parent hands it down");
    assert!(!fits(false, scheduling));
    assert!(fits(false, json!({"global": {"images": {"pullPolicy": "Never"}}})));
}

#[test]
fn the_schema_of_a_chart_lets_pass_what_helm_adds() {
    assert!(!judged("/global/images/other", json!(1)), "no chart's");
    assert!(!judged("/global/other", json!({"x": 1})), "no chart's");
    assert!(!judged("/global/images/pullPolicy", json!("Sometimes")));
    assert!(!judged("/global/scheduling/nodeSelektor", json!({})));
    assert!(judged("/part", json!({"replicas": 1, "global": {}})));
    assert!(judged("/upstream/global", json!({"x": 1})));
    assert!(!judged("/upstream/n", json!("one")));
    assert!(!judged("/upstream/m", json!(1)));
}
