//! Findings as a SARIF 2.1.0 log, which code scanning services read.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::render::fix;
use super::{Diagnostic, Diagnostics, Label};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// One log with one run; also without findings, so that a service can close what was open.
pub fn log(diagnostics: &Diagnostics, version: &str) -> Value {
    let mut codes: Vec<&str> = diagnostics.iter().map(|finding| finding.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let rules: Vec<_> = codes.iter().map(|code| json!({"id": code})).collect();
    let results: Vec<_> = diagnostics.iter().map(|finding| result(finding, &codes)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "lakehelm", "semanticVersion": version, "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(finding: &Diagnostic, codes: &[&str]) -> Value {
    let said = [("found", &finding.found), ("expected", &finding.expected)];
    let mut text = finding.message.clone();
    for (word, said) in said.into_iter().filter_map(|(word, said)| Some((word, said.as_ref()?))) {
        let _ = write!(text, "\n{word}: {said}");
    }
    finding.help.iter().for_each(|help| {
        let _ = write!(text, "\nhelp: {help}");
    });
    let mut result = Map::from_iter([
        ("ruleId".to_owned(), json!(finding.code)),
        ("level".to_owned(), json!(finding.severity.word())),
        ("message".to_owned(), json!({"text": text})),
    ]);
    if let Ok(index) = codes.binary_search(&finding.code.as_str()) {
        result.insert("ruleIndex".to_owned(), json!(index));
    }
    if let Some((first, others)) = finding.labels.split_first() {
        result.insert("locations".to_owned(), json!([location(first)]));
        if !others.is_empty() {
            result.insert("relatedLocations".to_owned(), others.iter().map(location).collect());
        }
        if let (Some(new), Some(said)) = (&finding.suggestion, fix(finding)) {
            let replacement = json!({"deletedRegion": region(first), "insertedContent": {"text": new}});
            let change =
                json!({"artifactLocation": {"uri": uri(first.source.name())}, "replacements": [replacement]});
            result.insert(
                "fixes".to_owned(),
                json!([{"description": {"text": said}, "artifactChanges": [change]}]),
            );
        }
    }
    Value::Object(result)
}

fn location(label: &Label) -> Value {
    let mut location = json!({"physicalLocation": {
        "artifactLocation": {"uri": uri(label.source.name())},
        "region": region(label),
    }});
    if !label.text.is_empty() {
        location["message"] = json!({"text": label.text});
    }
    location
}

fn region(label: &Label) -> Value {
    let (start, end) = (label.source.position(label.span.start), label.source.position(label.span.end));
    json!({"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column})
}

/// A path as a relative reference: everything that has a meaning in an address is escaped.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                out.push(char::from(byte))
            }
            other => {
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Source, Span};

    #[test]
    fn a_finding_has_its_place_and_its_fix() {
        let source = Source::new("my values.yaml", "é: 1\n");
        let finding = Diagnostic::error("b", "m").at(&source, Span::new(4, 5), "here").suggest("2");
        let mut all = Diagnostics::from(finding);
        all.push(Diagnostic::warning("a", "no place"));
        let log = log(&all, "1.2.3");
        let result = &log["runs"][0]["results"][0];
        assert_eq!(result["ruleIndex"], 1);
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "my%20values.yaml");
        assert_eq!(place["region"], json!({"startLine": 1, "startColumn": 4, "endLine": 1, "endColumn": 5}));
        let change = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
        assert_eq!(change["insertedContent"]["text"], "2");
        assert_eq!(log["runs"][0]["results"][1].get("locations"), None);
        assert_eq!(super::log(&Diagnostics::new(), "1")["runs"][0]["results"], json!([]));
    }
}
