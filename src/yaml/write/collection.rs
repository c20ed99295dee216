//! Lists and maps, in block style and on one line.

use std::borrow::Cow;

use serde_json::Value;

use super::string::is_plain_in_flow;
use super::{Fragment, Layout, Place, Quotes, quote, scalar, string};

/// A key longer than this needs `? `: readers look for the `:` within 1024 characters.
const LONGEST_KEY: usize = 1000;

/// A fragment or a part of one, borrowed.
#[derive(Clone, Copy)]
pub(super) enum View<'f> {
    Value(&'f Value),
    Author(&'f str, &'f Value),
    Sequence(&'f [Fragment<'f>]),
    Mapping(&'f [(Cow<'f, str>, Fragment<'f>)]),
}

impl<'f> From<&'f Fragment<'f>> for View<'f> {
    fn from(fragment: &'f Fragment<'f>) -> Self {
        match fragment {
            Fragment::Value(value) => View::Value(value),
            Fragment::Owned(value) => View::Value(value),
            Fragment::Author { text, value } => View::Author(text, value),
            Fragment::Sequence(items) => View::Sequence(items),
            Fragment::Mapping(entries) => View::Mapping(entries),
        }
    }
}

impl<'f> View<'f> {
    fn items(self) -> Option<Vec<View<'f>>> {
        match self {
            View::Value(Value::Array(items)) => Some(items.iter().map(View::Value).collect()),
            View::Sequence(items) => Some(items.iter().map(View::from).collect()),
            _ => None,
        }
    }

    fn entries(self) -> Option<Vec<(&'f str, View<'f>)>> {
        match self {
            View::Value(Value::Object(map)) => {
                Some(map.iter().map(|(key, value)| (key.as_str(), View::Value(value))).collect())
            }
            View::Mapping(entries) => {
                Some(entries.iter().map(|(key, value)| (&**key, View::from(value))).collect())
            }
            _ => None,
        }
    }

    /// True for a list or map that takes lines of its own in block style.
    pub(super) fn is_nested(self) -> bool {
        match self {
            View::Value(Value::Array(items)) => !items.is_empty(),
            View::Value(Value::Object(map)) => !map.is_empty(),
            View::Sequence(items) => !items.is_empty(),
            View::Mapping(entries) => !entries.is_empty(),
            _ => false,
        }
    }
}

/// Writes in block style; lines after the first are indented by `indent`.
pub(super) fn block(out: &mut String, view: View<'_>, indent: usize, layout: Layout) {
    if let Some(entries) = view.entries().filter(|entries| !entries.is_empty()) {
        for (n, (name, value)) in entries.into_iter().enumerate() {
            if n > 0 {
                new_line(out, indent);
            }
            key(out, &string(name, Place::Key), |out| new_line(out, indent));
            if !value.is_nested() {
                out.push(' ');
                leaf(out, value, indent + 2, layout);
                continue;
            }
            let indent = indent + if value.items().is_some() { layout.dash } else { layout.step };
            new_line(out, indent);
            block(out, value, indent, layout);
        }
    } else if let Some(items) = view.items().filter(|items| !items.is_empty()) {
        for (n, item) in items.into_iter().enumerate() {
            if n > 0 {
                new_line(out, indent);
            }
            out.push_str("- ");
            block(out, item, indent + 2, layout);
        }
    } else {
        // A text block at the left margin would be read as the rest of the document.
        leaf(out, view, if indent == 0 { 2 } else { indent }, layout);
    }
}

/// Writes on one line.
pub(super) fn flow(out: &mut String, view: View<'_>, quotes: Quotes) {
    if let Some(entries) = view.entries() {
        out.push('{');
        for (n, (name, value)) in entries.into_iter().enumerate() {
            if n > 0 {
                out.push_str(", ");
            }
            key(out, &flow_string(name, quotes), |out| out.push(' '));
            out.push(' ');
            flow(out, value, quotes);
        }
        out.push('}');
    } else if let Some(items) = view.items() {
        out.push('[');
        for (n, item) in items.into_iter().enumerate() {
            if n > 0 {
                out.push_str(", ");
            }
            flow(out, item, quotes);
        }
        out.push(']');
    } else {
        flow_leaf(out, view, quotes);
    }
}

/// Writes a key and its colon.
fn key(out: &mut String, text: &str, between: impl Fn(&mut String)) {
    if text.len() <= LONGEST_KEY {
        out.push_str(text);
    } else {
        out.push_str("? ");
        out.push_str(text);
        between(out);
    }
    out.push(':');
}

/// Writes a scalar or an empty collection; the lines of a text block are indented by `indent`.
fn leaf(out: &mut String, view: View<'_>, indent: usize, layout: Layout) {
    let place = if layout.text_blocks { Place::Block { indent } } else { Place::Key };
    match view {
        View::Author(text, _) => out.push_str(text),
        View::Value(value) => out.push_str(&scalar(value, place)),
        View::Sequence(_) => out.push_str("[]"),
        View::Mapping(_) => out.push_str("{}"),
    }
}

/// Writes a scalar between brackets.
fn flow_leaf(out: &mut String, view: View<'_>, quotes: Quotes) {
    let (View::Value(value) | View::Author(_, value)) = view else { return };
    match (view, value) {
        (_, Value::String(text)) if quotes == Quotes::Json => out.push_str(&flow_string(text, quotes)),
        (View::Author(text, _), _) if quotes == Quotes::Needed && is_safe_in_flow(text) => out.push_str(text),
        _ => out.push_str(&scalar(value, Place::Flow)),
    }
}

fn is_safe_in_flow(text: &str) -> bool {
    text.starts_with(['"', '\'']) || text.bytes().all(is_plain_in_flow)
}

fn flow_string(text: &str, quotes: Quotes) -> String {
    match quotes {
        Quotes::Needed => string(text, Place::Flow),
        Quotes::Json => quote::json(text),
    }
}

fn new_line(out: &mut String, indent: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::text::Source;
    use crate::yaml::Document;
    use crate::yaml::write::{Fragment, block, flow, fragment_block, fragment_flow};

    #[test]
    fn block_style() {
        let value = json!({
            "a": {"on": true, "l": [1, "x", [2, 3], {"b": "m\nn\n", "c": {}}, []]},
            "n": null, "empty": {}, "1": "1",
        });
        let wanted = "a:\n  \"on\": true\n  l:\n    - 1\n    - x\n    - - 2\n      - 3\n    - b: |\n        m\n        n\n      c: {}\n    - []\n\"n\": null\nempty: {}\n\"1\": \"1\"";
        assert_eq!(block(&value, 0), wanted);
        assert_eq!(block(&value, 2), wanted.replace('\n', "\n  "));
        assert_eq!(block(&json!("a\nb"), 0), "|-\n  a\n  b");
    }

    #[test]
    fn flow_style() {
        let value = json!({"a": [1, "x y", {"b": null}], "no": {}, "c": "m\nn"});
        assert_eq!(flow(&value), "{a: [1, \"x y\", {b: null}], \"no\": {}, c: \"m\\nn\"}");
    }

    #[test]
    fn long_keys_are_explicit() {
        let key = "k".repeat(1001);
        let value = json!({"a": {&key: [1]}});
        for text in [block(&value, 0), flow(&value)] {
            assert!(text.contains("? \"kkk"), "{text}");
            let read = Document::parse(Source::new("t", text)).expect("valid").to_value().expect("readable");
            assert_eq!(read, value);
        }
    }

    #[test]
    fn fragments_keep_the_spelling_of_scalars() {
        let text = "a: 0x1F\nb: '1.10'\nc: [x y, 1_000]\nd: *t\ne: |\n  x\n";
        let document = Document::parse(Source::new("t", format!("t: &t 0777\n{text}"))).expect("valid");
        let fragment = Fragment::from_node(document.root()).expect("readable");
        assert_eq!(
            fragment_block(&fragment, 0),
            "t: 0777\na: 0x1F\nb: '1.10'\nc:\n  - x y\n  - 1_000\nd: 511\ne: |\n  x"
        );
        assert_eq!(
            fragment_flow(&fragment),
            "{t: 0777, a: 0x1F, b: '1.10', c: [\"x y\", 1_000], d: 511, e: \"x\\n\"}"
        );
        assert_eq!(Ok(fragment.to_value()), document.to_value());
    }
}
