//! What edits do to the text, byte for byte.

use lakehelm::text::Source;
use lakehelm::yaml::Document;
use lakehelm::yaml::edit::{Change, apply};
use serde_json::{Value, json};

fn parse(text: &str) -> Document {
    Document::parse(Source::new("test.yaml", text)).unwrap_or_else(|d| panic!("{text:?}: {d:?}"))
}

fn set(pointer: &str, value: Value) -> Change<'static> {
    Change::set(pointer, value)
}

fn insert(pointer: &str, value: Value) -> Change<'static> {
    Change::insert(pointer, value)
}

fn remove(pointer: &str) -> Change<'static> {
    Change::remove(pointer)
}

/// Checks one edit, under LF, CR LF, with a byte order mark and without a line break at the end.
fn check(before: &str, changes: &[Change<'_>], after: &str) {
    let edit = |text: &str| match apply(&parse(text), changes) {
        Ok(document) => document.source().text().to_owned(),
        Err(refusal) => panic!("{text:?} {changes:?}: {refusal:?}"),
    };
    assert_eq!(edit(before), after, "{changes:?}");
    assert_eq!(edit(&before.replace('\n', "\r\n")), after.replace('\n', "\r\n"), "CR LF {changes:?}");
    assert_eq!(edit(&format!("\u{feff}{before}")), format!("\u{feff}{after}"), "BOM {changes:?}");
    let open = before.strip_suffix('\n').unwrap_or(before);
    let value = |text: &str| parse(text).to_value_lenient().expect("a value");
    assert_eq!(value(&edit(open)), value(after), "no line break at the end {changes:?}");
}

#[test]
fn scalars_are_replaced_in_place() {
    check("a: 1 # one\nb: 2\n", &[set("/a", json!("x"))], "a: x # one\nb: 2\n");
    check("a:   'x'   # c\n", &[set("/a", json!("on"))], "a:   \"on\"   # c\n");
    check("- 1\n-   2 # c\n", &[set("/1", json!(null))], "- 1\n-   null # c\n");
    check("a: |\n  x\n\n  y\n\n# c\nb: 1\n", &[set("/a", json!(1))], "a: 1\n\n# c\nb: 1\n");
    check("a: |+\n  x\n\nb: 1\n", &[set("/a", json!(1))], "a: 1\nb: 1\n");
    check("a: x\n  y\nb: 1\n", &[set("/a", json!("z"))], "a: z\nb: 1\n");
    check("a: # why\n  x\nb: 1\n", &[set("/a", json!("z"))], "a: z # why\nb: 1\n");
    check("a:\nb:   # c\n- 1\n", &[set("/a", json!(1))], "a: 1\nb:   # c\n- 1\n");
    check("a:   # c\nb: 1\n", &[set("/a", json!(true))], "a: true   # c\nb: 1\n");
    check("-\n- 1\n", &[set("/0", json!("x"))], "- x\n- 1\n");
    check("a: !!str 1\nb: &b 2\n", &[set("/a", json!(3)), set("/b", json!(4))], "a: 3\nb: 4\n");
    check("x\n", &[set("", json!("y"))], "\"y\"\n");
}

#[test]
fn equal_values_keep_their_spelling() {
    let text = "a: 0x1F\nb: 'yes'\nc: {x: [1,2]}\nd: 1.0\n";
    let same =
        [set("/a", json!(31)), set("/b", json!("yes")), set("/c", json!({"x": [1, 2]})), set("/d", json!(1))];
    check(text, &same, text);
}

#[test]
fn several_lines_become_text_blocks() {
    check(
        "m:\n  a: 1 # c\n  b: 2\n",
        &[set("/m/a", json!("x\ny\n"))],
        "m:\n  a: | # c\n    x\n    y\n  b: 2\n",
    );
    check("l:\n- a\n- b\n", &[set("/l/0", json!("x\ny"))], "l:\n- |-\n  x\n  y\n- b\n");
    check("a: |\n  x\nb: 1\n", &[set("/a", json!(" p\nq\n"))], "a: |2\n   p\n  q\nb: 1\n");
    check("a: {b: 1}\n", &[set("/a/b", json!("x\ny"))], "a: {b: \"x\\ny\"}\n");
    // The comment below would become part of a text block.
    check("a: 1\n    # deep\nb: 2\n", &[set("/a", json!("x\ny\n"))], "a: \"x\\ny\\n\"\n    # deep\nb: 2\n");
}

#[test]
fn collections_take_the_place_of_scalars() {
    check(
        "a: 1 # c\nb: 2\n",
        &[set("/a", json!({"x": 1, "y2": [1]}))],
        "a: # c\n  x: 1\n  y2:\n    - 1\nb: 2\n",
    );
    check("a:\nb: 2\n", &[set("/a", json!([1, 2]))], "a:\n  - 1\n  - 2\nb: 2\n");
    check("- x # c\n- z\n", &[set("/0", json!({"a": 1, "b": 2}))], "- a: 1 # c\n  b: 2\n- z\n");
    check("-\n- z\n", &[set("/0", json!({"a": 1, "b": 2}))], "- a: 1\n  b: 2\n- z\n");
    check("a: {}\nb: []\n", &[set("/a/x", json!(1)), insert("/b/-", json!(1))], "a:\n  x: 1\nb:\n  - 1\n");
    check("~\n", &[set("/a", json!(1))], "a: 1\n");
    check("a:\n  b: 1\nc: 1\n", &[set("/a", json!([1]))], "a:\n  - 1\nc: 1\n");
    check("a:\n- 1\nc: 1\n", &[set("/a", json!({"x": 1}))], "a:\n  x: 1\nc: 1\n");
}

#[test]
fn scalars_take_the_place_of_collections() {
    check("a: # c\n  # d\n  b: 1\n  e: 2 # f\ng: 1\n", &[set("/a", json!(1))], "a: 1 # c # f\ng: 1\n");
    check("a:\n- 1\n- 2\nb: 1\n", &[set("/a", json!({}))], "a: {}\nb: 1\n");
    check("- a: 1\n  b: 2\n- c\n", &[set("/0", json!("x"))], "- x\n- c\n");
}

#[test]
fn the_documents_own_layout_is_followed() {
    check(
        "a:\n    b:\n        c: 1\n",
        &[set("/a/d", json!({"e": {"f": 1}}))],
        "a:\n    b:\n        c: 1\n    d:\n        e:\n            f: 1\n",
    );
    check("a:\n- 1\n", &[set("/b", json!([{"c": [2]}]))], "a:\n- 1\nb:\n- c:\n  - 2\n");
    check("a:\n  - 1\n", &[set("/b", json!([1]))], "a:\n  - 1\nb:\n  - 1\n");
    check("  a: 1\n  b: 2\n", &[set("/c", json!({"x": 1}))], "  a: 1\n  b: 2\n  c:\n    x: 1\n");
}

#[test]
fn keys_are_added_at_the_end() {
    check(
        "a: 1 # c\n\n# end\n",
        &[set("/b", json!(2)), set("/c", json!("x"))],
        "a: 1 # c\nb: 2\nc: x\n\n# end\n",
    );
    check("m:\n  a: |+\n    x\n\nb: 1\n", &[set("/m/c", json!(1))], "m:\n  a: |+\n    x\n\n  c: 1\nb: 1\n");
    check("- a: 1\n- b\n", &[set("/0/on", json!("no"))], "- a: 1\n  \"on\": \"no\"\n- b\n");
    check(
        "a:\n  b:\n    c:\n      - d: 1\n",
        &[set("/a/b/x", json!(1)), set("/y1", json!(2))],
        "a:\n  b:\n    c:\n      - d: 1\n    x: 1\ny1: 2\n",
    );
    check(
        "a: 1\n",
        &[set("/b/c/d", json!(1)), set("/b/c/e", json!(2))],
        "a: 1\nb:\n  c:\n    d: 1\n    e: 2\n",
    );
    check(
        "m:\n  a:\n  - 1\nz: 1\n",
        &[insert("/m/a/-", json!(2)), set("/m/b", json!(3))],
        "m:\n  a:\n  - 1\n  - 2\n  b: 3\nz: 1\n",
    );
}

#[test]
fn entries_are_removed_with_their_lines() {
    check("a: 1\n# about b\nb: 2 # c\nd: 3\n", &[remove("/b")], "a: 1\n# about b\nd: 3\n");
    check("a: 1\nb:\n  - 1\n  # d\n  - 2\nd: 3\n", &[remove("/b")], "a: 1\nd: 3\n");
    check("- a: 1\n  b: 2\n  c: 3\n", &[remove("/0/a")], "- b: 2\n  c: 3\n");
    check("- a: 1\n  b: 2\n  c: 3\n", &[remove("/0/a"), remove("/0/b")], "- c: 3\n");
    check("a:\n  b: 1\nc: 1\n", &[remove("/a/b")], "a: {}\nc: 1\n");
    check("a: 1\n", &[remove("/a")], "{}\n");
    check("a: |+\n  x\n\nb: 1\n\n\nc: 2\n", &[remove("/b")], "a: |+\n  x\n\nc: 2\n");
    check("a: |\n  x\nb: 1\n  # deep\nc: 2\n", &[remove("/b")], "a: |\n  x\nc: 2\n");
    check("a: 1\nb: 2\nc: 3\n", &[remove("/b"), set("/d", json!(4))], "a: 1\nc: 3\nd: 4\n");
    check("a: 1\nb: 2\n", &[remove("/b"), set("/d", json!(4))], "a: 1\nd: 4\n");
    check("a: 1\n", &[remove("/a"), set("/d", json!(4))], "d: 4\n");
}

#[test]
fn items_come_and_go() {
    let text = "l:\n# one\n- 1\n# two\n- 2 # c\n- 3\nm: 1\n";
    check(text, &[insert("/l/0", json!("x"))], "l:\n# one\n- x\n- 1\n# two\n- 2 # c\n- 3\nm: 1\n");
    check(
        text,
        &[insert("/l/1", json!("x")), insert("/l/1", json!("z"))],
        "l:\n# one\n- 1\n- x\n- z\n# two\n- 2 # c\n- 3\nm: 1\n",
    );
    check(
        text,
        &[insert("/l/-", json!({"a": 1, "b": [2]}))],
        "l:\n# one\n- 1\n# two\n- 2 # c\n- 3\n- a: 1\n  b:\n  - 2\nm: 1\n",
    );
    check(text, &[remove("/l/0"), insert("/l/1", json!("x"))], "l:\n# one\n# two\n- x\n- 2 # c\n- 3\nm: 1\n");
    check(text, &[remove("/l/1"), remove("/l/2")], "l:\n# one\n- 1\n# two\nm: 1\n");
    check(text, &[remove("/l/0"), remove("/l/1"), remove("/l/2")], "l: []\nm: 1\n");
    check("- - a\n  - b\n  - c\n", &[remove("/0/0"), insert("/0/0", json!("x"))], "- - x\n  - b\n  - c\n");
    check("- - a\n  - b\n", &[insert("/0/0", json!("x"))], "- - x\n  - a\n  - b\n");
    check(
        "- - a\n  - b\n",
        &[insert("/0/-", json!([1])), insert("/-", json!("x"))],
        "- - a\n  - b\n  - - 1\n- x\n",
    );
}

#[test]
fn brackets_stay_brackets() {
    check("a: {x: 1, z: 2} # c\n", &[set("/a/x", json!("p q"))], "a: {x: \"p q\", z: 2} # c\n");
    check("a: {x: 1, z: 2}\n", &[remove("/a/x"), set("/a/w", json!([1]))], "a: {z: 2, w: [1]}\n");
    check("a: {x: 1, z: 2, w: 3}\n", &[remove("/a/z"), remove("/a/w")], "a: {x: 1}\n");
    check("a: {x: 1}\n", &[remove("/a/x")], "a: {}\n");
    check(
        "a: [1, 2, 3,]\n",
        &[remove("/a/2"), insert("/a/0", json!(0)), insert("/a/-", json!(4))],
        "a: [0, 1, 2, 4,]\n",
    );
    check(
        "a: {x, z: , w: }\n",
        &[set("/a/x", json!(1)), set("/a/z", json!(2)), set("/a/v", json!(3))],
        "a: {x : 1, z: 2 , w: , v: 3 }\n",
    );
    check("a: {x: 1}\n", &[set("/a", json!({"q": {"r": 1}}))], "a: {q: {r: 1}}\n");
    check("a: [x: 1]\n", &[set("/a/0", json!("y1"))], "a: [y1]\n");
}

#[test]
fn json_stays_json() {
    check(
        "{\"a\":1,\"b\":[1,2]}\n",
        &[set("/a", json!("x\u{1}")), insert("/b/-", json!({"c": "no"}))],
        "{\"a\":\"x\\u0001\",\"b\":[1,2, {\"c\": \"no\"}]}\n",
    );
    check(
        "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": []\n  }\n}\n",
        &[set("/b/d", json!(true)), set("/e", json!("f"))],
        "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": [],\n    \"d\": true\n  },\n  \"e\": \"f\"\n}\n",
    );
    check("{\"a\":{}}\n", &[set("/a/x", json!({"b": "c"}))], "{\"a\":{\"x\": {\"b\": \"c\"}}}\n");
}

#[test]
fn collections_change_entry_by_entry() {
    check(
        "m: # c\n  # a\n  a: 'x' # d\n  b: 2\n  l: [1, 2]\nz: 1\n",
        &[set("/m", json!({"a": "x", "l": [1, 3], "n2": 4}))],
        "m: # c\n  # a\n  a: 'x' # d\n  l: [1, 3]\n  n2: 4\nz: 1\n",
    );
    check(
        "l:\n- a: 1 # x\n- b: 2 # z\n",
        &[set("/l", json!([{"a": 1}, {"c": 3}, {"b": 2}]))],
        "l:\n- a: 1 # x\n- c: 3\n- b: 2 # z\n",
    );
    check("l:\n- 1 # a\n- 2 # b\n- 3 # c\n", &[set("/l", json!([1, 3]))], "l:\n- 1 # a\n- 3 # c\n");
}

#[test]
fn aliases_are_written_out_where_a_change_needs_it() {
    check(
        "a: &x {b: 1, c: 2}\nd: *x\ne: *x\n",
        &[set("/d/b", json!(9))],
        "a: &x {b: 1, c: 2}\nd:\n  b: 9\n  c: 2\ne: *x\n",
    );
    check("a: &x {b: 1}\nd: *x\n", &[set("/a/b", json!(9))], "a: &x {b: 9}\nd:\n  b: 1\n");
    check("a: &x 1\nd: [*x]\n", &[set("/a", json!(9))], "a: 9\nd: [1]\n");
    check("a: &x 1\nd: *x\n", &[remove("/a")], "d: 1\n");
    check("a: &x 1\nd: *x\n", &[set("/d", json!(2))], "a: &x 1\nd: 2\n");
    check("a: &x 1\nd: *x\n", &[set("/c", json!(2))], "a: &x 1\nd: *x\nc: 2\n");
    check(
        "a: &x {b: 0x10}\nm:\n  <<: *x\n",
        &[set("/a/b", json!(9))],
        "a: &x {b: 9}\nm:\n  <<:\n    b: 0x10\n",
    );
}

#[test]
fn empty_documents_get_a_value() {
    check("# only this\n", &[set("/a", json!(1))], "# only this\na: 1\n");
    check("---\n# c\n", &[set("/a", json!({"b": 1}))], "---\n# c\na:\n  b: 1\n");
    check("--- x\n", &[set("", json!({"b": 1}))], "--- \nb: 1\n");
    let edited = apply(&parse(""), &[set("/a", json!(1))]).expect("editable");
    assert_eq!(edited.source().text(), "a: 1\n");
}

#[test]
fn places_that_cannot_be_edited_are_refused() {
    for (text, change, word) in [
        ("a: 1\n", remove("/b"), "no key `b`"),
        ("a: [1]\n", set("/a/1", json!(1)), "no item `1`"),
        ("a: [1]\n", insert("/a/2", json!(1)), "no place `2`"),
        ("a: 1\n", set("/a/b", json!(1)), "no map and no list"),
        ("a: 1\n", set("b", json!(1)), "no JSON pointer"),
        ("a: 1\na: 2\n", set("/a", json!(3)), "there twice"),
        ("x: &x {b: 1}\na:\n  <<: *x\n", set("/a/c", json!(3)), "merge key"),
        ("? a\n: 1\n", set("/a", json!(3)), "`?`"),
        ("a: [b: 1]\n", set("/a/0/c", json!(3)), "without braces"),
        ("a: 1\rb: 2\n", set("/a", json!(3)), "carriage return"),
        ("k: &x a\n*x : 1\n", set("/k", json!(3)), "alias that is a key"),
        ("a: 1\n", remove(""), "root"),
    ] {
        let refusal = apply(&parse(text), &[change]).expect_err(text);
        assert_eq!(refusal.code, "cannot-edit");
        assert!(refusal.message.contains(word), "{text:?}: {}", refusal.message);
        assert!(!refusal.labels.is_empty(), "{text:?} has no place");
    }
    for changes in [[set("/a", json!(1)), set("/a/b", json!(1))], [remove("/a"), set("/a", json!(1))]] {
        let refusal = apply(&parse("a: {b: 2}\n"), &changes).expect_err("a conflict");
        assert!(refusal.message.contains("same place"), "{}", refusal.message);
    }
}

#[test]
fn a_part_of_a_stream_is_edited_in_its_place() {
    let stream = "a: 1\n---\nb: 1 # c\n---\nd: 1\n";
    let part =
        Document::parse_part(Source::new("s", stream), lakehelm::text::Span::new(5, 18)).expect("valid");
    let edited = apply(&part, &[set("/b", json!("long text")), set("/e", json!(1))]).expect("editable");
    assert_eq!(edited.source().text(), "a: 1\n---\nb: long text # c\ne: 1\n---\nd: 1\n");
    assert_eq!(edited.source().slice(edited.span()), "---\nb: long text # c\ne: 1\n");
}

#[test]
fn an_item_may_lose_its_last_lines_while_another_follows_it() {
    check(
        "l:\n- n: a\n  c:\n    x: 1\nz: 1\n",
        &[remove("/l/0/c"), set("/l/0/e", json!({"y2": 1})), insert("/l/-", json!({"n": "b"}))],
        "l:\n- n: a\n  e:\n    y2: 1\n- \"n\": b\nz: 1\n",
    );
}

/// Found by fuzzing: the comment was taken to go on to the line feed.
#[test]
fn a_comment_ends_at_a_carriage_return() {
    let text = "---\n# a\r\u{48c}\u{302}b {{ c: \n# d";
    let document = parse(text);
    let entry = document.root().entries().next().expect("an entry");
    for node in [document.root(), entry.key, entry.value] {
        let span = node.span();
        assert!(text.get(span.start..span.end).is_some(), "{span:?} cuts a character");
        assert!(text[..span.start].contains('\r'), "{span:?} is in the comment");
    }
    assert_eq!(document.to_value().expect("reads"), json!({"\u{48c}\u{302}b {{ c": null}));
}

/// Found by fuzzing: reading did not end.
#[test]
fn a_text_block_ends_at_a_carriage_return() {
    for (text, value) in [("a: |\n  x\r", "x\n"), ("a: |-\n  x\r\r", "x"), ("a: |\n  x\r\n\r\n", "x\n")] {
        assert_eq!(parse(text).to_value().expect("reads"), json!({ "a": value }), "{text:?}");
    }
}
