//! Property: `set`, `unset` and `validate --fix` change nothing but what was asked for.

use lakehelm::diagnostic::Diagnostics;
use lakehelm::edit::{Assignment, Path, fix, remove, set};
use lakehelm::explain::every_path;
use lakehelm::generate::{Inputs, schema_of, values};
use lakehelm::schema::{Node, Schema, pointer};
use lakehelm::text::Source;
use lakehelm::yaml::{self, Document, equal};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use super::support::{STARTERS, catalog, files, read};

fn schema() -> &'static Schema {
    static SCHEMA: std::sync::OnceLock<Schema> = std::sync::OnceLock::new();
    SCHEMA.get_or_init(|| schema_of(catalog()).unwrap_or_else(|found| panic!("{found:#?}")))
}

/// Every leaf that is not inside a list or a free map, with a text of its type.
fn leaves() -> Vec<(String, String)> {
    let mut leaves = Vec::new();
    every_path(schema().root(), &mut |path, node| {
        if !node.is_branch() && !path.contains(['[', '*']) {
            leaves.push((path.to_owned(), sample(node)));
        }
    });
    leaves
}

fn sample(node: &Node) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if let Some(value) = node.allowed.last().or(node.example.as_ref()) {
        return text(value);
    }
    match node.types.first().map(String::as_str) {
        Some("boolean") => "true".to_owned(),
        Some("integer" | "number") => "7".to_owned(),
        Some("array") => "[a, on, \"1.20\"]".to_owned(),
        Some("object") => "{a: b, c: \"0777\"}".to_owned(),
        _ => "some: text # with 'marks'".to_owned(),
    }
}

/// Starters, the values files of tests, and odd layouts of one of them.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = STARTERS.iter().map(|name| read(&format!("values/{name}.yaml"))).collect();
    for path in files("tests/values", ".yaml") {
        texts.push(std::fs::read_to_string(path).expect("reads"));
    }
    let local = texts[0].clone();
    texts.push(local.replace('\n', "\r\n"));
    texts.push(format!("\u{feff}{local}"));
    texts.push(local.trim_end().to_owned());
    texts.push("{apiVersion: lakehelm/v1alpha1, profile: local}\n".to_owned());
    texts.push(String::new());
    texts.push("# only a comment\n".to_owned());
    texts.push("apiVersion: lakehelm/v1alpha1\nfluss:\n    tablet:\n        # how many\n        replicas:   2   # two\n\n    # later\n\nplatform:\n    name: 'x'\n".to_owned());
    texts
}

/// The bytes of the old text that differ. Where a line goes away beside one like it, either may be the one: with as much as
/// can be at the head the same, and with as much as can be at the tail.
fn changed(old: &str, new: &str) -> [(usize, usize); 2] {
    let shorter = old.len().min(new.len());
    let head = |room| old.bytes().zip(new.bytes()).take(room).take_while(|(a, b)| a == b).count();
    let tail = |room| old.bytes().rev().zip(new.bytes().rev()).take(room).take_while(|(a, b)| a == b).count();
    let (most_head, most_tail) = (head(shorter), tail(shorter));
    [(most_head, old.len() - tail(shorter - most_head)), (head(shorter - most_tail), old.len() - most_tail)]
}

fn parse(text: &str) -> Document {
    Document::parse(Source::new("values.yaml", text)).unwrap_or_else(|fault| panic!("{fault:#?}\n{text}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn set_changes_only_the_value(text in select(texts()), leaf in any::<Index>()) {
        let leaves = leaves();
        let (path, wanted) = leaf.get(&leaves);
        let before = parse(&text);
        let assignment = Assignment::parse(&format!("{path}={wanted}")).expect("reads");
        let (after, at) = set(&before, schema(), &assignment, &Value::Null).unwrap_or_else(|f| panic!("{path}: {f:#?}\n{text}"));
        let new = after.source().text();
        let changed = changed(&text, new);
        let inside = |node: yaml::Node<'_>| {
            let (start, end) = (node.span_with_properties().start, node.span().end);
            changed.iter().any(|(from, to)| from >= to || (start <= *from && *to <= end))
        };
        match before.get(&at) {
            Some(node) => prop_assert!(inside(node), "{path} changed other bytes:\n{text}\n---\n{new}"),
            // What is new is one insertion, except in the place of an empty map or of nothing.
            None => {
                let (from, to) = changed[0];
                prop_assert!(from >= to || text[from..to].trim().len() <= 2, "{path} is no insertion:\n{text}\n---\n{new}");
            }
        }
        let read = after.to_value().expect("reads");
        let set_value = read.pointer(&at).cloned().expect("is there");
        let mut expected = before.to_value().expect("reads");
        put(&mut expected, &at, set_value);
        prop_assert!(equal(&expected, &read), "{path} changed other values");

        let (again, _) = set(&after, schema(), &assignment, &Value::Null).expect("sets");
        prop_assert_eq!(again.source().text(), new, "twice is not once");

        if before.get(&at).is_none() {
            let gone = remove(&after, schema(), &Path::parse(path).expect("reads")).expect("removes");
            let left = gone.to_value().expect("reads");
            let empty = |value: &Value| value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty);
            let old = before.to_value().expect("reads");
            prop_assert!(equal(&left, &old) || (empty(&left) && empty(&old)), "{path}: unset is not the way back:\n{}", gone.source().text());
        }
    }

    #[test]
    fn fix_brings_the_right_text_back_or_changes_nothing_else(
        name in select(STARTERS.to_vec()), line in any::<Index>(), swap in any::<Index>()
    ) {
        let text = read(&format!("values/{name}.yaml"));
        let Some(wrong) = misspell(&text, line, swap) else { return Ok(()) };
        let check = |sources: &[Source]| -> Diagnostics {
            let inputs = Inputs { values: sources.to_vec(), ..Inputs::default() };
            let (Ok((_, found)) | Err(found)) = values::resolve(schema(), catalog(), &inputs);
            found
        };
        let fixed = fix(vec![Source::new("values.yaml", wrong.as_str())], &check);
        let result = fixed.sources[0].text();
        if fixed.applied.is_empty() {
            prop_assert_eq!(result, wrong.as_str());
        } else {
            prop_assert_eq!(result, text.as_str(), "{:#?}", fixed.applied);
        }
    }
}

/// A map that loses its last entries ends before the line break of the last one, whichever of two alike it is.
#[test]
fn a_line_that_goes_away_beside_one_like_it_is_inside() {
    let old = "a:\n  b: {x: 1}\n  c: {x: 1}\n";
    assert!(changed(old, "a:\n  b: {x: 1}\n").contains(&(6, 18)));
    assert_eq!(changed("ab", "ab"), [(2, 2), (0, 0)]);
}

/// Two neighbouring letters of a key at the beginning of a line change places.
fn misspell(text: &str, line: Index, swap: Index) -> Option<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let keys: Vec<usize> = (0..lines.len())
        .filter(|at| lines[*at].trim_start().starts_with(|c: char| c.is_ascii_lowercase()))
        .collect();
    let at = *line.get(&keys);
    let start = lines[at].len() - lines[at].trim_start().len();
    let length = lines[at][start..].find(':')?;
    let place = start + swap.index(length.checked_sub(2)?.max(1));
    let mut bytes = lines[at].clone().into_bytes();
    if bytes[place] == bytes[place + 1] || place + 1 >= start + length {
        return None;
    }
    bytes.swap(place, place + 1);
    lines[at] = String::from_utf8(bytes).ok()?;
    Some(lines.join("\n") + "\n")
}

fn put(value: &mut Value, at: &str, new: Value) {
    let mut here = value;
    for segment in pointer::segments(at) {
        if !here.is_object() {
            *here = Value::Object(serde_json::Map::new());
        }
        here = here.as_object_mut().expect("a map").entry(segment.into_owned()).or_insert(Value::Null);
    }
    *here = new;
}
