//! Edits: byte ranges of a text and what stands there instead.

use super::Span;

/// A change of a text: the bytes of `span` become `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

impl Edit {
    /// An edit from its parts.
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// New text before the byte at `at`.
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::new(Span::new(at, at), text)
    }

    /// Nothing where `span` was.
    pub fn remove(span: Span) -> Self {
        Self::new(span, "")
    }
}

/// Edits that do not fit the text or each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Two edits change the same bytes.
    #[error("the edits of bytes {}..{} and {}..{} overlap", .0.start, .0.end, .1.start, .1.end)]
    Overlap(Span, Span),
    /// An edit lies outside the text or cuts a character.
    #[error("the text has no bytes {}..{} to edit", .0.start, .0.end)]
    Outside(Span),
}

/// The text after all edits. Their order matters only for insertions at one place, which stay in order.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let grown: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut out = String::with_capacity(text.len() + grown);
    let mut last = Span::new(0, 0);
    for edit in sorted {
        if edit.span.start < last.end {
            return Err(EditError::Overlap(last, edit.span));
        }
        if text.get(edit.span.start..edit.span.end).is_none() {
            return Err(EditError::Outside(edit.span));
        }
        out.push_str(text.get(last.end..edit.span.start).ok_or(EditError::Outside(edit.span))?);
        out.push_str(&edit.text);
        last = edit.span;
    }
    out.push_str(text.get(last.end..).ok_or(EditError::Outside(last))?);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_apply_in_the_order_of_their_places() {
        let edits = [
            Edit::new(Span::new(4, 6), "X"),
            Edit::insert(2, "1"),
            Edit::remove(Span::new(0, 1)),
            Edit::insert(2, "2"),
            Edit::insert(4, "3"),
            Edit::insert(6, "4"),
        ];
        assert_eq!(apply("abcdef", &edits).as_deref(), Ok("b12cd3X4"));
        assert_eq!(apply("abc", &[]).as_deref(), Ok("abc"));
    }

    #[test]
    fn overlaps_and_places_outside_are_refused() {
        let (a, b) = (Span::new(0, 3), Span::new(2, 4));
        assert_eq!(apply("abcdef", &[Edit::remove(b), Edit::remove(a)]), Err(EditError::Overlap(a, b)));
        let inside = Span::new(1, 1);
        assert_eq!(
            apply("abcdef", &[Edit::remove(a), Edit::insert(1, "x")]),
            Err(EditError::Overlap(a, inside))
        );
        let outside = Span::new(2, 9);
        assert_eq!(apply("abc", &[Edit::remove(outside)]), Err(EditError::Outside(outside)));
        let half = Span::new(1, 2);
        assert_eq!(apply("éa", &[Edit::remove(half)]), Err(EditError::Outside(half)));
    }
}
