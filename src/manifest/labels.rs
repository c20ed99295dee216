//! Label and annotation selectors: `a=b, c!=d, e in (x, y), f notin (z), g, !h`.

use serde_json::{Map, Value};

/// What a map of labels must hold; every requirement counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSelector(Vec<Requirement>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    Missing,
    Greater,
    Less,
}

/// A selector that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{part}` is no requirement of a selector")]
pub struct MalformedSelector {
    part: String,
}

impl LabelSelector {
    /// Reads a selector in the notation of `kubectl get -l`.
    pub fn parse(text: &str) -> Result<Self, MalformedSelector> {
        requirements(text).into_iter().map(Requirement::parse).collect::<Result<_, _>>().map(Self)
    }

    /// True when the labels meet every requirement.
    pub fn matches(&self, labels: Option<&Map<String, Value>>) -> bool {
        self.0.iter().all(|requirement| requirement.holds(labels))
    }
}

/// The parts between commas that are not in parentheses.
fn requirements(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

impl Requirement {
    fn parse(text: &str) -> Result<Self, MalformedSelector> {
        let malformed = || MalformedSelector { part: text.to_owned() };
        let new = |key: &str, operator, values: Vec<&str>| {
            let key = key.trim();
            if !is_key(key)
                || values
                    .iter()
                    .any(|value| value.contains(|c: char| c.is_whitespace() || "=!,()".contains(c)))
            {
                return Err(malformed());
            }
            let values = values.into_iter().map(str::to_owned).collect();
            Ok(Self { key: key.to_owned(), operator, values })
        };
        if let Some(key) = text.strip_prefix('!') {
            return new(key, Operator::Missing, Vec::new());
        }
        if let Some((head, values)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            let (key, word) = head.trim().split_once(char::is_whitespace).ok_or_else(malformed)?;
            let operator = match word.trim() {
                "in" => Operator::In,
                "notin" => Operator::NotIn,
                _ => return Err(malformed()),
            };
            return new(key, operator, values.split(',').map(str::trim).collect());
        }
        for (sign, operator) in [
            ("!=", Operator::NotIn),
            ("==", Operator::In),
            ("=", Operator::In),
            (">", Operator::Greater),
            ("<", Operator::Less),
        ] {
            if let Some((key, value)) = text.split_once(sign) {
                return new(key, operator, vec![value.trim()]);
            }
        }
        new(text, Operator::Exists, Vec::new())
    }

    fn holds(&self, labels: Option<&Map<String, Value>>) -> bool {
        let value = labels.and_then(|labels| labels.get(&self.key)).map(text_of);
        let listed = || value.as_ref().is_some_and(|value| self.values.contains(value));
        let compare = || -> Option<std::cmp::Ordering> {
            let wanted: i64 = self.values.first()?.parse().ok()?;
            Some(value.as_ref()?.parse::<i64>().ok()?.cmp(&wanted))
        };
        match self.operator {
            Operator::In => listed(),
            Operator::NotIn => !listed(),
            Operator::Exists => value.is_some(),
            Operator::Missing => value.is_none(),
            Operator::Greater => compare().is_some_and(std::cmp::Ordering::is_gt),
            Operator::Less => compare().is_some_and(std::cmp::Ordering::is_lt),
        }
    }
}

fn is_key(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn requirements_are_met_or_not() {
        let labels = json!({"app": "a", "tier": "db", "n": "5"});
        let labels = labels.as_object();
        for (selector, wanted) in [
            ("app=a", true),
            ("app==a,tier=db", true),
            ("app=a,tier=x", false),
            ("app!=b", true),
            ("other!=b", true),
            ("app", true),
            ("!app", false),
            ("! other", true),
            ("app in (b, a)", true),
            ("app in (b),tier", false),
            ("app notin (b,c)", true),
            ("n>4,n<6", true),
            ("n>5", false),
        ] {
            let parsed = LabelSelector::parse(selector).unwrap_or_else(|e| panic!("{selector}: {e}"));
            assert_eq!(parsed.matches(labels), wanted, "{selector}");
        }
        assert!(!LabelSelector::parse("a").expect("reads").matches(None));
    }

    #[test]
    fn malformed_selectors_are_refused() {
        for selector in ["", "a=b,", "=b", "a in b", "a of (b)", "a=b c", "a b", "a=b=c"] {
            assert!(LabelSelector::parse(selector).is_err(), "{selector}");
        }
    }
}
