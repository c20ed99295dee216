//! Quotation marks and escapes.

use std::fmt::Write;

/// True for a character that must be written as an escape, except the line break and the tab.
pub(super) fn needs_escape(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{a0}' => true,
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => true,
        _ => false,
    }
}

/// `"…"`, on one line, with no escape that a YAML 1.1 reader does not know.
pub(super) fn double(text: &str) -> String {
    escaped(text, |out, code| {
        // Writing to a String cannot fail.
        let _ = if code < 0x100 { write!(out, "\\x{code:02X}") } else { write!(out, "\\u{code:04X}") };
    })
}

/// `"…"` that is JSON too.
pub(super) fn json(text: &str) -> String {
    escaped(text, |out, code| {
        let _ = write!(out, "\\u{code:04X}");
    })
}

fn escaped(text: &str, escape: impl Fn(&mut String, u32)) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // All of these lie in the basic plane, so four digits are enough.
            other if needs_escape(other) => escape(&mut out, u32::from(other)),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// The quotes for a text without line breaks: single ones where they save escapes.
pub(super) fn quoted(text: &str) -> String {
    let saves = text.contains(['"', '\\']) && !text.contains(['\'', '\t', '\n']);
    if saves && !text.chars().any(needs_escape) { format!("'{text}'") } else { double(text) }
}
