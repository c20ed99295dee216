//! Applying what findings suggest, one at a time, as long as each one helps.

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::text::{self, Edit, Source, Span};
use crate::yaml::Document;

/// More fixes than any file needs; each one costs a check.
const MOST: usize = 1_000;

/// What came of it.
#[derive(Debug)]
pub struct Fixed {
    /// The sources, those without a fix as they were.
    pub sources: Vec<Source>,
    /// The findings whose suggestion was applied, in order.
    pub applied: Vec<Diagnostic>,
    /// What is still found.
    pub remaining: Diagnostics,
}

/// Applies the suggestions of the findings about these sources. A suggestion that does not make its finding go away, or
/// that leads to a new one at its place, is taken back.
pub fn fix(sources: Vec<Source>, check: &dyn Fn(&[Source]) -> Diagnostics) -> Fixed {
    let mut remaining = check(&sources);
    let mut fixed = Fixed { sources, applied: Vec::new(), remaining: Diagnostics::new() };
    let mut refused: Vec<Diagnostic> = Vec::new();
    for _ in 0..MOST {
        let next = remaining.iter().find_map(|finding| {
            let edit = edit(finding).filter(|_| !refused.iter().any(|old| same(old, finding)))?;
            let at = fixed.sources.iter().position(|source| *source == finding.labels[0].source)?;
            Some((finding.clone(), edit, at))
        });
        let Some((finding, edit, at)) = next else { break };
        let mut changed = fixed.sources.clone();
        let Ok(text) = text::apply(changed[at].text(), std::slice::from_ref(&edit)) else {
            refused.push(finding);
            continue;
        };
        changed[at] = Source::new(changed[at].name(), text);
        let after = check(&changed);
        if helps(&finding, &edit, &changed[at], &remaining, &after) {
            fixed.sources = changed;
            fixed.applied.push(finding);
            remaining = after;
        } else {
            refused.push(finding);
        }
    }
    fixed.remaining = remaining;
    fixed
}

/// The change that a finding suggests.
fn edit(finding: &Diagnostic) -> Option<Edit> {
    Some(Edit::new(finding.labels.first()?.span, finding.suggestion.clone()?))
}

fn same(a: &Diagnostic, b: &Diagnostic) -> bool {
    a.code == b.code && a.message == b.message && a.suggestion == b.suggestion
}

/// True when the finding is gone, the text still reads, and nothing new is wrong at its place.
fn helps(
    finding: &Diagnostic,
    edit: &Edit,
    source: &Source,
    before: &Diagnostics,
    after: &Diagnostics,
) -> bool {
    let count = |all: &Diagnostics| all.iter().filter(|other| same(other, finding)).count();
    let new = Span::new(edit.span.start, edit.span.start + edit.text.len());
    let worse = after.iter().any(|other| {
        other.severity == Severity::Error
            && !before.iter().any(|old| old.code == other.code && old.message == other.message)
            && other.labels.iter().any(|label| {
                label.source == *source && label.span.start <= new.end && new.start <= label.span.end
            })
    });
    let reads = || Document::parse(source.clone()).is_ok_and(|document| document.to_value().is_ok());
    count(after) < count(before) && !worse && reads()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words in `bad` are findings with a suggestion; a text with `worse` has a finding where it stands.
    fn check(sources: &[Source]) -> Diagnostics {
        let mut out = Diagnostics::new();
        for source in sources {
            for (bad, good) in
                [("replica:", "replicas:"), ("yes", "\"yes\""), ("old", "worse"), ("stay", "stay ")]
            {
                if let Some(at) =
                    source.text().find(bad).filter(|_| bad != "yes" || !source.text().contains("\"yes"))
                {
                    let finding = Diagnostic::error(bad, "m").at(source, Span::new(at, at + bad.len()), "");
                    out.push(finding.suggest(good));
                }
            }
            if let Some(at) = source.text().find("worse") {
                out.push(Diagnostic::error("worse", "m").at(source, Span::new(at, at + 5), ""));
            }
        }
        out
    }

    #[test]
    fn what_helps_is_applied_and_the_rest_is_left() {
        let text = "a: {replica:  1}   # one\nb: yes\nc: old\nd: stay\n";
        let fixed = fix(vec![Source::new("v", text), Source::new("w", "x: 1\n")], &check);
        assert_eq!(fixed.sources[0].text(), "a: {replicas:  1}   # one\nb: \"yes\"\nc: old\nd: stay\n");
        assert_eq!(fixed.sources[1].text(), "x: 1\n");
        let codes =
            |all: &mut dyn Iterator<Item = &Diagnostic>| all.map(|f| f.code.clone()).collect::<Vec<_>>();
        assert_eq!(codes(&mut fixed.applied.iter()), ["replica:", "yes"]);
        assert_eq!(codes(&mut fixed.remaining.iter()), ["old", "stay"]);
    }

    #[test]
    fn a_text_that_would_not_read_any_more_is_left() {
        let check = |sources: &[Source]| {
            let source = &sources[0];
            let found = source
                .text()
                .find("a: 1")
                .map(|at| Diagnostic::error("x", "m").at(source, Span::new(at, at + 1), "").suggest("b"));
            found.into_iter().fold(Diagnostics::new(), |mut all, finding| {
                all.push(finding);
                all
            })
        };
        let fixed = fix(vec![Source::new("v", "b: 2\na: 1\n")], &check);
        assert_eq!(fixed.sources[0].text(), "b: 2\na: 1\n", "`b` would be there twice");
    }
}
