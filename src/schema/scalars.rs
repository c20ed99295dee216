//! Scalars that readers of YAML disagree on: `on`, `0777`, `1_000`, `1e3`.
//!
//! Helm reads YAML 1.1, editors and most other programs read YAML 1.2. Where only text may stand, such a scalar is of
//! the wrong type and found as that; here are the places where Helm's reading is allowed, but may not be what is meant.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::yaml::{Document, Node as Yaml, Scalar, Style};

use super::node::{Free, Node};
use super::{Schema, pointer, words};

impl Schema {
    /// Warnings (`ambiguous-scalar`) for scalars of a file that are spelt in a way that not every reader reads alike.
    pub fn check_scalars(&self, document: &Document) -> Diagnostics {
        let mut out = Diagnostics::new();
        look(Some(&self.root), document.root(), "", &mut out);
        out
    }
}

fn look(node: Option<&Node>, yaml: Yaml<'_>, at: &str, out: &mut Diagnostics) {
    for entry in yaml.entries() {
        if let Some(key) = entry.key.key_text() {
            let child = node.and_then(|node| node.child(&key));
            // A key that the schema does not know is a finding of its own.
            if child.is_some() || node.is_none_or(|node| matches!(node.free, Free::Any)) {
                look(child, entry.value, &pointer::join(at, &key), out);
            }
        }
    }
    for (index, item) in yaml.items().enumerate() {
        let child = node.and_then(|node| node.items.as_deref());
        look(child, item, &pointer::join(at, &index.to_string()), out);
    }
    if yaml.style() == Style::Plain && yaml.tag().is_none() {
        out.extend(scalar(node, yaml, at));
    }
}

fn scalar(node: Option<&Node>, yaml: Yaml<'_>, at: &str) -> Option<Diagnostic> {
    let text = yaml.content()?;
    let value = crate::yaml::scalar::plain(text);
    let may = |name: &str| node.is_none_or(|node| allows(node, name));
    let place = words::place(at);
    let finding = |what: &str| {
        Diagnostic::warning("ambiguous-scalar", format!("{place}: `{text}` is {what}"))
            .at(yaml.document().source(), yaml.span(), "")
            .found(text)
    };
    match value {
        Scalar::Bool(bool) if !text.eq_ignore_ascii_case("true") && !text.eq_ignore_ascii_case("false") => {
            let what = format!("{bool} to Helm, and text to readers of YAML 1.2");
            match (may("boolean"), may("string")) {
                (true, false) => Some(finding(&what).expected(bool.to_string()).suggest(bool.to_string())),
                (true, true) => Some(finding(&what).expected(format!("{bool}, or \"{text}\" for the text"))),
                _ => None,
            }
        }
        Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_) => {
            let number = value.to_json()?.to_string();
            let odd = spelling(text)?;
            match (may("integer") || may("number"), may("string")) {
                (true, false) if odd == Spelling::Exponent => None,
                (true, false) if odd == Spelling::Separated => {
                    let what = format!("{number} to Helm, and text to readers of YAML 1.2");
                    Some(finding(&what).expected(number.clone()).suggest(number))
                }
                // Which of the two numbers is meant is not certain.
                (true, false) => {
                    let what =
                        format!("the octal number {number} to Helm, and another one to readers of YAML 1.2");
                    Some(finding(&what).expected("a number without leading zeros"))
                }
                (true, true) => {
                    let what = format!("the number {number} to Helm");
                    Some(finding(&what).expected(format!("{number}, or \"{text}\" for the text")))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// True when a type may stand at a node or in one of its alternatives.
fn allows(node: &Node, name: &str) -> bool {
    let open = node.types.is_empty() && node.branches.is_empty() && node.allowed.is_empty();
    open || node.accepts(name) || node.branches.iter().any(|branch| allows(branch, name))
}

/// A way to write a number that is easily mistaken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spelling {
    /// `1e3`
    Exponent,
    /// `1_000`
    Separated,
    /// `0777`
    LeadingZero,
}

fn spelling(text: &str) -> Option<Spelling> {
    let digits = text.trim_start_matches(['+', '-']);
    let mut rest = digits.chars();
    match (rest.next(), rest.next()) {
        _ if digits.contains('_') => Some(Spelling::Separated),
        (Some('0'), Some('0'..='9')) => Some(Spelling::LeadingZero),
        (Some('0'), Some('x' | 'X' | 'o' | 'O' | 'b' | 'B')) => None,
        _ if digits.contains(['e', 'E']) => Some(Spelling::Exponent),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::testing::schema;
    use crate::text::Source;

    const SCHEMA: &str = "
type: object
additionalProperties: false
properties:
  flag: {type: boolean, default: false, description: Flag.}
  mode: {type: integer, default: 1, description: Mode.}
  text: {type: string, default: '', description: Text.}
  config: {type: object, additionalProperties: {type: [string, number, boolean]}, default: {}, description: Config.}
";

    fn found(text: &str) -> Vec<(String, Option<String>)> {
        let schema = schema(&[("x", SCHEMA)]).expect("composes");
        let document = Document::parse(Source::new("v.yaml", text)).expect("parses");
        let found = schema.check_scalars(&document);
        found.iter().map(|f| (f.message.clone(), f.suggestion.clone())).collect()
    }

    #[test]
    fn what_only_helm_reads_so_is_a_warning() {
        assert_eq!(found("flag: on\n")[0].1.as_deref(), Some("true"));
        assert_eq!(found("mode: 1_000\n")[0].1.as_deref(), Some("1000"));
        let octal = found("mode: 0777\n");
        assert_eq!(
            octal[0].0,
            "`mode`: `0777` is the octal number 511 to Helm, and another one to readers of YAML 1.2"
        );
        assert_eq!(octal[0].1, None);
        for text in ["config: {a: on}\n", "config: {a: 0777}\n", "config: {a: 1e3}\n"] {
            assert_eq!(found(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn plain_spellings_and_quotes_are_fine() {
        for text in [
            "flag: true\n",
            "flag: False\n",
            "mode: 12\n",
            "mode: 0x1F\n",
            "mode: -0\n",
            "text: 'on'\n",
            "config: {a: 1.50, b: \"0777\", c: true, d: x_y, e: 0.5}\n",
            // Of the wrong type, which is another finding.
            "text: on\n",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
