//! The JSON Schema of the post-renderer's configuration and its reader know the same fields.

use std::collections::BTreeSet;

use lakehelm::catalog::{Files, shared};
use lakehelm::post_render::{Config, schema};
use lakehelm::text::Source;
use serde_json::Value;

/// A field that nothing has.
const STRANGER: &str = "qqzzxxqqzz";

/// What the reader says of a configuration.
fn messages(config: &str) -> Vec<String> {
    let found = Config::parse(Source::new("c", config), &mut |_| Err("no files".to_owned()));
    let texts =
        |found: &lakehelm::diagnostic::Diagnostic| [vec![found.message.clone()], found.help.clone()].concat();
    found.err().into_iter().flatten().flat_map(|found| texts(&found)).collect()
}

/// The fields that the reader knows in a map, told by what it says of a stranger.
fn known(config: &str) -> BTreeSet<String> {
    let said = messages(config);
    let at = said.iter().position(|text| text.contains(&format!("has no field `{STRANGER}`")));
    let fields = said[at.unwrap_or_else(|| panic!("{config}\n{said:?}"))..]
        .iter()
        .find_map(|text| text.strip_prefix("its fields are "))
        .unwrap_or_else(|| panic!("{config}\n{said:?}"));
    fields.split(", ").map(str::to_owned).collect()
}

/// A definition, and a configuration with a stranger in such a map.
fn places() -> Vec<(&'static str, String)> {
    let own = |rest: &str| format!("apiVersion: lakehelm.dev/v1alpha1\nkind: PostRender\n{rest}\n");
    let in_list = |list: &str| own(&format!("{list}: [{{{STRANGER}: 1}}]"));
    let inside = |text: &str| own(&text.replace("HERE", &format!("{{{STRANGER}: 1}}")));
    vec![
        ("", own(&format!("{STRANGER}: 1"))),
        ("target", inside("patches: [{target: HERE, patch: 'a: 1'}]")),
        ("range", inside("patches: [{target: {kind: A}, patch: 'a: 1', expect: HERE}]")),
        ("options", inside("patches: [{target: {kind: A}, patch: 'a: 1', options: HERE}]")),
        ("patch", in_list("patches")),
        ("jsonPatch", in_list("patchesJson6902")),
        ("replaceText", inside("patches: [{target: {kind: A}, replaceText: [HERE]}]")),
        ("recipe", in_list("recipes")),
        ("requirement", in_list("require")),
        ("pods", in_list("pods")),
        ("container", inside("pods: [{target: {kind: A}, containers: [HERE]}]")),
        ("file", in_list("files")),
        ("replicas", in_list("replicas")),
        ("image", in_list("images")),
        ("labels", in_list("labels")),
        ("field", inside("labels: [{pairs: {a: b}, fields: [HERE]}]")),
        ("namespace", inside("namespace: HERE")),
        ("checksum", in_list("checksums")),
        ("replacement", in_list("replacements")),
        ("source", inside("replacements: [{source: HERE, targets: []}]")),
        ("destination", inside("replacements: [{sourceValue: a, targets: [HERE]}]")),
        ("part", inside("replacements: [{sourceValue: a, targets: [{select: {kind: A}, options: HERE}]}]")),
    ]
}

fn schema_of_catalog() -> Value {
    schema::of(&shared(Files::embedded())).expect("reads")
}

#[test]
fn reader_and_schema_know_the_same_fields() {
    let schema = schema_of_catalog();
    for (name, config) in places() {
        let place = if name.is_empty() {
            "/properties".to_owned()
        } else {
            format!("/definitions/{name}/properties")
        };
        let map = schema.pointer(&place).and_then(Value::as_object).unwrap_or_else(|| panic!("no {place}"));
        let in_schema: BTreeSet<String> = map.keys().cloned().collect();
        assert_eq!(known(&config), in_schema, "{name}: left the reader, right the schema");
    }
}

#[test]
fn every_map_of_the_schema_is_compared() {
    let schema = schema_of_catalog();
    let compared: BTreeSet<&str> = places().iter().map(|(name, _)| *name).collect();
    for (name, definition) in schema["definitions"].as_object().expect("a map") {
        assert!(definition.get("properties").is_none() || compared.contains(name.as_str()), "{name}");
        for (key, property) in definition["properties"].as_object().into_iter().flatten() {
            let described = property.get("description").or_else(|| property.get("$ref")).is_some();
            assert!(described, "{name}/{key} has no text");
            assert!(property.get("properties").is_none(), "{name}/{key} needs a definition of its own");
        }
    }
}

#[test]
fn generated_configurations_fit_the_schema() {
    let validator = jsonschema::draft7::new(&schema_of_catalog()).expect("a sound schema");
    let mut count = 0;
    for file in super::support::files("generated", "post-render.yaml")
        .into_iter()
        .chain(super::support::files("tests/fixtures/patch", "config.yaml"))
    {
        let text = std::fs::read_to_string(&file).expect("reads");
        let reads =
            Config::parse(Source::new("c", text.as_str()), &mut |_| Err("no files".to_owned())).is_ok();
        let meant_to_fail = file.with_file_name("expected-error.txt").exists();
        if !text.contains("kind: PostRender") || !reads || meant_to_fail {
            continue;
        }
        let document = lakehelm::yaml::Document::parse(Source::new("c", text.as_str())).expect("reads");
        let value = document.to_value().expect("has a value");
        let faults: Vec<String> = validator
            .iter_errors(&value)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{}: {faults:?}", file.display());
        count += 1;
    }
    assert!(count > 20, "{count} files were looked at");
}

#[test]
fn the_derived_file_is_current() {
    let derived = super::support::read("values/post-render.schema.json");
    assert!(derived == format!("{:#}\n", schema_of_catalog()), "run scripts/derive");
}
