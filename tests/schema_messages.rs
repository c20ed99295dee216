//! What users read when their values are wrong, word for word.

use std::sync::Arc;

use lakehelm::diagnostic::{Diagnostics, render};
use lakehelm::schema::cel::Reads;
use lakehelm::schema::{Fragment, Locate, Place, Schema};
use lakehelm::text::Source;
use lakehelm::yaml::Document;
use serde_json::Value;

/// A YAML text as a place to look values up in.
struct Text(Document);

impl Locate for Text {
    fn locate(&self, pointer: &str) -> Option<Place> {
        let node = self.0.get(pointer)?;
        Some(Place { source: self.0.source().clone(), key: node.key_span(), value: node.span() })
    }
}

fn read(name: &str, text: &str) -> Text {
    Text(Document::parse(Source::new(name, text)).expect("YAML of a test"))
}

fn fragment(component: &str, text: &str) -> Fragment {
    let text = read(&format!("{component}/schema.yaml"), text);
    let value = text.0.to_value().expect("values of a test");
    Fragment { component: component.to_owned(), value, locate: Arc::new(text) }
}

fn sample() -> Schema {
    let parts = [
        fragment("platform", include_str!("schema_messages/platform.yaml")),
        fragment("engine", include_str!("schema_messages/engine.yaml")),
    ];
    match Schema::compose(parts.to_vec()) {
        Ok(schema) => schema,
        Err(found) => panic!("{}", render::text(&found, false)),
    }
}

fn data(component: &str, _: &Reads) -> Value {
    assert_eq!(component, "engine");
    read("data", include_str!("schema_messages/keys.yaml")).0.to_value().expect("a table")
}

/// Everything that is wrong with a values file: its shape first, and when that holds, the rest.
fn findings(text: &str) -> Diagnostics {
    let schema = sample();
    let user = read("values.yaml", text);
    let value = user.0.to_value().expect("values of a test");
    let shape = schema.validate(&value, &user);
    if shape.has_errors() {
        return shape;
    }
    let values = schema.fill(&value, &|_, _| None).expect("fills");
    let complete = schema.validate_resolved(&values, &user);
    if complete.has_errors() {
        return complete;
    }
    let mut found = Diagnostics::new();
    found.extend(schema.check_rules(&values, &data, &user));
    found.extend(schema.check_keys(&values, &data, &user));
    found.sorted()
}

/// One test a message: the values are in the name's file below `schema_messages/values`.
macro_rules! messages {
    ($($name:ident: $text:expr;)*) => {$(
        #[test]
        fn $name() {
            let found = findings($text);
            assert!(!found.is_empty(), "nothing was found");
            insta::with_settings!({
                snapshot_path => "schema_messages/snapshots", prepend_module_to_snapshot => false, omit_expression => true,
            }, {
                insta::assert_snapshot!(stringify!($name), render::text(&found, false), $text);
            });
        }
    )*};
}

messages! {
    unknown_key_with_a_near_sibling: "engine:\n  replica: 2\n";
    unknown_key_that_lives_elsewhere: "profile: small\nreplicas: 2\n";
    unknown_key_that_lives_below: "engine:\n  storageClass: fast\n";
    unknown_key_nobody_knows: "engine:\n  colour: red\n";
    unknown_key_with_other_case: "engine: {Task-Slots: 2}\n";
    unknown_key_with_a_secret: "engine:\n  dbPassword: hunter2\n";
    wrong_type_number_for_text: "platform:\n  version: 1.20\n";
    wrong_type_bool_for_text: "platform:\n  name: yes\n";
    wrong_type_text_for_number: "engine:\n  replicas: \"3\"\n";
    wrong_type_words_for_number: "engine:\n  replicas: three\n";
    wrong_type_fraction: "engine:\n  replicas: 1.5\n";
    wrong_type_text_for_bool: "engine:\n  enabled: \"yes\"\n";
    wrong_type_text_for_list: "engine:\n  zones: a\n";
    wrong_type_list_for_map: "engine:\n- enabled: true\n";
    not_one_of_with_a_slip: "profile: smal\n";
    not_one_of_without: "profile: gigantic\n";
    not_one_of_needs_quotes: "platform:\n  set: 2026\n";
    pattern_with_help: "engine:\n  memory: 2Gi\n";
    pattern_without_help: "platform:\n  prefix: UPPER\n";
    out_of_range_low: "engine:\n  replicas: 0\n";
    out_of_range_high: "engine:\n  taskSlots: 65\n";
    too_short: "platform:\n  name: \"\"\n";
    too_long: "platform:\n  name: a-name-of-far-too-many-letters\n";
    too_few_items: "engine:\n  zones: []\n";
    duplicate_item: "engine:\n  zones: [a, b, a]\n";
    missing_key_in_an_item: "engine:\n  jobs:\n    - name: first\n      jar: s3://x/a.jar\n    - jar: s3://x/b.jar\n";
    missing_key_of_the_file: "profile: large\nengine: {enabled: true, tier: {kind: none}}\n";
    alternatives_by_type: "engine:\n  parallelism: [1]\n";
    alternatives_by_kind: "engine:\n  tier: {kind: disc, size: 1Gi}\n";
    alternatives_best_branch: "engine:\n  tier: {kind: disk, size: huge}\n";
    alternatives_none_given: "engine:\n  jobs: [{name: a}]\n";
    alternatives_both_given: "engine:\n  jobs: [{name: a, jar: s3://x, image: img}]\n";
    several_at_once: "profile: smal\nengine:\n  replicas: none\n  memory: 2Gi\nplatfrom: {}\n";
    rule_at_its_field: "platform: {name: lake, set: \"2026\"}\nengine:\n  replicas: 2\n";
    rule_of_a_default: "platform:\n  name: lake\n  set: \"2026\"\nengine:\n  highAvailability: true\n";
    rule_in_an_item: "platform: {name: lake, set: \"2026\"}\nengine:\n  jobs:\n    - name: a\n      jar: local:///x.jar\n";
    rule_that_warns: "platform: {name: lake, set: \"2026\"}\nengine:\n  taskSlots: 32\n";
    rule_that_breaks: "platform: {name: broken, set: \"2026\"}\n";
    key_owned: "platform: {name: lake, set: \"2026\"}\nengine:\n  config:\n    cluster.id: mine\n";
    key_deprecated: "platform: {name: lake, set: \"2026\"}\nengine:\n  config:\n    state.backend: rocksdb\n";
    key_unknown: "platform: {name: lake, set: \"2026\"}\nengine:\n  config:\n    state.backend.typ: rocksdb\n";
}

#[test]
fn a_right_file_has_no_findings() {
    let text = "
profile: large
platform: {name: lake, version: '1.20', set: '2026', prefix: a-b, labels: {x: null}}
engine:
  replicas: 3
  memory: 2g
  zones: [a, b]
  parallelism: max
  tier: {kind: disk, size: 10Gi}
  jobs: [{name: a, jar: s3://x/a.jar}, {name: b, image: img}]
  config: {state.backend.type: rocksdb, my.own: 1}
";
    let found = findings(text);
    assert!(found.is_empty(), "{}", render::text(&found, false));
}

#[test]
fn suggestions_mend_the_text() {
    for (wrong, right) in [
        ("engine:\n  replica: 2\n", "engine:\n  replicas: 2\n"),
        ("platform: {name: lake, version: 1.20}\n", "platform: {name: lake, version: \"1.20\"}\n"),
        ("engine: {replicas: '3'}\n", "engine: {replicas: 3}\n"),
        ("engine: {zones: a}\n", "engine: {zones: [a]}\n"),
        ("profile: smal\n", "profile: small\n"),
        ("platform:\n  name: lake\n  set: 2026\n", "platform:\n  name: lake\n  set: \"2026\"\n"),
        ("engine: {enabled: 'no'}\n", "engine: {enabled: false}\n"),
    ] {
        let found = findings(wrong);
        let first = found.iter().next().expect("a finding");
        let (label, new) = (&first.labels[0], first.suggestion.as_deref().expect("a suggestion"));
        let mended = format!("{}{new}{}", &wrong[..label.span.start], &wrong[label.span.end..]);
        assert_eq!(mended, right);
        let user = read("values.yaml", &mended);
        let value = user.0.to_value().expect("values");
        assert!(sample().validate(&value, &user).is_empty(), "{mended}");
    }
}

#[test]
fn a_faulty_part_of_the_schema_is_shown_in_its_own_text() {
    let part = "type: object\nadditionalProperties: false\nproperties:\n  engine:\n    properties:\n      replicas: {type: string}\n      extra: {type: string, defualt: x, description: Text.}\n";
    let platform = fragment("platform", include_str!("schema_messages/platform.yaml"));
    let engine = fragment("engine", include_str!("schema_messages/engine.yaml"));
    let Err(found) = Schema::compose(vec![platform, engine, fragment("more", part)]) else {
        panic!("a leaf was defined twice")
    };
    insta::with_settings!({
        snapshot_path => "schema_messages/snapshots", prepend_module_to_snapshot => false, omit_expression => true,
    }, {
        insta::assert_snapshot!("faulty_part", render::text(&found, false));
    });
}
