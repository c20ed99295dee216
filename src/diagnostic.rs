//! What is wrong, where, what was found and expected, and how to fix it.

pub mod codes;
pub mod github;
pub mod redact;
pub mod render;
pub mod sarif;

use crate::text::{Position, Source, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written; the exit code is 1.
    Error,
    /// Printed, and the work goes on.
    Warning,
}

impl Severity {
    /// `error` or `warning`, as every machine-readable form writes it.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// A place and what to say about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The text it lies in.
    pub source: Source,
    /// The bytes to underline.
    pub span: Span,
    /// A few words beside the underline; may be empty.
    pub text: String,
}

/// One finding. The first label is the place; the others explain it.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// A word code (`unknown-key`) or the number of a cross-field rule (`R05`), stable across releases.
    pub code: String,
    /// Error or warning.
    pub severity: Severity,
    /// One sentence: what is wrong.
    pub message: String,
    /// Where; empty only for findings that have no text (a missing file).
    pub labels: Vec<Label>,
    /// What stood there, in the user's words.
    pub found: Option<String>,
    /// What should have stood there.
    pub expected: Option<String>,
    /// How to go on, one sentence each.
    pub help: Vec<String>,
    /// The text that would replace the first label's span, when it is certain.
    pub suggestion: Option<String>,
}

impl Diagnostic {
    /// An error with a code and a sentence.
    pub fn error(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning with a code and a sentence.
    pub fn warning(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A finding with a code and a sentence.
    pub fn new(severity: Severity, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            severity,
            message: message.into(),
            labels: Vec::new(),
            found: None,
            expected: None,
            help: Vec::new(),
            suggestion: None,
        }
    }

    /// Adds a place; the first one added is the place of the finding.
    #[must_use]
    pub fn at(mut self, source: &Source, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { source: source.clone(), span, text: text.into() });
        self
    }

    /// Says what stood there.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// Says what should have stood there.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// Adds a sentence on how to go on.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Gives the text that would replace the first label's span.
    #[must_use]
    pub fn suggest(mut self, text: impl Into<String>) -> Self {
        self.suggestion = Some(text.into());
        self
    }

    /// Name of the source, first and last position of the finding.
    pub fn place(&self) -> Option<(&str, Position, Position)> {
        let label = self.labels.first()?;
        Some((
            label.source.name(),
            label.source.position(label.span.start),
            label.source.position(label.span.end),
        ))
    }
}

/// All findings of one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// No findings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// True when there are none, warnings included.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True when at least one is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// In the order of their places.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// Sorts by source and place, errors before warnings at one place; equal findings stay once.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.0.sort_by(|a, b| {
            let key = |d: &Diagnostic| d.labels.first().map(|l| (l.source.name().to_owned(), l.span));
            key(a).cmp(&key(b)).then(a.severity.cmp(&b.severity)).then(a.code.cmp(&b.code))
        });
        self.0.dedup();
        self
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<T: IntoIterator<Item = Diagnostic>>(&mut self, iter: T) {
        self.0.extend(iter);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
