//! Cross-field rules: CEL on the resolved values.

mod point;

use std::sync::Arc;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};

use super::cel::{Expression, Scope, read_of};
use super::locate::Locate;
use super::node::Rule;
use super::walk::{every, walk};
use super::{Schema, pointer, words};

/// A rule on one object of the values.
struct Case<'a> {
    rule: &'a Rule,
    object: &'a Value,
    at: String,
}

/// What the rules of one component are checked with.
struct Context<'a> {
    values: &'a Value,
    data: &'a Value,
    locate: &'a dyn Locate,
}

impl Schema {
    /// Evaluates every rule on every object it speaks of.
    ///
    /// A rule sees `self` (the object), `root` (all values) and `data` (what `data` gives for the component that wrote
    /// the rule). A rule that does not parse or ends in an error is reported as `broken-rule`.
    pub fn check_rules(
        &self,
        values: &Value,
        data: &dyn Fn(&str) -> Value,
        locate: &dyn Locate,
    ) -> Diagnostics {
        let mut groups: Vec<(Arc<str>, Vec<Case<'_>>)> = Vec::new();
        walk(&self.root, values, "", &mut |node, object, at| {
            for rule in &node.rules {
                let case = Case { rule, object, at: at.to_owned() };
                match groups.iter_mut().find(|(component, _)| *component == rule.component) {
                    Some((_, cases)) => cases.push(case),
                    None => groups.push((rule.component.clone(), vec![case])),
                }
            }
        });
        let mut out = Diagnostics::new();
        if groups.is_empty() {
            return out;
        }
        let root = Scope::new(values);
        for (component, cases) in &groups {
            // A component's tables are large: they are asked for only when one of its rules mentions them.
            let mentioned = cases.iter().flat_map(|case| texts(case.rule)).any(|text| text.contains("data"));
            let all = if mentioned { data(component) } else { Value::Null };
            let expressions = cases.iter().filter_map(|case| self.expressions.get(&case.rule.rule).ok());
            let scope = root.with("data", &read_of(expressions, "data", &all));
            let context = Context { values, data: &all, locate };
            // The rules of one object stand together: turn it into CEL once.
            for cases in cases.chunk_by(|a, b| a.at == b.at) {
                let scope = scope.with("self", cases[0].object);
                out.extend(cases.iter().filter_map(|case| self.check(case, &scope, &context)));
            }
        }
        out.sorted()
    }

    /// Parses every expression of the schema, also of rules that no value needs yet.
    pub fn check_expressions(&self) -> Diagnostics {
        let mut out = Diagnostics::new();
        every(&self.root, &mut |node| {
            for rule in &node.rules {
                if let Err(why) = self.expressions.get(&rule.rule) {
                    out.push(self.broken(rule, &rule.rule, why));
                }
                if let Some(text) = &rule.message_expression
                    && let Err(why) = Expression::parse(text)
                {
                    out.push(self.broken(rule, text, &why));
                }
            }
            let computed = node.default_expression.as_ref().and_then(|text| self.expressions.get(text).err());
            let known = node.known_keys.as_deref().and_then(|text| Expression::parse(text).err());
            for (keyword, why) in
                [("x-default-expression", computed.map(str::to_owned)), ("x-known-keys", known)]
            {
                if let Some(why) = why {
                    let message = format!(
                        "component {}: the {keyword} of {} fails: {why}",
                        node.component, node.pointer
                    );
                    let at = pointer::join(&node.pointer, keyword);
                    let fault = Diagnostic::error("broken-rule", message);
                    out.push(self.sources.mark(fault, &node.component, &at, ""));
                }
            }
        });
        out.sorted()
    }

    fn check(&self, case: &Case<'_>, scope: &Scope<'_>, context: &Context<'_>) -> Option<Diagnostic> {
        let rule = case.rule;
        let expression = self.expressions.get(&rule.rule).map_err(str::to_owned);
        match expression.and_then(|expression| expression.evaluate(scope)) {
            Ok(Value::Bool(true)) => return None,
            Ok(Value::Bool(false)) => {}
            Ok(other) => {
                return Some(self.broken(
                    rule,
                    &rule.rule,
                    &format!("it gives {other} instead of true or false"),
                ));
            }
            Err(why) => return Some(self.broken(rule, &rule.rule, &why)),
        }
        let message = match &rule.message_expression {
            None => rule.message.clone(),
            // Seldom needed, so neither parsed nor given its data before.
            Some(text) => {
                let scope = scope.with("data", context.data);
                match Expression::parse(text).and_then(|expression| expression.evaluate(&scope)) {
                    Ok(Value::String(message)) => message,
                    Ok(other) => {
                        return Some(self.broken(rule, text, &format!("it gives {other} instead of text")));
                    }
                    Err(why) => return Some(self.broken(rule, text, &why)),
                }
            }
        };
        let severity = if rule.warning { Severity::Warning } else { Severity::Error };
        let mut diagnostic = Diagnostic::new(severity, &rule.id, message);
        diagnostic.help.extend(rule.help.clone());
        let at = field(&case.at, rule.field_path.as_deref().unwrap_or_default());
        if let Some(value) = context.values.pointer(&at).filter(|value| !value.is_object()) {
            diagnostic = diagnostic.found(format!("{} is {}", words::place(&at), words::value(value, &at)));
        }
        Some(point::point(diagnostic, &at, case, context.locate))
    }

    fn broken(&self, rule: &Rule, text: &str, why: &str) -> Diagnostic {
        let message = format!("component {}: rule {} cannot be evaluated: {why}", rule.component, rule.id);
        let fault = Diagnostic::error("broken-rule", message).found(text);
        self.sources.mark(fault, &rule.component, &rule.pointer, "")
    }
}

fn texts(rule: &Rule) -> impl Iterator<Item = &str> {
    std::iter::once(rule.rule.as_str()).chain(rule.message_expression.as_deref())
}

/// `.a.b[0]['c.d']` below a pointer.
fn field(at: &str, path: &str) -> String {
    let mut at = at.to_owned();
    let mut rest = path;
    while let Some(first) = rest.chars().next() {
        let (key, after) = match first {
            '[' => {
                let inner = rest[1..].split(']').next().unwrap_or_default();
                (inner.trim_matches(['\'', '"']), rest.get(inner.len() + 2..).unwrap_or_default())
            }
            '.' => {
                let key = rest[1..].split(['.', '[']).next().unwrap_or_default();
                (key, &rest[key.len() + 1..])
            }
            _ => {
                let key = rest.split(['.', '[']).next().unwrap_or_default();
                (key, &rest[key.len()..])
            }
        };
        if !key.is_empty() {
            at = pointer::join(&at, key);
        }
        rest = after;
    }
    at
}

#[cfg(test)]
mod tests;
