//! Scalars as Helm, kubectl and the Kubernetes API servers read them: YAML 1.1 with Go's own numbers.
//!
//! `yes`, `on` and `y` are bools, `0777` is octal, `1_000` is a number, `12:30` and dates are strings.

pub(crate) mod base64;
mod key;
mod number;

use std::borrow::Cow;

pub(crate) use key::key;
pub(crate) use number::{is_integer_text, is_not_finite};

/// The prefix of the tags that YAML itself defines.
const CORE: &str = "tag:yaml.org,2002:";

/// The value of a scalar.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// `null`, `~` or nothing.
    Null,
    /// `true`, `yes`, `on`, `y` and their opposites.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An integer above the range of `i64`.
    Uint(u64),
    /// Any other number, infinite and not-a-number included.
    Float(f64),
    /// Text.
    String(Cow<'a, str>),
}

/// A scalar whose tag does not fit its text, such as `!!int x`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagMismatch {
    /// What the tag asks for, in plain words.
    pub wanted: &'static str,
}

/// Reads a plain scalar without a tag.
pub fn plain(text: &str) -> Scalar<'_> {
    if let Some(scalar) = word(text) {
        return scalar;
    }
    match text.as_bytes().first() {
        Some(b'0'..=b'9' | b'+' | b'-') => number::resolve(text),
        Some(b'.') => number::fraction(text),
        _ => None,
    }
    .unwrap_or(Scalar::String(Cow::Borrowed(text)))
}

/// Reads a scalar with a tag, or one that is quoted; `tag` is resolved (`tag:yaml.org,2002:int`).
pub fn resolve<'a>(text: &'a str, quoted: bool, tag: Option<&str>) -> Result<Scalar<'a>, TagMismatch> {
    let Some(tag) = tag else {
        return Ok(if quoted { Scalar::String(Cow::Borrowed(text)) } else { plain(text) });
    };
    let mismatch = |wanted| Err(TagMismatch { wanted });
    match (tag.strip_prefix(CORE), plain(text)) {
        (Some("int"), scalar @ (Scalar::Int(_) | Scalar::Uint(_))) => Ok(scalar),
        (Some("int"), _) => mismatch("an integer"),
        (Some("float"), scalar @ (Scalar::Float(_) | Scalar::Int(_) | Scalar::Uint(_))) => Ok(scalar),
        (Some("float"), _) => mismatch("a number"),
        (Some("bool"), scalar @ Scalar::Bool(_)) => Ok(scalar),
        (Some("bool"), _) => mismatch("a bool"),
        (Some("null"), Scalar::Null) => Ok(Scalar::Null),
        (Some("null"), _) => mismatch("null"),
        (Some("binary"), _) => match base64::decode(text).map(String::from_utf8) {
            Some(Ok(text)) => Ok(Scalar::String(Cow::Owned(text))),
            _ => mismatch("base64 of UTF-8 text"),
        },
        _ => Ok(Scalar::String(Cow::Borrowed(text))),
    }
}

/// True for the plain scalars that read as null.
pub(crate) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// The words with a meaning of their own.
fn word(text: &str) -> Option<Scalar<'static>> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => {
            Scalar::Bool(false)
        }
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

impl Scalar<'_> {
    /// The JSON value that Helm makes of it; none for infinite and not-a-number.
    ///
    /// `1.0` and `1e3` become integers: in Helm's values a whole number has no other form.
    pub fn to_json(&self) -> Option<serde_json::Value> {
        use serde_json::Value;
        Some(match self {
            Scalar::Null => Value::Null,
            Scalar::Bool(value) => Value::Bool(*value),
            Scalar::Int(value) => Value::from(*value),
            Scalar::Uint(value) => Value::from(*value),
            Scalar::Float(value) => number::to_json(*value)?,
            Scalar::String(value) => Value::String(value.to_string()),
        })
    }

    /// What kind of value it is, in plain words.
    pub fn describe(&self) -> &'static str {
        match self {
            Scalar::Null => "null",
            Scalar::Bool(_) => "a bool",
            Scalar::Int(_) | Scalar::Uint(_) => "an integer",
            Scalar::Float(_) => "a number",
            Scalar::String(_) => "a string",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line: the scalar as a JSON string, a tab, the value that both Helms made of it as JSON.
    const MEASURED: &str = include_str!("../../tests/fixtures/yaml/plain-scalars.tsv");

    #[test]
    fn plain_scalars_read_as_measured() {
        let mut count = 0;
        for line in MEASURED.lines().filter(|line| !line.starts_with('#')) {
            let (text, value) = line.split_once('\t').expect("two fields");
            let text: String = serde_json::from_str(text).expect("a JSON string");
            let wanted: serde_json::Value = serde_json::from_str(value).expect("a JSON value");
            let found = plain(&text).to_json().expect("finite");
            let same = match (&found, &wanted) {
                // Helm rounds what a float64 cannot hold; the resolver keeps it.
                (serde_json::Value::Number(a), serde_json::Value::Number(b)) => a.as_f64() == b.as_f64(),
                (a, b) => a == b,
            };
            assert!(same, "{text:?}: found {found}, measured {wanted}");
            count += 1;
        }
        assert!(count >= 193, "only {count} scalars in the fixture");
    }

    #[test]
    fn tags_decide() {
        let core = |name: &str| format!("{CORE}{name}");
        assert_eq!(resolve("12", true, Some(&core("int"))), Ok(Scalar::Int(12)));
        assert_eq!(resolve("12", false, Some(&core("str"))), Ok(Scalar::String("12".into())));
        assert_eq!(resolve("12", false, Some("!local")), Ok(Scalar::String("12".into())));
        assert_eq!(resolve("aGVsbG8=", false, Some(&core("binary"))), Ok(Scalar::String("hello".into())));
        assert_eq!(resolve("yes", true, Some(&core("bool"))), Ok(Scalar::Bool(true)));
        assert_eq!(resolve("", true, Some(&core("null"))), Ok(Scalar::Null));
        for (tag, text) in [("int", "x"), ("int", "1.5"), ("bool", "12"), ("null", "x"), ("float", "x")] {
            assert!(resolve(text, false, Some(&core(tag))).is_err(), "!!{tag} {text}");
        }
        assert!(resolve("/w==", false, Some(&core("binary"))).is_err(), "not UTF-8");
    }
}
