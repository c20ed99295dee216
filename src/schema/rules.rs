//! Cross-field rules: CEL on the resolved values.

mod point;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};

use super::cel::{Reads, Scope};
use super::locate::Locate;
use super::node::Rule;
use super::walk::{every, walk};
use super::{Schema, pointer, words};

/// What expressions of a component read as `data`: all of its tables, or at least those that are read.
pub type Data<'d> = dyn Fn(&str, &Reads) -> Value + Sync + 'd;

/// A rule on one object of the values.
#[derive(Clone)]
struct Case<'a> {
    rule: &'a Rule,
    object: &'a Value,
    at: String,
}

/// What findings are told with.
struct Context<'a> {
    values: &'a Value,
    data: &'a Data<'a>,
    locate: &'a dyn Locate,
}

impl Schema {
    /// Evaluates every rule on every object it speaks of.
    ///
    /// A rule sees `self` (the object), `root` (all values) and `data` (what `data` gives for the component that wrote
    /// the rule; no more is used of it than is read). A rule that does not parse or ends in an error is reported as
    /// `broken-rule`.
    pub fn check_rules<'a>(&'a self, values: &'a Value, data: &Data<'_>, locate: &dyn Locate) -> Diagnostics {
        let mut groups: Vec<(Arc<str>, Vec<Case<'_>>)> = Vec::new();
        walk(&self.root, values, &mut |node, object, at| {
            for rule in &node.rules {
                let case = Case { rule, object, at: at.to_owned() };
                match groups.iter_mut().find(|(component, _)| *component == rule.component) {
                    Some((_, cases)) => cases.push(case),
                    None => groups.push((rule.component.clone(), vec![case])),
                }
            }
        });
        let reads: Vec<_> = groups.par_iter().map(|(_, cases)| self.reads(cases)).collect();
        let mut together = Reads::default();
        reads.iter().for_each(|reads| together.join(reads));
        // Turned into CEL once for all rules.
        let functions = Scope::functions();
        let root = functions.with("root", values, &together);
        let group = |((component, cases), reads): (&(Arc<str>, Vec<Case<'a>>), &Reads)| {
            let tables = reads.below("data").map_or(Value::Null, |tables| data(component, tables));
            self.broken_cases(cases, &root.with("data", &tables, reads))
        };
        let broken: Vec<_> = groups.par_iter().zip(&reads).flat_map_iter(group).collect();
        let context = Context { values, data, locate };
        let mut out = Diagnostics::new();
        out.extend(broken.into_iter().map(|(case, outcome)| self.tell(&case, outcome, &context)));
        out.sorted()
    }

    fn reads(&self, cases: &[Case<'_>]) -> Reads {
        let rules: BTreeSet<_> = cases.iter().map(|case| case.rule.rule.as_str()).collect();
        self.expressions.reads(rules)
    }

    /// The rules of a component that do not hold, or why they give nothing.
    fn broken_cases<'a>(&self, cases: &[Case<'a>], scope: &Scope<'_>) -> Vec<(Case<'a>, Result<(), String>)> {
        // The items of a list have the same rules.
        let mut known: HashMap<(&str, usize), Reads> = HashMap::new();
        let mut broken = Vec::new();
        // The rules of one object stand together: turn it into CEL once.
        for cases in cases.chunk_by(|a, b| a.at == b.at) {
            let these = (cases[0].rule.pointer.as_str(), cases.len());
            let reads = known.entry(these).or_insert_with(|| self.reads(cases));
            let scope = scope.with("self", cases[0].object, reads);
            for case in cases {
                let expression = self.expressions.get(&case.rule.rule).map_err(str::to_owned);
                match expression.and_then(|expression| expression.holds(&scope)) {
                    Ok(true) => {}
                    Ok(false) => broken.push((case.clone(), Ok(()))),
                    Err(why) => broken.push((case.clone(), Err(why))),
                }
            }
        }
        broken
    }

    /// Parses every expression of the schema, also of rules that no value needs yet.
    pub fn check_expressions(&self) -> Diagnostics {
        let mut out = Diagnostics::new();
        every(&self.root, &mut |node| {
            for rule in &node.rules {
                for text in rule.expressions() {
                    if let Err(why) = self.expressions.get(text) {
                        out.push(self.broken(rule, text, why));
                    }
                }
            }
            for (keyword, text) in
                [("x-default-expression", &node.default_expression), ("x-known-keys", &node.known_keys)]
            {
                if let Some(why) = text.as_ref().and_then(|text| self.expressions.get(text).err()) {
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

    /// The finding about a rule that does not hold.
    fn tell(&self, case: &Case<'_>, outcome: Result<(), String>, context: &Context<'_>) -> Diagnostic {
        let rule = case.rule;
        if let Err(why) = outcome {
            return self.broken(rule, &rule.rule, &why);
        }
        let message = match &rule.message_expression {
            None => rule.message.clone(),
            Some(text) => match self.message(text, case, context) {
                Ok(message) => message,
                Err(why) => return self.broken(rule, text, &why),
            },
        };
        let severity = if rule.warning { Severity::Warning } else { Severity::Error };
        let mut diagnostic = Diagnostic::new(severity, &rule.id, message);
        diagnostic.help.extend(rule.help.clone());
        let at = field(&case.at, rule.field_path.as_deref().unwrap_or_default());
        if let Some(value) = context.values.pointer(&at).filter(|value| !value.is_object()) {
            diagnostic = diagnostic.found(format!("{} is {}", words::place(&at), words::value(value, &at)));
        }
        point::point(diagnostic, &at, case, context.locate)
    }

    /// Messages are seldom needed: what they read is turned into CEL for each.
    fn message(&self, text: &str, case: &Case<'_>, context: &Context<'_>) -> Result<String, String> {
        let expression = self.expressions.get(text)?;
        let reads = expression.reads();
        let tables =
            reads.below("data").map_or(Value::Null, |tables| (context.data)(&case.rule.component, tables));
        let functions = Scope::functions();
        let scope = functions.with("root", context.values, reads);
        let scope = scope.with("data", &tables, reads);
        match expression.evaluate(&scope.with("self", case.object, reads))? {
            Value::String(message) => Ok(message),
            other => Err(format!("it gives {other} instead of text")),
        }
    }

    fn broken(&self, rule: &Rule, text: &str, why: &str) -> Diagnostic {
        let message = format!("component {}: rule {} cannot be evaluated: {why}", rule.component, rule.id);
        let fault = Diagnostic::error("broken-rule", message).found(text);
        self.sources.mark(fault, &rule.component, &rule.pointer, "")
    }
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
