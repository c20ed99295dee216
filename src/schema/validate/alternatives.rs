//! `oneOf` and `anyOf`: what was wrong with the alternative that was most likely meant.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use super::{Reporter, types};
use crate::diagnostic::Diagnostic;
use crate::schema::locate::at_key;
use crate::schema::near::or;
use crate::schema::{pointer, words};

type Branch = Vec<ValidationError<'static>>;

impl Reporter<'_> {
    /// Reports the alternative that is least wrong, or what all of them ask for alike.
    pub(super) fn alternatives(&mut self, at: &str, instance: &Value, branches: &[Branch]) {
        let branches: Vec<Vec<&ValidationError<'_>>> = branches
            .iter()
            .map(|branch| branch.iter().filter(|error| !self.forgiven(error)).collect())
            .collect();
        if branches.iter().any(Vec::is_empty) {
            return;
        }
        let all = |wanted: &dyn Fn(&ValidationError<'_>) -> bool| {
            branches.iter().all(|branch| branch.len() == 1 && wanted(branch[0]))
        };
        if branches.iter().all(|branch| branch.iter().any(|error| wrong_here(error, at))) {
            let wanted: Vec<String> =
                branches.iter().flatten().flat_map(|error| wanted_types(error)).collect();
            let diagnostic = self.wrong_type(at, instance, &wanted);
            self.found.push((at.to_owned(), diagnostic));
        } else if all(&|error| missing(error).is_some() && error.instance_path().as_str() == at) {
            let keys: Vec<String> = branches
                .iter()
                .flatten()
                .filter_map(|error| missing(error))
                .map(|key| format!("`{key}`"))
                .collect();
            let what = format!("{} has none of {}", words::place(at), keys.join(", "));
            let diagnostic = Diagnostic::error("missing-key", what).expected(format!("one of {}", or(&keys)));
            self.found.push((at.to_owned(), at_key(diagnostic, self.locate, at, "")));
        } else if let Some((place, options)) = discriminator(&branches) {
            let value = self.values.pointer(&place).unwrap_or(&Value::Null).clone();
            let diagnostic = self.not_one_of(&place, &value, &options);
            self.found.push((place, diagnostic));
        } else if let Some(best) = branches.iter().min_by_key(|branch| badness(branch, at)) {
            for error in best.clone() {
                self.report(error);
            }
        }
    }

    /// Several alternatives fit at once.
    pub(super) fn ambiguous(&self, at: &str, instance: &Value, raw: &Value) -> Diagnostic {
        let branches = raw.get("oneOf").and_then(Value::as_array);
        let keys: Vec<String> = branches
            .into_iter()
            .flatten()
            .flat_map(|branch| branch.get("required").and_then(Value::as_array).into_iter().flatten())
            .filter_map(Value::as_str)
            .filter(|key| instance.get(key).is_some())
            .map(|key| format!("`{key}`"))
            .collect();
        let what = match keys.len() {
            0 | 1 => "fits more than one of its alternatives".to_owned(),
            _ => format!("has {} at once", keys.join(" and ")),
        };
        let expected =
            if keys.len() > 1 { format!("only {}", or(&keys)) } else { "one alternative".to_owned() };
        let diagnostic =
            Diagnostic::error("ambiguous", format!("{} {what}", words::place(at))).expected(expected);
        match keys.get(1) {
            Some(key) => at_key(diagnostic, self.locate, &pointer::join(at, key.trim_matches('`')), ""),
            None => at_key(diagnostic, self.locate, at, ""),
        }
    }

    /// What [`Reporter::report`] passes over in a partial document.
    fn forgiven(&self, error: &ValidationError<'_>) -> bool {
        let at = error.instance_path().as_str();
        self.partial
            && !self.in_list(at)
            && (error.instance().is_null() || matches!(error.kind(), Kind::Required { .. }))
    }
}

/// True when the value itself has the wrong type; what else is wrong with it then follows from that.
fn wrong_here(error: &ValidationError<'_>, at: &str) -> bool {
    matches!(error.kind(), Kind::Type { .. }) && error.instance_path().as_str() == at
}

fn wanted_types(error: &ValidationError<'_>) -> Vec<String> {
    match error.kind() {
        Kind::Type { kind } => types(kind),
        _ => Vec::new(),
    }
}

fn missing<'a>(error: &'a ValidationError<'_>) -> Option<&'a str> {
    match error.kind() {
        Kind::Required { property } => property.as_str(),
        _ => None,
    }
}

/// The one place where each alternative wants its own fixed value, and those values.
fn discriminator(branches: &[Vec<&ValidationError<'_>>]) -> Option<(String, Vec<Value>)> {
    let mut place = None;
    let mut options = Vec::new();
    for branch in branches {
        let fixed = branch.iter().find_map(|error| match error.kind() {
            Kind::Constant { expected_value } => {
                Some((error.instance_path(), vec![expected_value.as_ref().clone()]))
            }
            Kind::Enum { options } => Some((error.instance_path(), options.as_array().cloned()?)),
            _ => None,
        });
        let (at, values) = fixed?;
        if *place.get_or_insert_with(|| at.as_str().to_owned()) != at.as_str() {
            return None;
        }
        options.extend(values.into_iter().filter(|value| !options.contains(value)).collect::<Vec<_>>());
    }
    Some((place?, options))
}

/// An alternative of another type, or with another fixed value, was hardly meant.
fn badness(branch: &[&ValidationError<'_>], at: &str) -> (bool, usize, usize) {
    let other_type = branch
        .iter()
        .any(|error| matches!(error.kind(), Kind::Type { .. }) && error.instance_path().as_str() == at);
    let other_value = branch
        .iter()
        .filter(|error| matches!(error.kind(), Kind::Constant { .. } | Kind::Enum { .. }))
        .count();
    (other_type, other_value, branch.len())
}
