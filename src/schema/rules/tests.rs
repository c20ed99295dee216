//! Tests of cross-field rules.

use serde_json::{Value, json};

use super::{Reads, field};
use crate::diagnostic::{Diagnostics, Severity};
use crate::schema::testing::{schema, yaml};
use crate::schema::{Nowhere, Schema};

fn with_rules(rules: &str) -> Schema {
    let part = format!(
        "
type: object
additionalProperties: false
properties:
  mode: {{type: string, default: embedded, description: Mode.}}
  store:
    type: object
    description: The store.
    additionalProperties: false
    properties:
      replicas: {{type: integer, default: 1, description: Copies.}}
      jobs:
        type: array
        default: []
        description: Jobs.
        items:
          type: object
          additionalProperties: false
          required: [name]
          properties: {{name: {{type: string, description: Name.}}}}
          x-kubernetes-validations:
            - {{id: J1, rule: \"self.name.matches('^[a-z]+$')\", message: bad name, fieldPath: .name}}
    x-kubernetes-validations:
{rules}
"
    );
    schema(&[("x", &part)]).expect("composes")
}

fn check(schema: &Schema, user: &str) -> Diagnostics {
    let values = schema.fill(&yaml(user), &|_, _| None).expect("fills");
    let data = |component: &str, _: &Reads| {
        assert_eq!(component, "x");
        json!({"limits": {"max": 3}})
    };
    schema.check_rules(&values, &data, &Nowhere)
}

fn messages(found: &Diagnostics) -> Vec<String> {
    found.iter().map(|d| format!("{}: {}", d.code, d.message)).collect()
}

#[test]
fn a_broken_rule_of_the_values_is_found() {
    let rule = r#"
    - {id: R1, rule: "root.mode != 'embedded' || self.replicas % 2 == 1", message: odd only, fieldPath: .replicas, help: Write 1 or 3.}
    - {id: R2, rule: self.replicas <= data.limits.max, messageExpression: "'at most ' + string(data.limits.max)"}
    - {id: R3, rule: self.replicas > 0, message: none at all, level: warning}
"#;
    let schema = with_rules(rule);
    assert!(check(&schema, "{}").is_empty());
    assert!(check(&schema, "{mode: external, store: {replicas: 2}}").is_empty());
    let found = check(&schema, "store: {replicas: 2}");
    assert_eq!(messages(&found), ["R1: odd only"]);
    let first = found.iter().next().expect("one");
    assert_eq!(first.found.as_deref(), Some("`store.replicas` is 2"));
    assert_eq!(first.help, ["Write 1 or 3."]);
    assert_eq!(messages(&check(&schema, "store: {replicas: 5}")), ["R2: at most 3"]);
    let found = check(&schema, "{mode: x, store: {replicas: 0}}");
    assert_eq!(messages(&found), ["R3: none at all"]);
    assert_eq!(found.iter().next().map(|d| d.severity), Some(Severity::Warning));
}

#[test]
fn rules_of_items_see_the_item() {
    let schema = with_rules("    - {id: R0, rule: 'true', message: m}");
    let found = check(&schema, "store: {jobs: [{name: ok}, {name: Not}, {name: '3'}]}");
    assert_eq!(messages(&found), ["J1: bad name", "J1: bad name"]);
    let places: Vec<_> = found.iter().filter_map(|d| d.found.as_deref()).collect();
    assert_eq!(places, ["`store.jobs[1].name` is \"Not\"", "`store.jobs[2].name` is \"3\""]);
}

#[test]
fn what_cannot_be_evaluated_is_an_error() {
    for (rule, why) in [
        ("self.replicas ==", "(at 1:"),
        ("self.nope == 1", "no such key: nope"),
        ("self.replicas", "instead of true or false"),
        ("slef.replicas == 1", "unknown name `slef`"),
        ("self.replicas == root.mode.x", "another type"),
        ("data.limits.min > 0", "no such key: min"),
    ] {
        let schema = with_rules(&format!("    - {{id: R9, rule: \"{rule}\", message: m}}"));
        let found = check(&schema, "{}");
        let text = messages(&found).join("\n");
        assert!(text.starts_with("broken-rule: component x: rule R9 cannot be evaluated"), "{text}");
        assert!(text.contains(why), "{rule}: {text}");
    }
    let schema = with_rules("    - {id: R9, rule: 'false', messageExpression: self.replicas}");
    assert!(messages(&check(&schema, "{}"))[0].contains("instead of text"));
}

#[test]
fn expressions_are_parsed_even_when_no_value_needs_them() {
    let schema = with_rules("    - {id: R9, rule: 'true', messageExpression: \"'a' +\"}");
    assert_eq!(schema.check_expressions().iter().count(), 1);
    assert!(with_rules("    - {id: R0, rule: 'true', message: m}").check_expressions().is_empty());
}

#[test]
fn field_paths_are_those_of_kubernetes() {
    assert_eq!(field("/a", ".b.c"), "/a/b/c");
    assert_eq!(field("", ".b[0]['x.y/z'].k"), "/b/0/x.y~1z/k");
    assert_eq!(field("/a", ""), "/a");
    assert_eq!(field("/a", ".b["), "/a/b");
    assert_eq!(Value::Null.pointer(&field("", "..")), Some(&Value::Null));
}
