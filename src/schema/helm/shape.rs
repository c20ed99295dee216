//! `values.schema.json`, in the words that Helm 3 and Helm 4 read alike.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Chart, Part, all_global_parts, global_parts, own_parts};
use crate::schema::{Schema, pointer};

/// The chart's `values.schema.json`.
///
/// Helm hands `global` down and checks it in every subchart again, so a subchart knows all global values of the model,
/// its own and the others'. The chart of a release knows those that some template of it reads: what reads none refuses
/// them. A subchart's key in its parent is checked by the subchart's own schema.
pub fn chart_schema(schema: &Schema, chart: &Chart<'_>) -> Value {
    let mut used = BTreeSet::new();
    let mut properties = Map::new();
    for (key, part) in own_parts(schema, chart) {
        properties.insert(key.to_owned(), shape(schema, &part, &mut used));
    }
    let mut global = Map::new();
    let globals = if chart.inner { all_global_parts(schema) } else { global_parts(schema, chart) };
    for (key, part) in globals {
        global.insert(key.to_owned(), shape(schema, &part, &mut used));
    }
    properties.insert(
        "global".to_owned(),
        json!({
            "description": "Values that a chart shares with its subcharts.",
            "type": "object",
            "additionalProperties": false,
            "properties": global,
        }),
    );
    for name in chart.subcharts {
        let text = format!("Values of the subchart {name}.");
        properties.insert(name.clone(), json!({"description": text, "type": "object"}));
    }
    for block in chart.blocks {
        properties.insert(block.name.clone(), embedded(&block.schema, &block.name));
    }
    let mut out = Map::new();
    out.insert("$schema".to_owned(), "http://json-schema.org/draft-07/schema#".into());
    out.insert("type".to_owned(), "object".into());
    out.insert("additionalProperties".to_owned(), false.into());
    out.insert("properties".to_owned(), Value::Object(properties));
    let definitions = definitions(schema, used);
    if !definitions.is_empty() {
        out.insert("definitions".to_owned(), Value::Object(definitions));
    }
    Value::Object(out)
}

fn shape(schema: &Schema, part: &Part<'_>, used: &mut BTreeSet<String>) -> Value {
    match part {
        Part::Whole(node) => clean(schema.composed.pointer(&node.pointer).unwrap_or(&Value::Null), used),
        Part::Some(node, parts) => {
            let mut out = Map::new();
            out.insert("description".to_owned(), node.description.clone().into());
            out.insert("type".to_owned(), "object".into());
            out.insert("additionalProperties".to_owned(), false.into());
            let parts = parts.iter().map(|(key, part)| ((*key).to_owned(), shape(schema, part, used)));
            out.insert("properties".to_owned(), Value::Object(parts.collect()));
            Value::Object(out)
        }
    }
}

/// A schema without our own keywords and without defaults: those of the chart are in its `values.yaml`.
fn clean(raw: &Value, used: &mut BTreeSet<String>) -> Value {
    let Value::Object(map) = raw else { return raw.clone() };
    let mut out = Map::new();
    for (keyword, value) in map {
        let value = match (keyword.as_str(), value) {
            ("default", _) => continue,
            (own, _) if own.starts_with("x-") => continue,
            ("$ref", Value::String(reference)) => {
                used.extend(reference.strip_prefix("#/definitions/").map(str::to_owned));
                value.clone()
            }
            ("properties", Value::Object(children)) => {
                children.iter().map(|(key, raw)| (key.clone(), clean(raw, used))).collect()
            }
            ("items" | "additionalProperties", raw) => clean(raw, used),
            ("oneOf" | "anyOf", Value::Array(branches)) => {
                branches.iter().map(|raw| clean(raw, used)).collect()
            }
            _ => value.clone(),
        };
        out.insert(keyword.clone(), value);
    }
    Value::Object(out)
}

/// The definitions that are used, and those that they use.
fn definitions(schema: &Schema, mut todo: BTreeSet<String>) -> Map<String, Value> {
    let all = schema.composed.get("definitions").and_then(Value::as_object);
    let mut done = Map::new();
    while let Some(name) = todo.pop_first() {
        if done.contains_key(&name) {
            continue;
        }
        if let Some(raw) = all.and_then(|all| all.get(&name)) {
            let raw = clean(raw, &mut todo);
            done.insert(name, raw);
        }
    }
    done.sort_keys();
    done
}

/// A dependency's schema as a property: its references follow it, and it lets `global` pass, which Helm adds.
fn embedded(raw: &Value, name: &str) -> Value {
    let mut out = raw.clone();
    rebase(&mut out, &format!("#{}", pointer::join("/properties", name)));
    if let Value::Object(map) = &mut out {
        map.remove("$schema");
        map.remove("$id");
        if map.get("additionalProperties") == Some(&Value::Bool(false)) {
            let properties = map.entry("properties").or_insert_with(|| json!({}));
            if let Value::Object(properties) = properties {
                properties.entry("global").or_insert_with(|| json!({"type": "object"}));
            }
        }
    }
    out
}

fn rebase(raw: &mut Value, to: &str) {
    match raw {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if key == "$ref" && text.starts_with('#') => {
                        *text = format!("{to}{}", &text[1..]);
                    }
                    value => rebase(value, to),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| rebase(value, to)),
        _ => {}
    }
}
