//! Characters that the readers of YAML disagree on.

use crate::text::Span;

/// A character that a document must not hold as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forbidden {
    pub(crate) character: char,
    pub(crate) span: Span,
    /// A line break for Go's readers, ordinary text for others.
    pub(crate) line_break: bool,
}

/// The first character that is forbidden, or read as a line break by some readers only.
pub(crate) fn first_forbidden(text: &str) -> Option<Forbidden> {
    let bytes = text.as_bytes();
    let mut from = 0;
    // Nearly all text has none of these bytes, so the search for them is the whole cost.
    while let Some(found) = bytes[from..].iter().position(|b| suspicious(*b)) {
        let at = from + found;
        let character = text.get(at..).and_then(|rest| rest.chars().next())?;
        let end = at + character.len_utf8();
        if let Some(line_break) = judge(character) {
            return Some(Forbidden { character, span: Span::new(at, end), line_break });
        }
        from = end;
    }
    None
}

fn suspicious(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || matches!(byte, 0x7f | 0xc2 | 0xe2 | 0xef)
}

/// `Some(true)` for a line break that only some readers see, `Some(false)` for a forbidden character.
fn judge(character: char) -> Option<bool> {
    match character {
        '\u{85}' | '\u{2028}' | '\u{2029}' => Some(true),
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Some(false),
        '\u{fffe}' | '\u{ffff}' => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_and_passes_ordinary_text() {
        assert_eq!(first_forbidden("a\tb\r\né\u{a0}日本😀\u{feff}"), None);
        let found = first_forbidden("é\u{2028}").expect("a line separator");
        assert_eq!((found.span, found.line_break), (Span::new(2, 5), true));
        let found = first_forbidden("a\0").expect("a NUL");
        assert_eq!((found.span, found.line_break), (Span::new(1, 2), false));
        assert!(first_forbidden("\u{80}").is_some());
    }
}
