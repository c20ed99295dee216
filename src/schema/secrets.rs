//! Literal secrets in values: a credential is the name of a Secret, an `env:` reference or a role, never its text.

use serde_json::{Map, Value};

use crate::diagnostic::redact::is_credential;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::text::Source;

use super::locate::{Locate, at_value};
use super::node::{Free, Node};
use super::{Schema, pointer, words};

/// The code of these findings.
const CODE: &str = "R40";

impl Schema {
    /// Findings for texts that look like credentials; a finding never shows the text.
    pub fn check_secrets(&self, user: &Value, locate: &dyn Locate) -> Diagnostics {
        let mut out = Diagnostics::new();
        look(&self.root, false, user, "", &mut |at, why| {
            let message = format!("{} looks like a credential: {why}", words::place(at));
            let finding = Diagnostic::error(CODE, message)
                .expected("a reference: env:NAME, the name of a Secret, or a role")
                .help("Put the value into a Secret and refer to it; nothing that is generated may hold it.");
            out.push(conceal(at_value(finding, locate, at, "")));
        });
        out
    }
}

/// Strikes the marked text out of what the finding will show, byte for byte, so that positions stay.
fn conceal(mut finding: Diagnostic) -> Diagnostic {
    for label in &mut finding.labels {
        let (text, span) = (label.source.text(), label.span);
        let stars = "*".repeat(span.end - span.start);
        let struck = format!("{}{stars}{}", &text[..span.start], &text[span.end..]);
        label.source = Source::new(label.source.name(), struck);
    }
    finding
}

/// Visits all texts; `free` is true where the model does not name the keys.
fn look(node: &Node, free: bool, value: &Value, at: &str, report: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::String(text) => {
            if let Some(why) = form(text).or_else(|| if free { random(text) } else { None }) {
                report(at, why);
            }
        }
        Value::Object(map) => {
            let variable = !node.secret && is_secret_variable(map);
            for (key, value) in map {
                if variable && key == "value" {
                    report(&pointer::join(at, key), "its variable's name says so and it is no reference");
                    continue;
                }
                let (child, free) = match (node.property(key), &node.free) {
                    (Some(child), _) => (child, free),
                    (None, Free::Each(each)) => (&**each, true),
                    (None, _) => (node, true),
                };
                let at = pointer::join(at, key);
                match value {
                    Value::String(text)
                        if free
                            && node.property(key).is_none()
                            // What the model calls a reference is one, whatever its key is called.
                            && !child.secret
                            && is_credential(key)
                            && is_literal(text) =>
                    {
                        report(&at, "its key names a secret and its value is no reference");
                    }
                    _ => look(child, free, value, &at, report),
                }
            }
        }
        Value::Array(list) => {
            let items = node.items.as_deref().unwrap_or(node);
            for (index, value) in list.iter().enumerate() {
                let at = pointer::join(at, &index.to_string());
                match (value, argument(list, index)) {
                    (Value::String(_), Some(text)) if is_literal(text) => {
                        report(&at, "its argument names a secret and its value is no reference");
                    }
                    _ => look(items, !items.is_branch(), value, &at, report),
                }
            }
        }
        _ => {}
    }
}

/// True for `{name: X_PASSWORD, value: text}`, the form of environment variables.
fn is_secret_variable(map: &Map<String, Value>) -> bool {
    let text = |key: &str| map.get(key).and_then(Value::as_str);
    text("name").is_some_and(is_credential) && text("value").is_some_and(is_literal)
}

/// The value that a list of arguments gives to an option which names a secret: `--x.password=text`, or `--x.password` before it.
fn argument(list: &[Value], index: usize) -> Option<&str> {
    let text = list.get(index)?.as_str()?;
    if let Some((name, value)) = text.split_once('=') {
        return (name.starts_with('-') && is_credential(name)).then_some(value);
    }
    let before = list.get(index.checked_sub(1)?)?.as_str()?;
    (before.starts_with('-') && !before.contains('=') && is_credential(before) && !text.starts_with('-'))
        .then_some(text)
}

/// Forms that nothing but a credential has.
fn form(text: &str) -> Option<&'static str> {
    let key_id = |word: &str| {
        word.len() == 20
            && (word.starts_with("AKIA") || word.starts_with("ASIA"))
            && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    if text.split(|c: char| !c.is_ascii_alphanumeric()).any(key_id) {
        return Some("it has the form of an access key id");
    }
    if text.contains("-----BEGIN") && text.contains("PRIVATE KEY") {
        return Some("it is a private key");
    }
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (user, _) = authority.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    is_literal(password).then_some("the address holds a password")
}

/// A long word without structure whose characters are spread like those of a key.
fn random(text: &str) -> Option<&'static str> {
    let bytes = text.as_bytes();
    let wide = |test: fn(&u8) -> bool| bytes.iter().filter(|b| test(b)).count() >= 3;
    let shaped = bytes.len() >= 24 && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"+/=_-".contains(b));
    let mixed = wide(u8::is_ascii_digit) && wide(u8::is_ascii_uppercase) && wide(u8::is_ascii_lowercase);
    (shaped && mixed && entropy(bytes) > 4.0).then_some("it is long and random")
}

/// Shannon entropy in bits a byte.
fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    bytes.iter().for_each(|b| counts[usize::from(*b)] += 1);
    let total = bytes.len() as f64;
    counts.iter().filter(|c| **c > 0).map(|c| f64::from(*c) / total).map(|p| -p * p.log2()).sum()
}

/// Neither empty, nor a switch, nor a reference that is resolved where the value is used.
fn is_literal(text: &str) -> bool {
    let text = text.trim();
    let reference =
        text.starts_with("env:") || text.contains("${") || text.contains("$(") || text.contains("{{");
    let switch = ["", "true", "false", "none", "null"].contains(&text.to_ascii_lowercase().as_str());
    !reference && !switch && !text.starts_with('/') && text.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_s_option_names_it() {
        let list: Vec<Value> = ["--a", "--sink.password", "x", "--b.token=y", "z"].map(Value::from).to_vec();
        let found: Vec<_> = (0..list.len()).map(|index| argument(&list, index)).collect();
        assert_eq!(found, [None, None, Some("x"), Some("y"), None]);
    }

    #[test]
    fn variables_have_names_and_values() {
        let is = |value: Value| value.as_object().is_some_and(is_secret_variable);
        assert!(is(serde_json::json!({"name": "SINK_PASSWORD", "value": "hunter"})));
        assert!(!is(serde_json::json!({"name": "SINK_PASSWORD", "value": "$(OTHER)"})));
        assert!(!is(serde_json::json!({"name": "SINK_PASSWORD", "valueFrom": {"secretKeyRef": {}}})));
        assert!(!is(serde_json::json!({"name": "SINK_URL", "value": "hunter"})));
    }

    #[test]
    fn references_are_no_literals() {
        for text in ["env:X", "${X}", "$(X)", "{{ x }}", "/etc/x", "true", "", "3600"] {
            assert!(!is_literal(text), "{text}");
        }
        assert!(is_literal("hunter"));
    }

    #[test]
    fn forms_of_credentials_are_known() {
        // Put together here, so that no file holds one.
        let id = format!("AKIA{}", "QWERTYUIOPASDFGH");
        assert!(form(&format!("x={id}")).is_some());
        assert!(form(&format!("jdbc://u:{}@h/d", "pw")).is_some());
        assert!(form(&["-----BEGIN RSA", " PRIVATE KEY-----"].concat()).is_some());
        assert!(form("http://host:8181/a@b").is_none());
    }

    #[test]
    fn random_words_are_told_from_names() {
        assert!(random(&["q9Xv2LpZ", "7tRb4KsW", "1mYc8HdN"].concat()).is_some());
        for text in [
            "org.example.job.Something",
            "generate-fake-data-job-number-one",
            "dev_datalake_catalog_of_the_team",
        ] {
            assert!(random(text).is_none(), "{text}");
        }
    }
}
