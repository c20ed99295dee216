//! Values against the schema: every error of a file in one run.

mod alternatives;
mod slips;
mod unknown_key;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::yaml::write;

use super::locate::{Locate, at_key, at_value};
use super::{Schema, near, pointer, words};

impl Schema {
    /// Checks what a user wrote: one values file, or several merged.
    ///
    /// A key that must be there may still come from a preset, so its absence is left to
    /// [`validate_resolved`](Self::validate_resolved), except in list items, which nothing completes.
    pub fn validate(&self, values: &Value, locate: &dyn Locate) -> Diagnostics {
        self.findings(values, locate, true)
    }

    /// Checks the resolved values: keys that nobody gave, and what presets and computed defaults said.
    pub fn validate_resolved(&self, values: &Value, locate: &dyn Locate) -> Diagnostics {
        self.findings(values, locate, false)
    }

    fn findings(&self, values: &Value, locate: &dyn Locate, partial: bool) -> Diagnostics {
        let mut reporter = Reporter { schema: self, values, locate, partial, found: Vec::new() };
        for error in self.validator.iter_errors(values) {
            reporter.report(&error);
        }
        reporter.finish()
    }
}

/// Turns the validator's errors into findings.
struct Reporter<'a> {
    schema: &'a Schema,
    values: &'a Value,
    locate: &'a dyn Locate,
    partial: bool,
    /// With the pointer of each.
    found: Vec<(String, Diagnostic)>,
}

impl Reporter<'_> {
    fn report(&mut self, error: &ValidationError<'_>) {
        let at = error.instance_path().as_str();
        let instance: &Value = error.instance();
        // `null` takes a lower value away; it is not a value itself. In a list it takes nothing away.
        if self.partial && instance.is_null() && !self.in_list(at) {
            return;
        }
        let raw = pointer::parent(error.schema_path().as_str()).and_then(|p| self.schema.composed.pointer(p));
        let raw = raw.unwrap_or(&Value::Null);
        let diagnostic = match error.kind() {
            Kind::AdditionalProperties { unexpected } => {
                for key in unexpected {
                    let diagnostic = unknown_key::report(self.schema, self.locate, at, key, raw);
                    self.found.push((pointer::join(at, key), diagnostic));
                }
                return;
            }
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                return self.alternatives(at, instance, context);
            }
            // Defaults that were filled in may make several alternatives fit; the user's own text was checked before.
            Kind::OneOfMultipleValid { .. } if !self.partial => return,
            Kind::OneOfMultipleValid { .. } => self.ambiguous(at, instance, raw),
            Kind::Required { .. } if self.partial && !self.in_list(at) => return,
            Kind::Required { property } => self.missing(at, property.as_str().unwrap_or_default(), raw),
            Kind::Type { kind } => self.wrong_type(at, instance, &types(kind)),
            Kind::Enum { options } => {
                self.not_one_of(at, instance, options.as_array().map_or(&[][..], Vec::as_slice))
            }
            Kind::Constant { expected_value } => {
                self.not_one_of(at, instance, std::slice::from_ref(expected_value.as_ref()))
            }
            Kind::Pattern { pattern } => self.mismatch(at, instance, pattern, raw),
            Kind::Minimum { .. } | Kind::Maximum { .. } => self.out_of_range(at, instance, raw),
            Kind::MinLength { limit: 1 } => {
                self.value("too-short", at, instance, "must not be empty", "text that is not empty")
            }
            Kind::MinLength { limit } => {
                self.length("too-short", at, instance, "at least", *limit, "characters")
            }
            Kind::MaxLength { limit } => {
                self.length("too-long", at, instance, "at most", *limit, "characters")
            }
            Kind::MinItems { limit } => {
                self.length("too-few-items", at, instance, "at least", *limit, "items")
            }
            Kind::UniqueItems => self.twice(at, instance),
            _ => self.value("not-allowed", at, instance, "is not allowed here", &error.masked().to_string()),
        };
        self.found.push((at.to_owned(), diagnostic));
    }

    /// Findings in order; where the type is wrong, what else is wrong with the value does not matter.
    fn finish(self) -> Diagnostics {
        let wrong: Vec<String> =
            self.found.iter().filter(|(_, d)| d.code == "wrong-type").map(|(at, _)| at.clone()).collect();
        let mut out = Diagnostics::new();
        out.extend(
            self.found
                .into_iter()
                .filter(|(at, d)| d.code == "wrong-type" || !wrong.contains(at))
                .map(|(_, d)| d),
        );
        out.sorted()
    }

    /// True below a list item: what is missing there comes from nowhere else.
    fn in_list(&self, at: &str) -> bool {
        let mut value = self.values;
        for segment in pointer::segments(at) {
            let next = match value {
                Value::Object(map) => map.get(segment.as_ref()),
                Value::Array(_) => return true,
                _ => None,
            };
            match next {
                Some(next) => value = next,
                None => return false,
            }
        }
        false
    }

    fn value(&self, code: &str, at: &str, instance: &Value, what: &str, expected: &str) -> Diagnostic {
        let diagnostic = Diagnostic::error(code, format!("{} {what}", words::place(at)))
            .found(words::value(instance, at))
            .expected(expected);
        at_value(diagnostic, self.locate, at, "")
    }

    fn wrong_type(&self, at: &str, instance: &Value, wanted: &[String]) -> Diagnostic {
        let kinds = words::kinds(wanted.iter().map(String::as_str));
        let given = match words::kind_of(instance) {
            "number" if wanted.iter().any(|w| w == "integer") => "a fraction",
            other => words::kind(other),
        };
        let what = format!("must be {kinds}, not {given}");
        let node = self.schema.node_at(at);
        let shape = node.map(words::shape).filter(|shape| !shape.is_empty()).unwrap_or(kinds);
        let diagnostic = self.value("wrong-type", at, instance, &what, &shape);
        slips::mend(diagnostic, node, instance, wanted)
    }

    fn not_one_of(&self, at: &str, instance: &Value, options: &[Value]) -> Diagnostic {
        let choices = words::choices(options);
        let what =
            if options.len() == 1 { format!("must be {choices}") } else { "has an unknown value".to_owned() };
        let diagnostic = self.value("not-one-of", at, instance, &what, &choices);
        let texts = options.iter().filter_map(Value::as_str);
        match instance.as_str().and_then(|text| near::near(text, texts)) {
            Some(meant) => {
                // The suggestion is YAML: one of the allowed texts may need quotes.
                let text = write::scalar(&Value::from(meant), write::Place::Flow);
                diagnostic.help(format!("Did you mean `{meant}`?")).suggest(text)
            }
            None => slips::quote(diagnostic, instance, options),
        }
    }

    fn mismatch(&self, at: &str, instance: &Value, pattern: &str, raw: &Value) -> Diagnostic {
        let help = raw.get("x-pattern-help").and_then(Value::as_str);
        let help = help.or_else(|| self.schema.node_at(at)?.form.as_deref());
        let expected = help.map_or_else(|| format!("text that matches {pattern}"), str::to_owned);
        let example = self.schema.node_at(at).and_then(|node| node.example.as_ref());
        let diagnostic =
            self.value("pattern-mismatch", at, instance, "does not have the right form", &expected);
        match example {
            Some(example) => {
                diagnostic.help(format!("For example: `{}`.", words::list(std::slice::from_ref(example))))
            }
            None => diagnostic,
        }
    }

    fn out_of_range(&self, at: &str, instance: &Value, raw: &Value) -> Diagnostic {
        let limit = |key: &str| raw.get(key).and_then(Value::as_f64);
        let range = words::range((limit("minimum"), limit("maximum"))).unwrap_or_default();
        self.value("out-of-range", at, instance, "is out of range", &range)
    }

    fn length(
        &self,
        code: &str,
        at: &str,
        instance: &Value,
        bound: &str,
        limit: u64,
        of: &str,
    ) -> Diagnostic {
        let of = if limit == 1 { of.trim_end_matches('s') } else { of };
        let wanted = format!("{bound} {limit} {of}");
        self.value(code, at, instance, &format!("must have {wanted}"), &wanted)
    }

    fn missing(&self, at: &str, key: &str, raw: &Value) -> Diagnostic {
        let node = self.schema.node_at(&pointer::join(at, key));
        let have = if at.is_empty() { "have" } else { "has" };
        let mut diagnostic =
            Diagnostic::error("missing-key", format!("{} {have} no `{key}`", words::place(at)));
        let text = raw.pointer(&pointer::join("/properties", key)).and_then(|p| p.get("description"));
        if let Some(text) = node.map(|node| node.description.as_str()).or_else(|| text?.as_str()) {
            diagnostic = diagnostic.expected(format!("`{key}`: {text}"));
        }
        if let Some(example) = node.and_then(|node| node.example.as_ref()) {
            diagnostic = diagnostic
                .help(format!("For example: `{key}: {}`.", words::list(std::slice::from_ref(example))));
        }
        at_key(diagnostic, self.locate, at, &format!("{} is missing", words::place(&pointer::join(at, key))))
    }

    fn twice(&self, at: &str, instance: &Value) -> Diagnostic {
        let list = instance.as_array().map_or(&[][..], Vec::as_slice);
        let second = (1..list.len()).find(|i| list[..*i].contains(&list[*i])).unwrap_or(0);
        let first = list.iter().position(|item| *item == list[second]).unwrap_or(0);
        let item = |i: usize| pointer::join(at, &i.to_string());
        let what = format!("{} holds the same item twice", words::place(at));
        let diagnostic = Diagnostic::error("duplicate-item", what)
            .found(list.get(second).map(|item| words::value(item, at)).unwrap_or_default())
            .expected("each item once");
        let diagnostic = at_value(diagnostic, self.locate, &item(second), "again here");
        at_value(diagnostic, self.locate, &item(first), "first here")
    }
}

fn types(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Single(one) => vec![one.as_str().to_owned()],
        TypeKind::Multiple(all) => all.iter().map(|one| one.as_str().to_owned()).collect(),
    }
}
