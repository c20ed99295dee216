use super::*;
use crate::schema::testing::schema;
use crate::text::Source;
use serde_json::json;

const SCHEMA: &str = "
type: object
additionalProperties: false
properties:
  name: {type: string, default: '', description: Name.}
  engine:
    type: object
    description: Engine.
    additionalProperties: false
    properties:
      version: {type: string, default: '', description: Version.}
      replicas: {type: integer, default: 1, description: Replicas.}
      jobs:
        type: array
        default: []
        description: Jobs.
        items:
          type: object
          additionalProperties: false
          properties:
            name: {type: string, default: '', description: Name.}
            size: {type: integer, default: 1, description: Size.}
      zones: {type: array, items: {type: string}, default: [], description: Zones.}
      labels: {type: object, additionalProperties: {type: string}, default: {}, description: Labels.}
  store:
    type: object
    description: Store.
    additionalProperties: false
    properties:
      kind: {type: string, default: '', description: Kind.}
";

fn edit(text: &str, argument: &str) -> Result<String, String> {
    let schema = schema(&[("x", SCHEMA)]).expect("composes");
    let document = Document::parse(Source::new("v.yaml", text)).expect("parses");
    let assignment = Assignment::parse(argument).expect("reads");
    let resolved = json!({"engine": {"zones": ["a", "b"]}});
    match set(&document, &schema, &assignment, &resolved) {
        Ok((edited, at)) => {
            assert!(edited.get(&at).is_some(), "{argument}: no {at}");
            Ok(edited.source().text().to_owned())
        }
        Err(found) => Err(found.iter().map(|f| f.code.clone()).collect::<Vec<_>>().join(",")),
    }
}

#[test]
fn only_the_value_changes() {
    let text = "# head\nengine:   # big\n    replicas:  3   # three\n\nstore: {kind: 'disk'}\n";
    assert_eq!(edit(text, "engine.replicas=5").as_deref(), Ok(text.replace("3   #", "5   #").as_str()));
    assert_eq!(edit(text, "engine.replicas=3").as_deref(), Ok(text));
}

#[test]
fn text_is_typed_by_the_schema_and_quoted_where_it_must_be() {
    assert_eq!(edit("engine: {}\n", "engine.version=1.20").as_deref(), Ok("engine:\n  version: \"1.20\"\n"));
    assert_eq!(edit("name: a\n", "name=on").as_deref(), Ok("name: \"on\"\n"));
}

#[test]
fn new_keys_stand_in_the_order_of_the_schema() {
    assert_eq!(
        edit("name: a\nstore: {kind: x}\n", "engine.replicas=2").as_deref(),
        Ok("name: a\nengine:\n  replicas: 2\nstore: {kind: x}\n")
    );
    assert_eq!(
        edit("engine: {replicas: 2, zones: [a]}\n", "engine.jobs[0].name=j").as_deref(),
        Ok("engine: {replicas: 2, jobs: [{name: j}], zones: [a]}\n")
    );
    assert_eq!(edit("store: {kind: x}\n", "name=a").as_deref(), Ok("name: a\nstore: {kind: x}\n"));
    assert_eq!(edit("", "engine.replicas=2").as_deref(), Ok("engine:\n  replicas: 2\n"));
}

#[test]
fn comments_below_a_key_stay_with_it() {
    let text = "name: a\nengine:\n  replicas: 2\n  # zones: [a]\n# the end\n";
    assert_eq!(
        edit(text, "store.kind=x").as_deref(),
        Ok("name: a\nengine:\n  replicas: 2\n  # zones: [a]\nstore:\n  kind: x\n# the end\n")
    );
    // A comment above the first key is not about the new one.
    assert_eq!(
        edit("# about the store\nstore:\n  kind: x\n", "name=a").as_deref(),
        Ok("# about the store\nstore:\n  kind: x\nname: a\n")
    );
}

#[test]
fn items_are_named_by_index_by_key_or_new() {
    let text = "engine:\n  jobs:\n    - name: a   # first\n    - {name: b, size: 2}\n";
    assert_eq!(
        edit(text, "engine.jobs[name=b].size=7").as_deref(),
        Ok(text.replace("size: 2", "size: 7").as_str())
    );
    assert_eq!(
        edit(text, "engine.jobs[0].size=3").as_deref(),
        Ok(text.replace("# first\n", "# first\n      size: 3\n").as_str())
    );
    assert_eq!(edit(text, "engine.jobs[+].name=c").as_deref(), Ok(format!("{text}    - name: c\n").as_str()));
    assert_eq!(edit(text, "engine.jobs[2].name=c").as_deref(), Ok(format!("{text}    - name: c\n").as_str()));
    assert_eq!(edit(text, "engine.jobs[5].name=c"), Err("no-such-item".to_owned()));
    assert_eq!(edit(text, "engine.jobs[name=z].size=1"), Err("no-such-item".to_owned()));
}

#[test]
fn free_keys_and_lists_are_written() {
    assert_eq!(
        edit("engine: {replicas: 1}\n", r"engine.labels.app\.io/x=z").as_deref(),
        Ok("engine: {replicas: 1, labels: {app.io/x: z}}\n")
    );
    assert_eq!(
        edit("engine:\n  zones: [a]\n", "engine.zones=[b, c]").as_deref(),
        Ok("engine:\n  zones: [b, c]\n")
    );
}

#[test]
fn a_list_that_comes_from_elsewhere_is_not_cut_to_one_item() {
    assert_eq!(edit("name: a\n", "engine.zones[0]=c"), Err("list-of-default".to_owned()));
    assert_eq!(edit("engine:\n  zones:\n", "engine.zones[+]=c"), Err("list-of-default".to_owned()));
    assert_eq!(edit("name: a\n", "engine.zones=[c]").as_deref(), Ok("name: a\nengine:\n  zones:\n    - c\n"));
}

#[test]
fn wrong_paths_are_findings() {
    assert_eq!(edit("name: a\n", "engin.replicas=1"), Err("unknown-key".to_owned()));
    assert_eq!(edit("name: a\n", "engine.replicas.x=1"), Err("not-a-map".to_owned()));
    assert_eq!(edit("engine: 3\n", "engine.replicas=1"), Err("not-a-map".to_owned()));
    assert_eq!(
        edit("engine: {replicas: 1, replicas: 2}\n", "engine.replicas=1"),
        Err("duplicate-key".to_owned())
    );
}

#[test]
fn amounts_are_written_as_people_write_them() {
    assert_eq!(edit("store: {kind: x}\n", "store.kind=8Gi").as_deref(), Ok("store: {kind: 8Gi}\n"));
    assert_eq!(edit("name: a\n", "store.kind=30s").as_deref(), Ok("name: a\nstore:\n  kind: 30s\n"));
    for text in ["1e3", "0x1F", "12", "1b", "017"] {
        let expected = format!("name: \"{text}\"\n");
        assert_eq!(edit("name: a\n", &format!("name={text}")).as_deref(), Ok(expected.as_str()));
    }
    let json = "{\"store\": {\"kind\": \"x\"}}\n";
    assert_eq!(edit(json, "store.kind=8Gi").as_deref(), Ok(json.replace("\"x\"", "\"8Gi\"").as_str()));
}
