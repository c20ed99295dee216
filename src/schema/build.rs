//! From composed JSON to the tree.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::node::{Free, Helm, Node, Rule};
use super::pointer;

/// Who wrote what, by pointer into the composed schema.
#[derive(Debug, Default)]
pub(super) struct Origins {
    /// The component that defined a property; what is not listed belongs to the nearest above it.
    pub nodes: HashMap<String, Arc<str>>,
    /// Component and index in its own list, for each rule of an object that several components extend.
    pub rules: HashMap<String, Vec<(Arc<str>, usize)>>,
}

impl Origins {
    /// The component behind a pointer.
    pub fn of(&self, pointer: &str) -> Arc<str> {
        let mut at = pointer;
        loop {
            match (self.nodes.get(at), pointer::parent(at)) {
                (Some(component), _) => return component.clone(),
                (None, Some(parent)) => at = parent,
                (None, None) => return Arc::from(""),
            }
        }
    }
}

pub(super) struct Builder<'a> {
    pub composed: &'a Value,
    pub origins: &'a Origins,
}

impl Builder<'_> {
    pub fn root(&self) -> Node {
        self.node(self.composed, "", &self.origins.of(""))
    }

    fn node(&self, raw: &Value, at: &str, above: &Arc<str>) -> Node {
        let component = self.origins.nodes.get(at).unwrap_or(above).clone();
        let Value::Object(map) = raw else {
            return Node { component, pointer: at.to_owned(), free: Free::Any, ..Node::default() };
        };
        let definition = map.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
        let mut node = match definition.and_then(|pointer| Some((pointer, self.composed.pointer(pointer)?))) {
            Some((pointer, raw)) => {
                let mut node = self.node(raw, pointer, &component);
                node.component = component;
                node.pointer = at.to_owned();
                node
            }
            None => self.own(map, at, component),
        };
        own_keywords(&mut node, map);
        self.rules(&mut node, map, at);
        node
    }

    fn own(&self, map: &Map<String, Value>, at: &str, component: Arc<str>) -> Node {
        let below = |key: &str| pointer::join(at, key);
        let list = |key: &str| map.get(key).and_then(Value::as_array).into_iter().flatten();
        let number = |key: &str| map.get(key).and_then(Value::as_f64);
        let properties = below("properties");
        Node {
            pointer: at.to_owned(),
            types: match map.get("type") {
                Some(Value::String(one)) => vec![one.clone()],
                Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                _ => Vec::new(),
            },
            properties: map
                .get("properties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .map(|(key, raw)| (key.clone(), self.node(raw, &pointer::join(&properties, key), &component)))
                .collect(),
            required: list("required").filter_map(Value::as_str).map(str::to_owned).collect(),
            free: match map.get("additionalProperties") {
                Some(Value::Bool(false)) => Free::Closed,
                Some(each @ Value::Object(_)) => {
                    Free::Each(Box::new(self.node(each, &below("additionalProperties"), &component)))
                }
                Some(_) => Free::Any,
                None if map.contains_key("properties") => Free::Closed,
                None => Free::Any,
            },
            items: map.get("items").map(|raw| Box::new(self.node(raw, &below("items"), &component))),
            branches: ["oneOf", "anyOf"]
                .into_iter()
                .flat_map(|key| {
                    let at = below(key);
                    list(key)
                        .enumerate()
                        .map(|(i, raw)| self.node(raw, &format!("{at}/{i}"), &component))
                        .collect::<Vec<_>>()
                })
                .collect(),
            allowed: list("enum").chain(map.get("const")).cloned().collect(),
            form: map.get("pattern").and_then(Value::as_str).map(|p| format!("text that matches {p}")),
            range: (number("minimum"), number("maximum")),
            component,
            ..Node::default()
        }
    }

    fn rules(&self, node: &mut Node, map: &Map<String, Value>, at: &str) {
        let Some(Value::Array(rules)) = map.get(RULES) else { return };
        let owners = self.origins.rules.get(at);
        let list = pointer::join(at, RULES);
        node.rules.extend(rules.iter().enumerate().map(|(i, raw)| {
            let text = |key: &str| raw.get(key).and_then(Value::as_str).map(str::to_owned);
            let (component, index) = match owners.and_then(|owners| owners.get(i)) {
                Some((component, index)) => (component.clone(), *index),
                None => (self.origins.of(at), i),
            };
            Rule {
                component,
                pointer: format!("{list}/{index}"),
                id: text("id").unwrap_or_else(|| "rule".to_owned()),
                rule: text("rule").unwrap_or_default(),
                message: text("message").unwrap_or_default(),
                message_expression: text("messageExpression"),
                field_path: text("fieldPath"),
                warning: text("level").as_deref() == Some("warning"),
                help: text("help"),
            }
        }));
    }
}

/// The keyword of cross-field rules.
pub(super) const RULES: &str = "x-kubernetes-validations";

/// Keywords that may stand beside `$ref` and then win over the definition's.
fn own_keywords(node: &mut Node, map: &Map<String, Value>) {
    let text = |key: &str| map.get(key).and_then(Value::as_str).map(str::to_owned);
    let yes = |key: &str| map.get(key) == Some(&Value::Bool(true));
    if let Some(description) = text("description") {
        node.description = description.trim().to_owned();
    }
    if let Some(default) = map.get("default") {
        node.default = Some(default.clone());
    }
    if let Some(example) = map.get("x-example") {
        node.example = Some(example.clone());
    }
    node.form = text("x-pattern-help").or_else(|| node.form.take());
    node.default_expression = text("x-default-expression").or_else(|| node.default_expression.take());
    node.known_keys = text("x-known-keys").or_else(|| node.known_keys.take());
    node.helm = match text("x-helm").as_deref() {
        Some("chart") => Some(Helm::Chart),
        Some("global") => Some(Helm::Global),
        _ => node.helm,
    };
    node.preset |= yes("x-preset");
    node.placeholders |= yes("x-placeholders");
    node.secret |= text("x-secret").is_some();
}
