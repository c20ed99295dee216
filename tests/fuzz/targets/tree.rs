//! Any text parses or is refused; a tree's spans lie inside each other, and what it reads does not depend on edits elsewhere.
#![no_main]

use lakehelm::text::Source;
use lakehelm::yaml::{Change, Document, Kind, Node, apply, equal};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    let Ok(document) = Document::parse(Source::new("fuzz", text)) else { return };
    assert_eq!(document.source().text(), text);
    nested(document.root(), text);
    let _ = document.to_value_lenient();
    let Ok(Value::Object(before)) = document.to_value() else { return };
    if before.contains_key("zz") {
        return;
    }
    // A key that is added and taken away again leaves the value as it was.
    let Ok(added) = apply(&document, &[Change::set("/zz", &json!({"k": ["v"]}))]) else { return };
    let mut wanted = before.clone();
    wanted.insert("zz".into(), json!({"k": ["v"]}));
    assert!(equal(&added.to_value().expect("an edited document reads"), &Value::Object(wanted)));
    let removed = apply(&added, &[Change::remove("/zz")]).expect("what was added can go");
    let after = removed.to_value().expect("an edited document reads");
    assert!(equal(&after, &Value::Object(before.clone())) || (before.is_empty() && after.is_null()));
});

fn nested(node: Node<'_>, text: &str) {
    let span = node.span();
    assert!(text.get(span.start..span.end).is_some(), "a span cuts the text at characters");
    match node.kind() {
        Kind::Mapping => {
            for entry in node.entries() {
                let (key, value) = (entry.key.span(), entry.value.span());
                // A key that is left out (`: value`) has no text, so no place inside the map.
                let written = key.start < key.end;
                assert!(!written || (span.start <= key.start && key.end <= span.end));
                assert!(value.end <= span.end.max(value.start));
                nested(entry.key, text);
                nested(entry.value, text);
            }
        }
        Kind::Sequence => {
            for item in node.items() {
                assert!(span.start <= item.span().start && item.span().end <= span.end);
                nested(item, text);
            }
        }
        _ => {}
    }
}
