//! Lines of Java properties: `key=value`, `key: value` or `key value`, with escapes and lines that go on.

use super::Fault;
use crate::text::Span;

/// A line, or several that a backslash joins, with a key.
struct Line {
    key: String,
    /// From its first character to behind its line break.
    whole: Span,
    /// What stands behind the separator, without the line break.
    value: Span,
    /// Between key and value: ` = `.
    separator: Span,
}

/// The text with another value for a key; a new key stands at the end.
pub(super) fn set(text: &str, key: &str, value: &str) -> Result<String, Fault> {
    let lines = lines(text);
    if let Some(line) = find(&lines, key)? {
        // The same value in another spelling stays.
        if unescape(&text[line.value.start..line.value.end]) == value {
            return Ok(text.to_owned());
        }
        let there = &text[line.separator.start..line.separator.end];
        let separator = if there.is_empty() { "=" } else { "" };
        return Ok(format!(
            "{}{separator}{}{}",
            &text[..line.value.start],
            escape_value(value, if there.is_empty() { separator } else { there }),
            &text[line.value.end..]
        ));
    }
    if goes_on(text, &lines) {
        return Err(Fault::new(
            "",
            format!("the last line ends with a backslash, so `{key}` would become a part of it"),
        )
        .help("take the backslash away"));
    }
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let separator = lines.last().map_or("=", |line| &text[line.separator.start..line.separator.end]);
    let separator = if separator.is_empty() || separator.contains(['\n', '\\']) { "=" } else { separator };
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { newline };
    Ok(format!("{text}{gap}{}{separator}{}{newline}", escape_key(key), escape_value(value, separator)))
}

/// The text without a key.
pub(super) fn remove(text: &str, key: &str) -> Result<String, Fault> {
    match find(&lines(text), key)? {
        Some(line) => Ok(format!("{}{}", &text[..line.whole.start], &text[line.whole.end..])),
        None => Err(Fault::new("", format!("there is no `{key}` to take away"))),
    }
}

fn find<'l>(lines: &'l [Line], key: &str) -> Result<Option<&'l Line>, Fault> {
    let mut found = lines.iter().filter(|line| line.key == key);
    let first = found.next();
    match found.next() {
        Some(_) => Err(Fault::new("", format!("`{key}` is there more than once"))),
        None => Ok(first),
    }
}

fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = logical_end(text, at);
        lines.extend(line(text, Span::new(at, end)));
        at = end;
    }
    lines
}

/// Behind the line break that no backslash takes away; a comment never goes on.
fn logical_end(text: &str, start: usize) -> usize {
    let mut at = start;
    loop {
        let end = text[at..].find('\n').map_or(text.len(), |found| at + found + 1);
        let line = text[at..end].trim_end_matches(['\n', '\r']);
        let comment = at == start && line.trim_start().starts_with(['#', '!']);
        let backslashes = line.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if comment || backslashes % 2 == 0 || end == text.len() {
            return end;
        }
        at = end;
    }
}

/// True when the last line waits for one more: what is added would join it.
fn goes_on(text: &str, lines: &[Line]) -> bool {
    let last = lines.last().filter(|line| line.whole.end == text.len());
    let content = text.trim_end_matches(['\n', '\r']);
    last.is_some() && content.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

fn line(text: &str, whole: Span) -> Option<Line> {
    let raw = text[whole.start..whole.end].trim_end_matches(['\n', '\r']);
    let end = whole.start + raw.len();
    let start = whole.start + (raw.len() - raw.trim_start().len());
    if start == end || text[start..].starts_with(['#', '!']) {
        return None;
    }
    let mut escaped = false;
    let key_end = text[start..end].char_indices().find_map(|(at, character)| {
        let ends = !escaped && matches!(character, '=' | ':' | ' ' | '\t' | '\u{c}');
        escaped = !escaped && character == '\\';
        ends.then_some(start + at)
    });
    let key_end = key_end.unwrap_or(end);
    let blank = |from: usize| {
        let rest = &text[from..end];
        from + (rest.len() - rest.trim_start_matches([' ', '\t', '\u{c}']).len())
    };
    let mut value = blank(key_end);
    if text[value..end].starts_with(['=', ':']) {
        value = blank(value + 1);
    }
    let key = unescape(&text[start..key_end]);
    Some(Line { key, whole, value: Span::new(value, end), separator: Span::new(key_end, value) })
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let digits: String = characters.by_ref().take(4).collect();
                out.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            }
            Some(line_break @ ('\n' | '\r')) => {
                if line_break == '\r' && characters.peek() == Some(&'\n') {
                    characters.next();
                }
                // The next line goes on behind its indentation.
                while characters.peek().is_some_and(|next| matches!(next, ' ' | '\t' | '\u{c}')) {
                    characters.next();
                }
            }
            other => out.extend(other),
        }
    }
    out
}

fn escape_key(key: &str) -> String {
    let escaped = escape(key).replace(' ', "\\ ").replace('=', "\\=").replace(':', "\\:");
    if escaped.starts_with(['#', '!']) { format!("\\{escaped}") } else { escaped }
}

/// A value as it is written behind a separator: behind blanks alone, `=` and `:` would count as the separator.
fn escape_value(value: &str, separator: &str) -> String {
    let escaped = escape(value);
    let separates = !separator.contains(['=', ':']) && escaped.starts_with(['=', ':']);
    if separates || escaped.starts_with(' ') { format!("\\{escaped}") } else { escaped }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{c}' => out.push_str("\\f"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str =
        "# top = 1\n a.b = 1\nurl: s3://x:y\nlong = one, \\\n    two\nempty\n! end\npath\\:x=C:\\\\d\n";

    #[test]
    fn a_line_gets_a_value_in_its_place() {
        for (key, wanted) in [
            ("a.b", " a.b = new\n"),
            ("url", "url: new\n"),
            ("long", "long = new\nempty"),
            ("empty", "empty=new\n"),
            ("path:x", "path\\:x=new\n"),
            ("more", "C:\\\\d\nmore=new\n"),
        ] {
            let edited = set(TEXT, key, "new").expect(key);
            assert!(edited.contains(wanted), "{key}: {edited}");
            assert!(edited.starts_with("# top = 1\n"), "{edited}");
        }
        assert_eq!(set(TEXT, "long", "one, two").as_deref(), Ok(TEXT));
        assert_eq!(set("a=1", "b", " x\\").as_deref(), Ok("a=1\nb=\\ x\\\\\n"));
        assert!(set("a=1\na=2\n", "a", "3").is_err());
        assert_eq!(set("a 1\n", "a", ":x").as_deref(), Ok("a \\:x\n"));
        assert!(set("a=1\\\n", "b", "3").is_err(), "it would join the line above");
    }

    #[test]
    fn a_line_goes_away_with_those_that_it_joins() {
        let edited = remove(TEXT, "long").expect("is there");
        assert!(edited.contains("s3://x:y\nempty\n"), "{edited}");
        assert!(remove(TEXT, "top").is_err());
    }

    #[test]
    fn what_is_set_is_read_and_the_rest_stays() {
        let line = "[ a-c=:#!\\\\]{0,12}";
        proptest!(|(before in prop::collection::vec(line, 0..6), key in "[a-d#= :\\\\]{1,4}", value in "[ -~\n]{0,10}")| {
            let text = before.iter().map(|line| format!("{line}\n")).collect::<String>();
            let Ok(edited) = set(&text, &key, &value) else { return Ok(()) };
            let (old, new) = (lines(&text), lines(&edited));
            let found = new.iter().find(|line| line.key == key).expect("is there");
            prop_assert_eq!(unescape(&edited[found.value.start..found.value.end]), value);
            let others = |lines: &[Line], text: &str| -> Vec<String> {
                let others = lines.iter().filter(|line| line.key != key);
                others.map(|line| text[line.whole.start..line.whole.end].to_owned()).collect()
            };
            prop_assert_eq!(others(&old, &text), others(&new, &edited));
        });
    }
}
