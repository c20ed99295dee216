//! Which paths of the values a template reads.
//!
//! Tera fails when an undefined path is printed, but `<% if values.typo %>` is silently false. So every dotted path that starts
//! at `values`, also through `for` and `set`, is read off the template and checked against the schema.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::{Source, Span};

/// A path of the values, as the schema names it: `engine.jobs[].name`.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// Dotted; `[]` is an item of a list, `.*` an entry of a map.
    pub path: String,
    /// Where the template says so.
    pub span: Span,
}

/// All paths below `root` (`values`) that a template reads, in order.
pub fn uses(source: &Source, root: &str) -> Vec<Use> {
    let text = source.text();
    let mut found = Vec::new();
    let mut names = BTreeMap::from([(root.to_owned(), String::new())]);
    for (start, end) in blocks(text) {
        block(text, start, end, &mut names, &mut found);
    }
    found
}

/// Where the statements and printed expressions of a template stand, without their delimiters.
fn blocks(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(open) = text[at..].find('<').map(|i| at + i) {
            let close = match text.as_bytes().get(open + 1) {
                Some(b'%') => "%>",
                Some(b'[') => "]>",
                Some(b'#') => "#>",
                _ => {
                    at = open + 1;
                    continue;
                }
            };
            at = text[open..].find(close).map_or(text.len(), |i| open + i);
            if close != "#>" {
                return Some((open + 2, at));
            }
        }
        None
    })
}

/// The members of a variable that a template reads by name; `None`: it reads the variable in another way too.
pub fn members<'t>(text: &'t str, variable: &str) -> Option<BTreeSet<&'t str>> {
    let mut members = BTreeSet::new();
    for (start, end) in blocks(text).filter(|(start, end)| text[*start..*end].contains(variable)) {
        for word in words(text, start, end) {
            match word {
                Word::Path { parts, .. } if parts[0] == variable && parts[1] != "[]" => {
                    members.insert(parts[1]);
                }
                Word::Path { parts, .. } if parts[0] != variable => {}
                Word::Name(name) if name != variable => {}
                Word::Mark(_) => {}
                _ => return None,
            }
        }
    }
    Some(members)
}

/// One statement or printed expression.
fn block(text: &str, start: usize, end: usize, names: &mut BTreeMap<String, String>, found: &mut Vec<Use>) {
    let words = words(text, start, end);
    for word in &words {
        if let Word::Path { parts, span } = word
            && let Some(path) = resolve(parts, names)
            && !path.is_empty()
        {
            found.push(Use { path, span: *span });
        }
    }
    match words.as_slice() {
        [Word::Name("for"), Word::Name(item), Word::Name("in"), rest @ ..] => bind(item, "[]", rest, names),
        [
            Word::Name("for"),
            Word::Name(key),
            Word::Mark(','),
            Word::Name(value),
            Word::Name("in"),
            rest @ ..,
        ] => {
            names.remove(*key);
            bind(value, ".*", rest, names);
        }
        [Word::Name("set" | "set_global"), Word::Name(name), Word::Mark('='), rest @ ..] => {
            bind(name, "", rest, names)
        }
        _ => {}
    }
}

/// Remembers what a name stands for, when the expression is one path of the values and nothing else.
fn bind(name: &str, below: &str, expression: &[Word<'_>], names: &mut BTreeMap<String, String>) {
    let path = match expression {
        [Word::Path { parts, .. }] => resolve(parts, names),
        [Word::Name(single)] => names.get(*single).cloned(),
        _ => None,
    };
    match path {
        Some(path) => names.insert(name.to_owned(), format!("{path}{below}")),
        None => names.remove(name),
    };
}

fn resolve(parts: &[&str], names: &BTreeMap<String, String>) -> Option<String> {
    let (first, rest) = parts.split_first()?;
    let mut path = names.get(*first)?.clone();
    for part in rest {
        if *part != "[]" && !path.is_empty() {
            path.push('.');
        }
        path.push_str(part);
    }
    Some(path)
}

#[derive(Debug)]
enum Word<'a> {
    /// An identifier alone.
    Name(&'a str),
    /// Identifiers joined by dots or constant indexes.
    Path { parts: Vec<&'a str>, span: Span },
    /// Any other character.
    Mark(char),
}

fn words(text: &str, start: usize, end: usize) -> Vec<Word<'_>> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut at = start;
    while at < end {
        match bytes[at] {
            quote @ (b'"' | b'\'' | b'`') => at = skip_string(bytes, at, end, quote),
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                let first = at;
                let mut parts = vec![name(text, &mut at, end)];
                while let Some(part) = next_part(text, &mut at, end) {
                    parts.push(part);
                }
                words.push(if parts.len() == 1 {
                    Word::Name(parts[0])
                } else {
                    Word::Path { parts, span: Span::new(first, at) }
                });
            }
            byte if byte.is_ascii_whitespace() || byte == b'-' => at += 1,
            _ => {
                let mark = text[at..].chars().next().unwrap_or(' ');
                words.push(Word::Mark(mark));
                at += mark.len_utf8();
            }
        }
    }
    words
}

fn skip_string(bytes: &[u8], at: usize, end: usize, quote: u8) -> usize {
    let mut next = at + 1;
    while next < end && bytes[next] != quote {
        next += if bytes[next] == b'\\' { 2 } else { 1 };
    }
    next + 1
}

fn name<'a>(text: &'a str, at: &mut usize, end: usize) -> &'a str {
    let first = *at;
    while *at < end && (text.as_bytes()[*at].is_ascii_alphanumeric() || text.as_bytes()[*at] == b'_') {
        *at += 1;
    }
    &text[first..*at]
}

/// `.name`, `["name"]` or `[0]`; anything else ends the path.
fn next_part<'a>(text: &'a str, at: &mut usize, end: usize) -> Option<&'a str> {
    let rest = text.get(*at..end)?;
    if rest.starts_with('.') && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        *at += 1;
        return Some(name(text, at, end));
    }
    let inner = rest.strip_prefix('[')?;
    let close = inner.find(']')?;
    let index = &inner[..close];
    let part = match index.strip_prefix(['"', '\'']) {
        Some(quoted) => quoted.strip_suffix(['"', '\''])?,
        None if !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit()) => "[]",
        None => return None,
    };
    *at += close + 2;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        uses(&Source::new("t", text), "values").into_iter().map(|u| u.path).collect()
    }

    #[test]
    fn printed_and_tested_paths_are_found() {
        assert_eq!(
            paths("a: <[ values.a.b ~ \"values.no\" ]>\n<%- if values.c and not values.d[\"e\"] %>"),
            ["a.b", "c", "d.e"]
        );
        assert_eq!(paths("<# values.no #> values.no {{ .Values.no }}"), Vec::<String>::new());
    }

    #[test]
    fn loops_and_assignments_are_followed() {
        assert_eq!(
            paths("<% for j in values.f.jobs %><[ j.name ]><% endfor %>"),
            ["f.jobs", "f.jobs[].name"]
        );
        assert_eq!(paths("<% for k, v in values.m %><[ v.x ]><[ k.y ]><% endfor %>"), ["m", "m.*.x"]);
        assert_eq!(
            paths("<% set s = values.a %><[ s.b ]><% set s = 1 + values.c %><[ s.d ]>"),
            ["a", "a.b", "c"]
        );
    }

    #[test]
    fn members_are_known_where_they_are_named() {
        let found = |text| members(text, "data").map(Vec::from_iter);
        assert_eq!(
            found("data: <[ data.a.b ]> <% if data['c'] and xdata %>data<% endif %>"),
            Some(vec!["a", "c"])
        );
        assert_eq!(found("<[ values.data.a ]> <# data #>"), Some(vec![]));
        for text in ["<[ data ]>", "<% set d = data %>", "<[ data[values.x] ]>", "<[ data[0] ]>"] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn a_place_is_the_path_itself() {
        let source = Source::new("t", "x <[ values.a ]>");
        assert_eq!(source.slice(uses(&source, "values")[0].span), "values.a");
    }
}
