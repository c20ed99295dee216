//! A kind of configuration values, as the program that reads them understands it.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;
use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::schema::locate::{Locate, at_value};
use crate::schema::{near, words};

/// What values of a kind look like. A value fits when it is one of `values` or matches `pattern`, and is in `range`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Kind {
    /// What such a value is called: `a duration`. Absent: the values are listed instead.
    is: Option<String>,
    /// Words that fit.
    #[serde(default)]
    values: Vec<String>,
    /// Whether the words may be written in any case.
    #[serde(default)]
    any_case: bool,
    /// Other texts that fit.
    pattern: Option<String>,
    /// The pattern, compiled for the first value that needs it.
    #[serde(skip)]
    regex: OnceCell<Result<Regex, String>>,
    /// Lowest and highest number that fit, both included.
    range: Option<(f64, f64)>,
    /// Some good values.
    #[serde(default)]
    examples: Vec<String>,
    /// Frequent slips, as regular expressions, and what was meant.
    #[serde(default)]
    mend: BTreeMap<String, String>,
}

impl Kind {
    /// Reads a kind from a table.
    pub(super) fn read(kind: &Value) -> Result<Self, String> {
        Kind::deserialize(kind).map_err(|error| error.to_string())
    }

    /// What is wrong with a value.
    pub(super) fn check(
        &self,
        key: &str,
        value: &Value,
        at: &str,
        locate: &dyn Locate,
    ) -> Option<Diagnostic> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return None,
        };
        // A placeholder stands for a value that is known later.
        if text.contains("{{") {
            return None;
        }
        match self.fits(&text) {
            Ok(true) => return None,
            Ok(false) => {}
            Err(why) => {
                return Some(Diagnostic::error("broken-rule", format!("the values of `{key}`: {why}")));
            }
        }
        let what = self
            .is
            .as_deref()
            .map_or_else(|| "has an unknown value".to_owned(), |is| format!("must be {is}"));
        let diagnostic = Diagnostic::error("invalid-config-value", format!("`{key}` {what}"))
            .found(words::value(value, at))
            .expected(self.expected());
        let diagnostic = match self.meant(&text) {
            Some(meant) => diagnostic.help(format!("Did you mean `{meant}`?")).suggest(meant),
            None => diagnostic,
        };
        Some(at_value(diagnostic, locate, at, ""))
    }

    fn fits(&self, text: &str) -> Result<bool, String> {
        let same = |value: &String| value == text || (self.any_case && value.eq_ignore_ascii_case(text));
        if self.values.iter().any(same) {
            return Ok(true);
        }
        let Some(pattern) = &self.pattern else { return Ok(false) };
        let compile = || Regex::new(pattern).map_err(|error| error.to_string());
        let regex = self.regex.get_or_init(compile).as_ref().map_err(String::clone)?;
        let in_range = self.range.is_none_or(|(low, high)| {
            text.trim().parse::<f64>().is_ok_and(|number| (low..=high).contains(&number))
        });
        Ok(regex.is_match(text) && in_range)
    }

    fn expected(&self) -> String {
        let mut words = self.values.clone();
        if let Some(is) = &self.is {
            let examples: Vec<_> = self.examples.iter().map(|example| format!("`{example}`")).collect();
            let examples =
                if examples.is_empty() { String::new() } else { format!(" such as {}", near::or(&examples)) };
            let range = self.range.and_then(|(low, high)| words::range((Some(low), Some(high))));
            words.push(format!(
                "{is}{examples}{}",
                range.map(|range| format!(", {range}")).unwrap_or_default()
            ));
        }
        near::or(&words)
    }

    /// The value that was probably meant.
    fn meant(&self, text: &str) -> Option<String> {
        let mended = self.mend.iter().find_map(|(slip, meant)| {
            let slip = Regex::new(slip).ok()?;
            slip.is_match(text).then(|| slip.replace(text, meant.as_str()).into_owned())
        });
        let near = || near::near(text, self.values.iter().map(String::as_str)).map(str::to_owned);
        mended.filter(|mended| self.fits(mended) == Ok(true)).or_else(near)
    }
}
