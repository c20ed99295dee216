//! What a part of the schema must look like: the subset of draft-07 that Helm 3, Helm 4 and editors read alike.

use std::collections::HashSet;

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Map, Value};

use super::build::RULES;
use super::compose::Composer;
use super::{near, pointer};

const KEYWORDS: [&str; 28] = [
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "const",
    "pattern",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "uniqueItems",
    "oneOf",
    "anyOf",
    "$ref",
    "description",
    "default",
    "x-helm",
    "x-preset",
    "x-placeholders",
    "x-pattern-help",
    "x-default-expression",
    "x-known-keys",
    "x-example",
    "x-secret",
    RULES,
];

/// Words of JSON Schema that one of the readers does not know or reads differently.
const REFUSED: [&str; 8] = [
    "format",
    "if",
    "unevaluatedProperties",
    "dependentRequired",
    "dependencies",
    "patternProperties",
    "not",
    "allOf",
];

/// What a subschema is to the one above it.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Root,
    Property {
        required: bool,
    },
    /// A definition, the items of a list, the values of a map.
    Part,
    /// An alternative; it may say just what tells it from the others.
    Branch,
}

struct Lint<'a> {
    composed: &'a Value,
    composer: &'a mut Composer,
}

/// Reports everything in the composed schema that is outside the subset.
pub(super) fn check(composed: &Value, composer: &mut Composer) {
    let mut lint = Lint { composed, composer };
    lint.schema(composed, "", Role::Root);
    lint.cycles();
}

/// The compiled schema; the error is the place of what jsonschema refuses, and why.
pub(super) fn validator(composed: &Value) -> Result<Validator, (String, String)> {
    let options = jsonschema::options().with_draft(Draft::Draft7).offline();
    options.with_pattern_options(PatternOptions::regex()).build(composed).map_err(|error| {
        let at = error.instance_path().as_str().to_owned();
        (at, format!("is not a valid schema: {}", error.masked()))
    })
}

impl Lint<'_> {
    fn fault(&mut self, code: &str, at: &str, what: &str) {
        let component = self.composer.origins.of(at);
        self.composer.fault(code, &component, at, what);
    }

    fn schema(&mut self, raw: &Value, at: &str, role: Role) {
        let Value::Object(map) = raw else {
            return self.fault("bad-keyword", at, "is not a schema: write a map of keywords");
        };
        self.keywords(map, at, role);
        self.reference(map, at);
        if let Role::Property { required } = role {
            self.property(map, at, required);
        }
        self.object(map, at, role);
        self.own(map, at);
        super::rule_lint::check(map, at, self.composer);
        self.below(map, at, role);
    }

    fn below(&mut self, map: &Map<String, Value>, at: &str, role: Role) {
        let required: HashSet<&str> = map
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        // What an alternative repeats of its object to tell itself apart needs no text and no default.
        let sketch = role == Role::Branch && !map.contains_key("type");
        for (keyword, value) in map {
            let here = pointer::join(at, keyword);
            match (keyword.as_str(), value) {
                ("properties", Value::Object(children)) => {
                    for (key, raw) in children {
                        let required = required.contains(key.as_str());
                        let role = if sketch { Role::Branch } else { Role::Property { required } };
                        self.schema(raw, &pointer::join(&here, key), role);
                    }
                }
                ("definitions", Value::Object(children)) if role == Role::Root => {
                    for (key, raw) in children {
                        self.schema(raw, &pointer::join(&here, key), Role::Part);
                    }
                }
                ("additionalProperties", Value::Bool(_)) => {}
                ("additionalProperties" | "items", raw) => self.schema(raw, &here, Role::Part),
                ("oneOf" | "anyOf", Value::Array(branches)) => {
                    for (i, raw) in branches.iter().enumerate() {
                        self.schema(raw, &format!("{here}/{i}"), Role::Branch);
                    }
                }
                ("properties" | "definitions", _) => self.fault("bad-keyword", &here, "must be a map"),
                ("oneOf" | "anyOf", _) => self.fault("bad-keyword", &here, "must be a list of schemas"),
                _ => {}
            }
        }
    }

    fn keywords(&mut self, map: &Map<String, Value>, at: &str, role: Role) {
        for keyword in map.keys() {
            let about = role == Role::Root && matches!(keyword.as_str(), "$schema" | "title" | "definitions");
            if about || KEYWORDS.contains(&keyword.as_str()) {
                continue;
            }
            let here = pointer::join(at, keyword);
            let component = self.composer.origins.of(at);
            let why = if REFUSED.contains(&keyword.as_str()) {
                format!("uses `{keyword}`, which Helm 3, Helm 4 and editors do not read alike")
            } else {
                format!("has the unknown keyword `{keyword}`")
            };
            let mut fault = self.composer.describe("unknown-keyword", &component, at, &why);
            fault.labels.clear();
            fault = self.composer.sources.mark(fault, &component, &here, "");
            if let Some(meant) = near::near(keyword, KEYWORDS) {
                fault = fault.help(format!("Did you mean `{meant}`?")).suggest(meant);
            }
            self.composer.errors.push(fault);
        }
    }

    fn reference(&mut self, map: &Map<String, Value>, at: &str) {
        let Some(reference) = map.get("$ref") else { return };
        let known = reference
            .as_str()
            .and_then(|r| r.strip_prefix("#/definitions/"))
            .is_some_and(|name| self.composed.pointer(&format!("/definitions/{name}")).is_some());
        if !known {
            let names = self.composed.get("definitions").and_then(Value::as_object);
            let name = reference.as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default();
            let meant = names.and_then(|names| near::near(name, names.keys().map(String::as_str)));
            let hint = meant.map_or_else(String::new, |m| format!(" (did you mean #/definitions/{m}?)"));
            self.fault("bad-reference", at, &format!("refers to {reference}, which is no definition{hint}"));
        }
        for keyword in map.keys() {
            let beside = matches!(keyword.as_str(), "$ref" | "description" | "default");
            if !beside && !keyword.starts_with("x-") {
                let what = format!("has `{keyword}` beside `$ref`, where draft-07 ignores it");
                self.fault("bad-reference", at, &what);
            }
        }
    }

    fn property(&mut self, map: &Map<String, Value>, at: &str, required: bool) {
        match self.keyword(map, "description").and_then(Value::as_str).map(str::trim) {
            None | Some("") => self.fault("missing-description", at, "has no description"),
            Some(text) => {
                let upper = text.chars().next().is_some_and(|c| !c.is_lowercase());
                if !upper || !text.ends_with('.') {
                    let what = "has a description that is not a sentence: begin it with an upper-case letter, end it with a full stop";
                    self.fault("bad-description", at, what);
                }
            }
        }
        let branch =
            self.keyword(map, "properties").and_then(Value::as_object).is_some_and(|p| !p.is_empty());
        let is_map = !branch && self.keyword(map, "type").and_then(Value::as_str) == Some("object");
        match self.keyword(map, "default") {
            None if !required && !branch && !is_map => {
                self.fault("missing-default", at, "has no default and is not required");
            }
            Some(Value::Object(default)) if branch && !default.is_empty() => {
                let what = "has a default of its own: an object takes its default from its properties";
                self.fault("bad-default", at, what);
            }
            _ => {}
        }
    }

    fn object(&mut self, map: &Map<String, Value>, at: &str, role: Role) {
        let object = match map.get("type") {
            Some(Value::String(one)) => one == "object",
            _ => map.contains_key("properties") && role != Role::Branch,
        };
        if object && !map.contains_key("additionalProperties") {
            let what =
                "is an object without `additionalProperties`: write false, or the schema of its free keys";
            self.fault("open-object", at, what);
        }
    }

    fn own(&mut self, map: &Map<String, Value>, at: &str) {
        for keyword in ["description", "x-pattern-help", "x-default-expression", "x-known-keys", "x-secret"] {
            if map.get(keyword).is_some_and(|value| !value.is_string()) {
                self.fault("bad-keyword", at, &format!("has a `{keyword}` that is not text"));
            }
        }
        if let Some(value) = map.get("x-helm")
            && value != "chart"
            && value != "global"
        {
            self.fault("bad-keyword", at, "has an `x-helm` that is neither chart nor global");
        }
        let texts = self
            .keyword(map, "enum")
            .and_then(Value::as_array)
            .is_some_and(|e| e.iter().all(Value::is_string));
        if map.contains_key("x-preset") && !texts {
            self.fault("bad-preset", at, "has `x-preset` without an `enum` of texts");
        }
        if map.contains_key("x-default-expression") && self.keyword(map, "default").is_none() {
            self.fault("missing-default", at, "has `x-default-expression` without a plain `default`");
        }
        if map.contains_key("x-pattern-help") && self.keyword(map, "pattern").is_none() {
            self.fault("bad-keyword", at, "has `x-pattern-help` without a `pattern`");
        }
        if map.contains_key("x-known-keys") && self.keyword(map, "properties").is_some() {
            self.fault("bad-keyword", at, "has `x-known-keys` but is not a free map");
        }
    }

    /// A keyword of the schema or of the definition it refers to.
    fn keyword<'m>(&'m self, map: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
        map.get(name).or_else(|| {
            let definition = map.get("$ref")?.as_str()?.strip_prefix('#')?;
            self.composed.pointer(definition)?.get(name)
        })
    }

    /// A definition that holds itself would have no end.
    fn cycles(&mut self) {
        let Some(Value::Object(definitions)) = self.composed.get("definitions") else { return };
        let mut looping = Vec::new();
        for name in definitions.keys() {
            let mut seen = HashSet::new();
            let mut todo = vec![name.as_str()];
            while let Some(next) = todo.pop() {
                let Some(raw) = definitions.get(next) else { continue };
                let mut found = Vec::new();
                references(raw, &mut found);
                if found.contains(&name.as_str()) {
                    looping.push(name.clone());
                    break;
                }
                todo.extend(found.into_iter().filter(|f| seen.insert(*f)));
            }
        }
        for name in looping {
            self.fault("bad-reference", &pointer::join("/definitions", &name), "refers to itself");
        }
    }
}

fn references<'a>(raw: &'a Value, out: &mut Vec<&'a str>) {
    match raw {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if key == "$ref" => out.extend(text.strip_prefix("#/definitions/")),
                    value => references(value, out),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, out)),
        _ => {}
    }
}
