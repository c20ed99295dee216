//! How the authors of patches wrote their scalars.
//!
//! `0644` and `420` are the same number, but a file mode is easier to recognise as the first.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

use crate::yaml::{Document, Fragment, Kind, Node, Style};

/// The text of each scalar that some patch holds. The first one that spells a value wins.
#[derive(Clone, Debug, Default)]
pub struct Spelling(HashMap<String, String>);

impl Spelling {
    /// Learns the scalars of a patch.
    pub fn learn(&mut self, document: &Document) {
        self.learn_below(document.root());
    }

    /// Takes over what another one has learned.
    pub fn extend(&mut self, other: &Spelling) {
        for (value, text) in &other.0 {
            self.0.entry(value.clone()).or_insert_with(|| text.clone());
        }
    }

    fn learn_below(&mut self, root: Node<'_>) {
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            match node.kind() {
                Kind::Mapping => open.extend(node.entries().map(|entry| entry.value)),
                Kind::Sequence => open.extend(node.items()),
                _ => self.learn_scalar(node),
            }
        }
    }

    fn learn_scalar(&mut self, node: Node<'_>) {
        let text = node.text();
        let one_line = matches!(node.style(), Style::Plain | Style::SingleQuoted | Style::DoubleQuoted)
            && node.tag().is_none()
            && node.kind() == Kind::Scalar
            && !text.is_empty()
            // An escape may be one that only some readers know: a surrogate of JSON, or `\/`.
            && !(node.style() == Style::DoubleQuoted && text.contains('\\'))
            && !text.contains(['\n', '\r', '\t']);
        if !one_line {
            return;
        }
        if let Some(value) = node.value().and_then(|scalar| scalar.to_json()) {
            self.0.entry(value.to_string()).or_insert_with(|| text.to_owned());
        }
    }

    /// A value to write, with the spelling of its scalars.
    pub(super) fn fragment<'a>(&'a self, value: &'a Value) -> Fragment<'a> {
        match value {
            Value::Array(items) if !items.is_empty() => {
                Fragment::Sequence(items.iter().map(|item| self.fragment(item)).collect())
            }
            Value::Object(map) if !map.is_empty() => Fragment::Mapping(
                map.iter().map(|(key, value)| (Cow::Borrowed(key.as_str()), self.fragment(value))).collect(),
            ),
            Value::Bool(_) | Value::Number(_) | Value::String(_) if !self.0.is_empty() => {
                match self.0.get(&value.to_string()) {
                    Some(text) => Fragment::Author { text, value: value.clone() },
                    None => Fragment::Value(value),
                }
            }
            value => Fragment::Value(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::text::Source;
    use crate::yaml::write::fragment_flow;

    #[test]
    fn escapes_are_written_anew() {
        let text = "[0644, \"\\ud83d\\ude00\", \"a\\/b\", 'on', a\tb]";
        let mut spelling = Spelling::default();
        spelling.learn(&Document::parse(Source::new("t", text)).expect("reads"));
        let value = json!([420, "\u{1F600}", "a/b", "on", "a\tb"]);
        assert_eq!(fragment_flow(&spelling.fragment(&value)), "[0644, \"\u{1F600}\", a/b, 'on', \"a\\tb\"]");
    }
}
