//! Tests of composition.

use crate::schema::testing::schema;

const BASE: &str = r##"
type: object
additionalProperties: false
definitions:
  size: {type: string, pattern: "^[0-9]+Gi$", x-pattern-help: A size such as 10Gi.}
properties:
  store:
    type: object
    description: The store.
    additionalProperties: false
    properties:
      size: {$ref: "#/definitions/size", default: 1Gi, description: How large.}
    x-kubernetes-validations: [{id: R1, rule: "true", message: fine}]
"##;

/// The findings of a part that is composed after the base.
fn faults(part: &str) -> Vec<String> {
    match schema(&[("base", BASE), ("more", part)]) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(|e| format!("{}: {}", e.code, e.message)).collect(),
    }
}

fn fault(properties: &str) -> String {
    let part = format!("type: object\nadditionalProperties: false\nproperties:\n  x: {properties}\n");
    let found = faults(&part);
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap_or_default()
}

#[test]
fn a_part_extends_the_objects_of_another() {
    let more = r#"
type: object
additionalProperties: false
required: [flag]
properties:
  store:
    properties: {copies: {type: integer, default: 1, description: Copies.}}
    x-kubernetes-validations: [{id: R2, rule: "true", message: fine}]
  flag: {type: boolean, description: A flag.}
"#;
    let schema = schema(&[("base", BASE), ("more", more)]).expect("composes");
    let store = schema.root().property("store").expect("there");
    assert_eq!(store.component.as_ref(), "base");
    assert_eq!(store.property("copies").expect("there").component.as_ref(), "more");
    assert_eq!(store.property("size").expect("there").types, ["string"]);
    let rules: Vec<_> = store.rules.iter().map(|r| (&*r.component, &*r.id, &*r.pointer)).collect();
    let list = "/properties/store/x-kubernetes-validations/0";
    assert_eq!(rules, [("base", "R1", list), ("more", "R2", list)]);
    assert_eq!(schema.root().required, ["flag"]);
}

#[test]
fn a_leaf_has_one_owner() {
    let part = "type: object\nproperties: {store: {properties: {size: {type: string, default: '', description: X.}}}}";
    assert_eq!(
        faults(part),
        ["schema-conflict: component more: `store.size` is already defined by component base"]
    );
    let part = "type: object\nproperties: {store: {description: Another text., properties: {}}}";
    assert!(faults(part)[0].contains("otherwise than component base"), "{:?}", faults(part));
    assert!(faults("definitions: {size: {type: integer}}")[0].starts_with("schema-conflict"));
}

#[test]
fn what_is_outside_the_subset_is_refused() {
    for (properties, expected) in [
        ("{type: string, default: ''}", "missing-description: component more: `x` has no description"),
        ("{type: string, default: '', description: lower case.}", "bad-description"),
        ("{type: string, default: '', description: No stop}", "bad-description"),
        ("{type: string, description: X.}", "missing-default"),
        ("{type: object, description: X., properties: {}}", "open-object"),
        ("{type: string, default: '', description: X., format: uri}", "unknown-keyword"),
        ("{type: string, default: '', description: X., x-prest: true}", "unknown-keyword"),
        ("{$ref: '#/definitions/sise', default: '', description: X.}", "bad-reference"),
        ("{$ref: '#/definitions/size', default: 1Gi, description: X., minLength: 3}", "bad-reference"),
        ("{type: string, default: '', description: X., x-preset: true}", "bad-preset"),
        ("{type: string, default: '', description: X., x-helm: charts}", "bad-keyword"),
        ("{type: string, default: '', description: X., x-pattern-help: Y.}", "bad-keyword"),
        ("{type: integer, default: three, description: X.}", "bad-default"),
        ("{$ref: '#/definitions/size', default: 1GB, description: X.}", "bad-default"),
        ("{type: text, default: '', description: X.}", "bad-keyword"),
        ("{type: string, default: '', pattern: '(?=x)', description: X.}", "bad-keyword"),
        ("{type: string, description: X., x-default-expression: \"'a'\"}", "missing-default"),
    ] {
        let found = if properties.contains("x-default-expression") {
            faults(&format!("type: object\nadditionalProperties: false\nproperties: {{x: {properties}}}"))
                .join("\n")
        } else {
            fault(properties)
        };
        assert!(found.contains(expected), "{properties}\n  {found}");
    }
}

#[test]
fn defaults_inside_lists_and_maps_are_checked_too() {
    let item = "{type: object, additionalProperties: false, properties: {n: {type: integer, default: a, description: X.}}}";
    let found = fault(&format!("{{type: array, default: [], description: X., items: {item}}}"));
    assert!(found.starts_with("bad-default: component more: `x[].n`"), "{found}");
    let found = fault(&format!("{{type: object, description: X., additionalProperties: {item}}}"));
    assert!(found.starts_with("bad-default"), "{found}");
}

#[test]
fn rules_have_a_shape() {
    let rule = |rule: &str| {
        fault(&format!(
            "{{type: object, description: X., additionalProperties: false, properties: {{}}, x-kubernetes-validations: [{rule}]}}"
        ))
    };
    assert!(rule("{rule: 'true', message: m}").contains("has no `id`"));
    assert!(rule("{id: R1, rule: 'true'}").contains("neither `message`"));
    assert!(rule("{id: R1, rule: 'true', message: m, level: warn}").contains("neither error nor warning"));
    assert!(rule("{id: R1, rule: 'true', message: m, fieldpath: .a}").contains("did you mean `fieldPath`"));
}

#[test]
fn definitions_must_end() {
    let part = "definitions: {a: {type: array, items: {$ref: '#/definitions/a'}}}";
    assert!(faults(part)[0].contains("refers to itself"), "{:?}", faults(part));
}
