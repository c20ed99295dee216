//! User over presets over defaults: the values that everything downstream reads.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, Diagnostics};

use super::cel::Scope;
use super::merge::{drop_nulls, merge};
use super::node::{Free, Node};
use super::{Schema, pointer};

/// Computed defaults may depend on each other this deep.
const ROUNDS: usize = 8;

/// A computed default that nobody overrode.
struct Pending {
    at: String,
    plain: Value,
    expression: String,
    component: Arc<str>,
    defined: String,
}

/// Fills defaults in, in schema order, and notes the computed ones.
#[derive(Default)]
pub(super) struct Filler {
    pending: Vec<Pending>,
}

impl Schema {
    /// The resolved values: the user's over the presets that they choose, over the defaults.
    ///
    /// `presets` gives the values file for a property and its value. `null` takes an entry away that presets or
    /// defaults would set; for a property of the schema that means its default.
    pub fn fill(
        &self,
        user: &Value,
        presets: &dyn Fn(&str, &str) -> Option<Value>,
    ) -> Result<Value, Diagnostics> {
        let given = self.with_presets(user, presets)?;
        let mut filler = Filler::default();
        let mut values = filler.node(&self.root, Some(&given), "").unwrap_or(Value::Null);
        self.compute(&filler.pending, &mut values)?;
        Ok(values)
    }

    /// Computed defaults, all from the same values, again until nothing changes.
    fn compute(&self, pending: &[Pending], values: &mut Value) -> Result<(), Diagnostics> {
        let mut errors = Diagnostics::new();
        let mut programs = Vec::new();
        for default in pending {
            match self.expressions.get(&default.expression) {
                Ok(program) => programs.push((default, program)),
                Err(why) => errors.push(self.broken_default(default, why)),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let functions = Scope::functions();
        let reads = self.expressions.reads(pending.iter().map(|default| default.expression.as_str()));
        let mut unsettled = Vec::new();
        for _ in 0..=ROUNDS {
            if programs.is_empty() {
                return Ok(());
            }
            let scope = functions.with("root", values, &reads);
            let mut changes = Vec::new();
            for (default, program) in &programs {
                match program.evaluate(&scope) {
                    Ok(value) => {
                        let value = if value.is_null() { default.plain.clone() } else { value };
                        if values.pointer(&default.at) != Some(&value) {
                            changes.push((*default, value));
                        }
                    }
                    Err(why) => errors.push(self.broken_default(default, &why)),
                }
            }
            if !errors.is_empty() {
                return Err(errors);
            }
            if changes.is_empty() {
                return Ok(());
            }
            unsettled = changes.iter().map(|(default, _)| *default).collect();
            for (default, value) in changes {
                if let Some(place) = values.pointer_mut(&default.at) {
                    *place = value;
                }
            }
        }
        for default in unsettled {
            errors.push(self.broken_default(default, "it never settles: it depends on itself"));
        }
        Err(errors)
    }

    fn broken_default(&self, default: &Pending, why: &str) -> Diagnostic {
        let path = pointer::dotted(&default.at);
        let message =
            format!("component {}: the computed default of `{path}` fails: {why}", default.component);
        let at = pointer::join(&default.defined, "x-default-expression");
        self.sources.mark(Diagnostic::error("broken-default", message), &default.component, &at, "")
    }
}

impl Filler {
    /// The node's value: what was given with defaults below it, or its default.
    pub fn node(&mut self, node: &Node, given: Option<&Value>, at: &str) -> Option<Value> {
        let given = given.filter(|value| !value.is_null() || node.accepts("null"));
        match given {
            Some(Value::Object(map)) => Some(self.object(node, map, at)),
            Some(Value::Array(list)) => Some(self.list(node, list, at)),
            Some(scalar) => Some(scalar.clone()),
            None => self.unset(node, at),
        }
    }

    fn unset(&mut self, node: &Node, at: &str) -> Option<Value> {
        let value = match &node.default {
            Some(Value::Object(map)) => self.object(node, map, at),
            Some(Value::Array(list)) => self.list(node, list, at),
            Some(scalar) => scalar.clone(),
            None if node.is_branch() || node.is_map() => self.object(node, &Map::new(), at),
            None => return None,
        };
        if let Some(expression) = &node.default_expression {
            self.pending.push(Pending {
                at: at.to_owned(),
                plain: value.clone(),
                expression: expression.clone(),
                component: node.component.clone(),
                defined: node.pointer.clone(),
            });
        }
        Some(value)
    }

    fn object(&mut self, node: &Node, given: &Map<String, Value>, at: &str) -> Value {
        if !node.is_branch() {
            return self.map(node, given, at);
        }
        let mut out = Map::new();
        for (key, child) in &node.properties {
            if let Some(value) = self.node(child, given.get(key), &pointer::join(at, key)) {
                out.insert(key.clone(), value);
            }
        }
        for (key, value) in given.iter().filter(|(key, _)| node.property(key).is_none()) {
            self.free(node, key, value, at, &mut out);
        }
        Value::Object(out)
    }

    fn map(&mut self, node: &Node, given: &Map<String, Value>, at: &str) -> Value {
        let mut entries = node.default.clone().filter(Value::is_object).unwrap_or_else(|| Map::new().into());
        merge(&mut entries, &Value::Object(given.clone()));
        let mut out = Map::new();
        for (key, value) in entries.as_object().into_iter().flatten() {
            self.free(node, key, value, at, &mut out);
        }
        Value::Object(out)
    }

    fn free(&mut self, node: &Node, key: &str, value: &Value, at: &str, out: &mut Map<String, Value>) {
        match &node.free {
            Free::Each(each) => {
                let nothing = value.is_null() && !each.accepts("null");
                if let (false, Some(value)) = (nothing, self.node(each, Some(value), &pointer::join(at, key)))
                {
                    out.insert(key.to_owned(), value);
                }
            }
            Free::Any | Free::Closed if value.is_null() => {}
            Free::Any | Free::Closed => {
                let mut value = value.clone();
                drop_nulls(&mut value);
                out.insert(key.to_owned(), value);
            }
        }
    }

    fn list(&mut self, node: &Node, given: &[Value], at: &str) -> Value {
        let Some(items) = &node.items else { return Value::Array(given.to_vec()) };
        let fill = |(i, item): (usize, &Value)| {
            self.node(items, Some(item), &pointer::join(at, &i.to_string())).unwrap_or_else(|| item.clone())
        };
        Value::Array(given.iter().enumerate().map(fill).collect())
    }
}

#[cfg(test)]
mod tests;
