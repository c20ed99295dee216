//! Strings: plain, quoted or as a text block.

use super::{Place, quote};

/// Longest text written plain.
const LONGEST_PLAIN: usize = 1000;

/// A string as YAML text that reads back as the same string.
pub fn string(text: &str, place: Place) -> String {
    match place {
        Place::Block { indent } if is_text_block(text) => text_block(text, indent),
        Place::Flow if is_plain(text) && text.bytes().all(is_plain_in_flow) => text.to_owned(),
        Place::Block { .. } | Place::Key if is_plain(text) => text.to_owned(),
        _ => quote::quoted(text),
    }
}

/// True for a text that no reader takes for anything but this string.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let dashes = bytes.iter().take_while(|b| **b == b'-').count();
    let begins_well = match bytes.get(dashes) {
        Some(first) if dashes == 0 => first.is_ascii_alphabetic() || matches!(first, b'/' | b'_'),
        Some(first) => dashes <= 2 && first.is_ascii_alphabetic(),
        None => false,
    };
    begins_well
        && bytes.len() <= LONGEST_PLAIN
        && bytes.iter().all(|b| matches!(b, 0x20..=0x7e))
        && !is_word(text)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([':', ' '])
}

pub(super) fn is_plain_in_flow(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'@' | b'+' | b'=' | b'$' | b'-')
}

/// The words with a meaning of their own, in any case: readers differ in which cases they know.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 10] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// True for a text of several lines that a text block holds unchanged.
///
/// More than one line break at the end would need `|+`, whose meaning depends on what follows and which
/// Helm 4 shortens at the end of a file; a last line of white space is lost in editors; Helm 4 writes a text that
/// begins with a tab in a way that it cannot read. All of these are quoted.
fn is_text_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let last = body.rsplit('\n').next().unwrap_or(body);
    text.contains('\n')
        && !text.trim_start_matches('\n').starts_with('\t')
        && !last.trim_matches([' ', '\t']).is_empty()
        && !text.chars().any(quote::needs_escape)
}

fn text_block(text: &str, indent: usize) -> String {
    let mut out = String::from("|");
    let first = text.lines().find(|line| !line.is_empty()).unwrap_or_default();
    if text.starts_with('\n') || first.starts_with([' ', '\t']) {
        out.push('2');
    }
    if !text.ends_with('\n') {
        out.push('-');
    }
    for line in text.lines() {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: Place = Place::Block { indent: 4 };

    #[test]
    fn only_unmistakable_texts_are_plain() {
        for text in [
            "abc",
            "a b",
            "/x",
            "_x",
            "-x",
            "--flag=1",
            "a:b",
            "a#b",
            "http://x:80/p",
            "a{b",
            "v1.2",
            "tRUEx",
        ] {
            assert_eq!(string(text, BLOCK), text);
        }
        for text in [
            "",
            " a",
            "a ",
            "a:",
            "a: b",
            "a #b",
            "yes",
            "Y",
            "oN",
            "tRue",
            "NULL",
            "none",
            "~",
            "1",
            "1.2.3",
            ".5",
            "0x1F",
            "12:30",
            "2001-12-14",
            "=",
            "<<",
            "-",
            "--",
            "---",
            "---x",
            "- x",
            "?x",
            ":x",
            "*x",
            "&x",
            "!x",
            "%x",
            "@x",
            "`x",
            "{x",
            "[x",
            "|",
            ">",
            "#x",
            "é",
            "日本",
            "$x",
            "+x",
            "'",
        ] {
            assert_eq!(string(text, BLOCK), format!("\"{text}\""));
        }
        let long = "x".repeat(1001);
        assert_eq!(string(&long, BLOCK), format!("\"{long}\""));
    }

    #[test]
    fn flow_is_narrower() {
        for (text, wanted) in [
            ("a b", "\"a b\""),
            ("a,b", "\"a,b\""),
            ("a:b", "\"a:b\""),
            ("a/b@c", "a/b@c"),
            ("x\ny", "\"x\\ny\""),
        ] {
            assert_eq!(string(text, Place::Flow), wanted);
        }
    }

    #[test]
    fn quotes_save_escapes() {
        for (text, wanted) in [
            ("say \"x\"", "say \"x\""),
            ("{\"a\": 1}", "'{\"a\": 1}'"),
            ("C:\\d: x", "'C:\\d: x'"),
            ("it's: \"x\"", "\"it's: \\\"x\\\"\""),
            ("a\tb", "\"a\\tb\""),
            ("a\r\n", "\"a\\r\\n\""),
            ("\u{1}\u{85}\u{a0}\u{2028}\u{feff}", "\"\\x01\\x85\\xA0\\u2028\\uFEFF\""),
        ] {
            assert_eq!(string(text, BLOCK), wanted);
        }
    }

    #[test]
    fn lines_become_text_blocks() {
        for (text, wanted) in [
            ("a\nb", "|-\n    a\n    b"),
            ("a\n\nb\n", "|\n    a\n\n    b"),
            (" a\nb\n", "|2\n     a\n    b"),
            ("\na", "|2-\n\n    a"),
            ("\ta\nb", "\"\\ta\\nb\""),
            ("\n\ta", "\"\\n\\ta\""),
            ("a\n\n", "\"a\\n\\n\""),
            ("\n", "\"\\n\""),
            ("a\n  ", "\"a\\n  \""),
            ("a\u{85}\nb", "\"a\\x85\\nb\""),
        ] {
            assert_eq!(string(text, BLOCK), wanted, "{text:?}");
        }
        assert_eq!(string("a\nb", Place::Key), "\"a\\nb\"");
    }
}
