//! Findings as text for people and as objects for programs.

use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use serde_json::{Value, json};

use super::redact::redact;
use super::{Diagnostic, Diagnostics, Label, Severity};
use crate::text::Source;

/// All findings as a compiler prints them, and how many there are.
pub fn text(diagnostics: &Diagnostics, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(DEFAULT_TERM_WIDTH);
    let mut out = String::new();
    for diagnostic in diagnostics.iter() {
        out.push_str(&one(&renderer, diagnostic));
        out.push_str("\n\n");
    }
    if !diagnostics.is_empty() {
        out.push_str(&summary(diagnostics));
        out.push('\n');
    }
    out
}

/// One finding as an object of `--format json`.
pub fn json(diagnostic: &Diagnostic) -> Value {
    let place = diagnostic.place();
    json!({
        "code": diagnostic.code,
        "severity": diagnostic.severity.word(),
        "message": diagnostic.message,
        "file": place.map(|(name, _, _)| name),
        "line": place.map(|(_, start, _)| start.line),
        "column": place.map(|(_, start, _)| start.column),
        "endLine": place.map(|(_, _, end)| end.line),
        "endColumn": place.map(|(_, _, end)| end.column),
        "found": diagnostic.found,
        "expected": diagnostic.expected,
        "help": if diagnostic.help.is_empty() { None } else { Some(diagnostic.help.join("\n")) },
        "suggestion": diagnostic.suggestion,
    })
}

/// `2 errors, 1 warning`.
pub fn summary(diagnostics: &Diagnostics) -> String {
    let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
    let say = |count: usize, word: &str| match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        n => Some(format!("{n} {word}s")),
    };
    let parts = [say(count(Severity::Error), "error"), say(count(Severity::Warning), "warning")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn one(renderer: &Renderer, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.as_str());
    let mut group = Group::with_title(title);
    for labels in by_source(&diagnostic.labels) {
        group = group.element(snippet(&labels, &diagnostic.labels[0]));
    }
    let found = diagnostic.found.iter().map(|text| ("found", text.clone()));
    let expected = diagnostic.expected.iter().map(|text| ("expected", text.clone()));
    let help = diagnostic.help.iter().map(|text| ("help", text.clone()));
    let fix = fix(diagnostic).map(|text| ("fix", text));
    for (name, text) in found.chain(expected).chain(help).chain(fix) {
        group = group.element(Level::NOTE.with_name(name).message(text));
    }
    renderer.render(&[group])
}

/// What the suggestion does, as a sentence.
pub(super) fn fix(diagnostic: &Diagnostic) -> Option<String> {
    let new = diagnostic.suggestion.as_ref()?;
    let old = diagnostic.labels.first().map_or("", |label| label.source.slice(label.span));
    Some(match (old, new.as_str()) {
        ("", new) => format!("write `{new}`"),
        (old, "") => format!("remove `{old}`"),
        (old, new) => format!("replace `{old}` by `{new}`"),
    })
}

/// Labels of one text together, in the order in which the texts first appear.
fn by_source(labels: &[Label]) -> Vec<Vec<&Label>> {
    let mut groups: Vec<Vec<&Label>> = Vec::new();
    for label in labels {
        match groups.iter_mut().find(|group| group[0].source == label.source) {
            Some(group) => group.push(label),
            None => groups.push(vec![label]),
        }
    }
    groups
}

/// The lines that the labels touch; a large stream is not handed to the renderer whole.
fn snippet<'a>(labels: &[&'a Label], primary: &'a Label) -> Snippet<'a, Annotation<'a>> {
    let source: &Source = &labels[0].source;
    let text = source.text();
    let spans: Vec<_> = labels.iter().map(|label| clip(text, label)).collect();
    let first = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let last = spans.iter().map(|span| span.end).max().unwrap_or(0);
    let from = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let to = text[last..].find('\n').map_or(text.len(), |at| last + at);
    let annotations = labels.iter().zip(spans).map(|(label, span)| {
        let kind =
            if std::ptr::eq(*label, primary) { AnnotationKind::Primary } else { AnnotationKind::Context };
        let annotation = kind.span(span.start - from..span.end - from);
        if label.text.is_empty() { annotation } else { annotation.label(label.text.as_str()) }
    });
    Snippet::source(redact(&text[from..to]))
        .line_start(source.position(from).line)
        .path(source.name())
        .fold(true)
        .annotations(annotations.collect::<Vec<_>>())
}

/// The span inside the text, on character boundaries, without the line break at its end.
fn clip(text: &str, label: &Label) -> std::ops::Range<usize> {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(label.span.start);
    let end = floor(label.span.end).max(start);
    let trimmed = text[start..end].trim_end_matches(['\n', '\r', ' ']).len();
    start..start + trimmed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    fn sample() -> Diagnostic {
        let source = Source::new("values.yaml", "a: 1\nb:\n  replica: 2\n");
        Diagnostic::error("unknown-key", "unknown key `replica` in `b`")
            .at(&source, Span::new(10, 17), "not a key of `b`")
            .found("replica")
            .expected("enabled or replicas")
            .help("Did you mean `replicas`?")
            .suggest("replicas")
    }

    #[test]
    fn reads_like_a_compiler() {
        let mut all = Diagnostics::from(sample());
        all.push(Diagnostic::warning("no-place", "nothing was asked for"));
        insta::assert_snapshot!(text(&all, false), @r"
        error[unknown-key]: unknown key `replica` in `b`
         --> values.yaml:3:3
          |
        3 |   replica: 2
          |   ^^^^^^^ not a key of `b`
          |
          = found: replica
          = expected: enabled or replicas
          = help: Did you mean `replicas`?
          = fix: replace `replica` by `replicas`

        warning[no-place]: nothing was asked for

        1 error, 1 warning
        ");
        assert!(text(&all, true).contains("\u{1b}["));
        assert_eq!(text(&Diagnostics::new(), false), "");
    }

    #[test]
    fn is_an_object_for_programs() {
        insta::assert_snapshot!(json(&sample()), @r#"{"code":"unknown-key","severity":"error","message":"unknown key `replica` in `b`","file":"values.yaml","line":3,"column":3,"endLine":3,"endColumn":10,"found":"replica","expected":"enabled or replicas","help":"Did you mean `replicas`?","suggestion":"replicas"}"#);
        insta::assert_snapshot!(json(&Diagnostic::warning("x", "y")), @r#"{"code":"x","severity":"warning","message":"y","file":null,"line":null,"column":null,"endLine":null,"endColumn":null,"found":null,"expected":null,"help":null,"suggestion":null}"#);
    }

    #[test]
    fn odd_spans_do_no_harm() {
        let source = Source::new("x", "é\r\n\tü: [1,\n 2]\n");
        for start in 0..25 {
            for end in 0..25 {
                let diagnostic = Diagnostic::error("c", "m").at(&source, Span::new(start, end), "here");
                assert!(text(&diagnostic.into(), false).contains("x:"));
            }
        }
        let empty = Diagnostic::error("c", "m").at(&Source::new("empty", ""), Span::default(), "");
        assert!(text(&empty.into(), false).contains("empty:1:1"));
    }

    #[test]
    fn a_secret_is_not_printed() {
        let source = Source::new("x", "password: hunter2\nother: 1\n");
        let finding = Diagnostic::error("c", "m").at(&source, Span::new(0, 8), "");
        let shown = text(&finding.into(), false);
        assert!(!shown.contains("hunter2") && shown.contains("password: *******"), "{shown}");
    }
}
