//! Where a value stands in the text that it was read from.

use crate::diagnostic::Diagnostic;
use crate::text::{Source, Span};

use super::pointer;

/// Finds the text behind a place in the values.
pub trait Locate {
    /// The place of exactly this JSON pointer (RFC 6901), if the text has it.
    fn locate(&self, pointer: &str) -> Option<Place>;
}

/// A key and its value in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The text.
    pub source: Source,
    /// The key; none at the root and for list items.
    pub key: Option<Span>,
    /// The value.
    pub value: Span,
}

/// Values that have no text: findings come without a place.
#[derive(Clone, Copy, Debug)]
pub struct Nowhere;

impl Locate for Nowhere {
    fn locate(&self, _pointer: &str) -> Option<Place> {
        None
    }
}

impl Place {
    /// The key, or the value where there is none.
    pub fn key_span(&self) -> Span {
        self.key.unwrap_or_else(|| self.first_line())
    }

    /// The value when it fits on one line; a block is marked at its key.
    pub fn value_span(&self) -> Span {
        if self.source.slice(self.value).trim_end().contains('\n') { self.key_span() } else { self.value }
    }

    fn first_line(&self) -> Span {
        let text = self.source.slice(self.value);
        let line = text.split('\n').next().unwrap_or("").trim_end();
        Span::new(self.value.start, self.value.start + line.len())
    }
}

/// The place of the pointer, or of the nearest thing above it that the text has; true when it is the pointer itself.
pub fn nearest(locate: &dyn Locate, pointer: &str) -> Option<(Place, bool)> {
    let mut at = pointer;
    loop {
        if let Some(place) = locate.locate(at) {
            return Some((place, at.len() == pointer.len()));
        }
        at = pointer::parent(at)?;
    }
}

/// Marks the value at the pointer, or the key of the nearest thing above it.
pub(crate) fn at_value(diagnostic: Diagnostic, locate: &dyn Locate, pointer: &str, text: &str) -> Diagnostic {
    match nearest(locate, pointer) {
        Some((place, true)) => diagnostic.at(&place.source, place.value_span(), text),
        Some((place, false)) => diagnostic.at(&place.source, place.key_span(), text),
        None => diagnostic,
    }
}

/// Marks the key at the pointer.
pub(crate) fn at_key(diagnostic: Diagnostic, locate: &dyn Locate, pointer: &str, text: &str) -> Diagnostic {
    match nearest(locate, pointer) {
        Some((place, _)) => diagnostic.at(&place.source, place.key_span(), text),
        None => diagnostic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct One(Source);

    impl Locate for One {
        fn locate(&self, pointer: &str) -> Option<Place> {
            let place = |key, value: std::ops::Range<usize>| {
                Some(Place { source: self.0.clone(), key, value: value.into() })
            };
            match pointer {
                "" => place(None, 0..10),
                "/a" => place(Some(Span::new(0, 1)), 5..10),
                "/a/b" => place(Some(Span::new(5, 6)), 8..9),
                _ => None,
            }
        }
    }

    #[test]
    fn climbs_to_what_the_text_has() {
        let one = One(Source::new("x", "a:\n  b: 1\n"));
        let (place, exact) = nearest(&one, "/a/b").expect("there");
        assert!(exact);
        assert_eq!(place.source.slice(place.value_span()), "1");
        let (place, exact) = nearest(&one, "/a/c/d").expect("its ancestor");
        assert!(!exact);
        assert_eq!(place.source.slice(place.key_span()), "a");
        assert!(nearest(&Nowhere, "/a").is_none());
    }

    #[test]
    fn a_block_is_marked_at_its_key() {
        let source = Source::new("x", "a:\n  b: 1\n  c: 2\n");
        let block = Place { source: source.clone(), key: Some(Span::new(0, 1)), value: Span::new(5, 16) };
        assert_eq!(source.slice(block.value_span()), "a");
        let root = Place { source: source.clone(), key: None, value: Span::new(0, 16) };
        assert_eq!(source.slice(root.value_span()), "a:");
    }
}
