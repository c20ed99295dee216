//! Properties of the YAML layer on documents made at random: streams come apart and together, edits change
//! what was asked for and nothing else, hostile text ends in a finding.

use std::fmt::Write;
use std::time::Instant;

use lakehelm::text::Source;
use lakehelm::yaml::edit::{Change, apply};
use lakehelm::yaml::{Document, Kind, Node, equal, split, write};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn parse(text: &str) -> Document {
    Document::parse(Source::new("test.yaml", text)).unwrap_or_else(|d| panic!("{text}\n{d:?}"))
}

fn value_of(text: &str) -> Value {
    parse(text).to_value().unwrap_or_else(|d| panic!("{text}\n{d:?}"))
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z]{1,8}".prop_map(Value::from),
        prop::sample::select(vec![
            "", "on", "0777", "a: b", "x # y", "l1\nl2\n", " l1\nl2", "\n\n", "é\u{a0}", "- x", "{{ a }}"
        ])
        .prop_map(Value::from),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec(("[a-d]{1,2}|on|x y", inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// How a document is written down: each number decides something about one node.
struct Printer<'c> {
    choices: std::iter::Cycle<std::slice::Iter<'c, u8>>,
    out: String,
    step: usize,
    dash: usize,
}

impl Printer<'_> {
    fn choose(&mut self, ways: u8) -> u8 {
        self.choices.next().map_or(0, |choice| choice % ways)
    }

    fn comment_line(&mut self, indent: usize) {
        match self.choose(8) {
            0 => _ = writeln!(self.out, "{}# above", " ".repeat(indent)),
            1 => self.out.push('\n'),
            _ => {}
        }
    }

    fn end_line(&mut self, may_comment: bool) {
        if may_comment && self.choose(4) == 0 {
            self.out.push_str("  # beside");
        }
        self.out.push('\n');
    }

    /// Writes a value after a dash or a colon.
    fn value(&mut self, value: &Value, parent: usize, in_list: bool) {
        let nested = match value {
            Value::Object(map) => !map.is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => false,
        };
        if !nested || self.choose(5) == 0 {
            let text = match (value, self.choose(4)) {
                (Value::Null, 0) => String::new(),
                (Value::Null, 1) => " ~".to_owned(),
                (Value::String(text), 0) if !text.contains(['\'', '\n', '\u{a0}']) => format!("   '{text}'"),
                (Value::String(text), 1..) => {
                    format!(" {}", write::string(text, write::Place::Block { indent: parent + 2 }))
                }
                _ => format!(" {}", write::flow(value)),
            };
            self.out.push_str(&text);
            return self.end_line(!text.contains('\n'));
        }
        let is_map = value.is_object();
        if in_list && self.choose(2) == 0 {
            self.out.push(' ');
            return self.collection(value, parent + 2, true);
        }
        self.end_line(true);
        let indent = parent + if is_map || in_list { self.step } else { self.dash };
        self.collection(value, indent, false);
    }

    fn collection(&mut self, value: &Value, indent: usize, mut inline: bool) {
        let entries: Vec<(Option<&String>, &Value)> = match value {
            Value::Object(map) => map.iter().map(|(key, value)| (Some(key), value)).collect(),
            Value::Array(items) => items.iter().map(|item| (None, item)).collect(),
            _ => Vec::new(),
        };
        for (key, value) in entries {
            if !inline {
                self.comment_line(indent);
                self.out.push_str(&" ".repeat(indent));
            }
            inline = false;
            match key {
                Some(key) => {
                    self.out.push_str(&write::string(key, write::Place::Key));
                    self.out.push(':');
                    self.value(value, indent, false);
                }
                None => {
                    self.out.push('-');
                    self.value(value, indent, true);
                }
            }
        }
    }
}

/// A value and one of the many ways to write it.
fn document() -> impl Strategy<Value = (Value, String)> {
    (any_value(), prop::collection::vec(any::<u8>(), 8..60), 0_usize..3).prop_map(
        |(value, choices, layout)| {
            let (step, dash) = [(2, 0), (2, 2), (4, 2)][layout];
            let mut printer = Printer { choices: choices.iter().cycle(), out: String::new(), step, dash };
            let nested = matches!(&value, Value::Object(map) if !map.is_empty())
                || matches!(&value, Value::Array(items) if !items.is_empty());
            if nested {
                printer.comment_line(0);
                printer.collection(&value, 0, false);
            } else {
                printer.out.push_str(&(write::flow(&value) + "\n"));
            }
            (value, printer.out)
        },
    )
}

/// All pointers of a value, its own included.
fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    let below: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, item)| (n.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    for (step, value) in below {
        pointers(value, &format!("{at}/{step}"), out);
    }
}

/// A change of a place that is there, or next to one.
fn change(value: &Value, pick: usize, way: u8, new: &Value) -> Change<'static> {
    let mut all = Vec::new();
    pointers(value, "", &mut all);
    let place = all[pick % all.len()].clone();
    match (value.pointer(&place), way % 4) {
        (Some(Value::Object(_)), 0) => Change::set(format!("{place}/new key"), new.clone()),
        (Some(Value::Array(_)), 0) => Change::insert(format!("{place}/-"), new.clone()),
        (Some(Value::Array(items)), 1) => {
            Change::insert(format!("{place}/{}", pick % (items.len() + 1)), new.clone())
        }
        (Some(_), 2) if !place.is_empty() => Change::remove(place),
        _ => Change::set(place, new.clone()),
    }
}

/// What a change makes of a value, in the plainest way.
fn changed(value: &Value, change: &Change<'_>) -> Value {
    let mut out = value.clone();
    let (parent, step) = change.pointer().rsplit_once('/').unwrap_or(("", ""));
    match change {
        Change::Set(place, new) if place.is_empty() => return new.to_value(),
        Change::Set(_, new) => match out.pointer_mut(parent).expect("a parent") {
            Value::Array(items) => items[step.parse::<usize>().expect("an index")] = new.to_value(),
            parent => parent[step] = new.to_value(),
        },
        Change::Insert(_, new) => {
            let items = out.pointer_mut(parent).and_then(Value::as_array_mut).expect("a list");
            let at = step.parse().unwrap_or(items.len());
            items.insert(at, new.to_value());
        }
        Change::Remove(_) => match out.pointer_mut(parent).expect("a parent") {
            Value::Array(items) => drop(items.remove(step.parse().expect("an index"))),
            Value::Object(map) => drop(map.shift_remove(step)),
            _ => panic!("no collection"),
        },
    }
    out
}

/// Lines that may not change: those that a place does not lie on.
fn untouched_lines<'t>(text: &'t str, document: &Document, change: &Change<'_>) -> Vec<&'t str> {
    let above = |place: &str| place.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned();
    let mut place = change.pointer().to_owned();
    if matches!(change, Change::Insert(..)) || document.get(&place).is_none() {
        place = above(&place);
    } else if matches!(change, Change::Remove(_)) {
        // The last child takes its collection with it: `{}` is written in its place.
        let parent = document.get(&above(&place)).expect("a parent");
        if parent.items().count() + parent.entries().count() == 1 {
            place = above(&place);
        }
    }
    let mut node = document.get(&place).expect("a place");
    let before = loop {
        let start = node.key().unwrap_or(node).span().start;
        let Some(parent) = node.parent() else { break text[..start].lines().count().saturating_sub(1) };
        if node.key().is_some() {
            break text[..start].lines().count().saturating_sub(1);
        }
        // The dash may stand above its item, below the item before.
        match parent.items().take_while(|item| *item != node).last() {
            Some(last) => break text[..last.span().end].lines().count().saturating_sub(1),
            None => node = parent,
        }
    };
    text.lines().take(before).collect()
}

/// What makes a plain document a strange one.
const SNIPPETS: [&str; 31] = [
    "&a ",
    "*a",
    "*a\n",
    "!!str ",
    "!x ",
    "? ",
    ": ",
    ":",
    "- ",
    "|\n",
    ">-\n",
    "|+\n",
    "{",
    "}",
    "[",
    "]",
    ",",
    " # ",
    "'",
    "\"",
    "\n",
    "  ",
    " ",
    "<<: ",
    "\t",
    "---\n",
    "...\n",
    "...{",
    "a: &a {x: 1}\n",
    "a: &a\n  - 1\n",
    "? a\n: b\n",
];

proptest! {
    // `PROPTEST_CASES=100000 cargo test --test yaml_properties` looks harder.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn written_values_are_read_and_found((value, text) in document()) {
        let document = parse(&text);
        prop_assert_eq!(document.to_value().expect("readable"), value.clone(), "{}", text);
        let mut all = Vec::new();
        pointers(&value, "", &mut all);
        for pointer in all {
            let node = document.get(&pointer).expect("every pointer is found");
            prop_assert_eq!(node.pointer(), pointer.clone());
            let wanted = value.pointer(&pointer).expect("a value");
            if let Some(scalar) = node.value() {
                prop_assert_eq!(&scalar.to_json().expect("finite"), wanted);
            }
            prop_assert!(!node.text().ends_with([' ', '\n']) || node.kind() == Kind::Scalar, "{:?}", node);
        }
    }

    #[test]
    fn spans_are_nested_and_in_order((_, text) in document()) {
        fn walk(node: Node<'_>) {
            let mut last = node.span().start;
            let children: Vec<_> =
                node.items().chain(node.entries().flat_map(|entry| [entry.key, entry.value])).collect();
            for child in children {
                assert!(child.span().start >= last && child.span().end <= node.span().end, "{child:?} in {node:?}");
                last = child.span().end;
                walk(child);
            }
        }
        for text in [text.clone(), text.replace('\n', "\r\n"), format!("\u{feff}{text}")] {
            walk(parse(&text).root());
        }
    }

    #[test]
    fn an_edit_changes_the_value_as_asked((value, text) in document(), pick: usize, way: u8, new in any_value()) {
        let change = change(&value, pick, way, &new);
        let wanted = changed(&value, &change);
        for text in [
            text.clone(),
            text.replace('\n', "\r\n"),
            format!("\u{feff}{text}"),
            text.trim_end_matches('\n').to_owned(),
        ] {
            let before = parse(&text);
            if !equal(&before.to_value().expect("readable"), &value) {
                continue; // Without the last line break a text block may read differently.
            }
            let after = apply(&before, std::slice::from_ref(&change))
                .unwrap_or_else(|d| panic!("{change:?}\n{text}\n{d:?}"));
            let edited = after.source().text();
            prop_assert!(equal(&value_of(edited), &wanted), "{:?}\n{}\n{}", change, text, edited);
            for (old, new) in untouched_lines(&text, &before, &change).iter().zip(edited.lines()) {
                prop_assert_eq!(*old, new, "{:?}\n{}\n{}", change, text, edited);
            }
            if text.contains('\r') {
                prop_assert!(!edited.replace("\r\n", "").contains(['\r', '\n']), "{:?}", edited);
            }
        }
    }

    #[test]
    fn setting_twice_is_setting_once((value, text) in document(), pick: usize, new in any_value()) {
        let change = change(&value, pick, 3, &new);
        let once = apply(&parse(&text), std::slice::from_ref(&change)).expect("editable");
        let twice = apply(&once, std::slice::from_ref(&change)).expect("editable");
        prop_assert_eq!(once.source().text(), twice.source().text());
        let same = Change::set(change.pointer(), value.pointer(change.pointer()).cloned().expect("a value"));
        let unchanged = apply(&parse(&text), &[same]).expect("editable");
        prop_assert_eq!(unchanged.source().text(), text);
    }

    #[test]
    fn a_changed_tree_keeps_its_comments((value, text) in document(), pick: usize, new in scalar()) {
        // Setting the root to a value that differs in one place changes that place only.
        let change = change(&value, pick, 3, &new);
        if change.pointer().is_empty() {
            return Ok(());
        }
        let wanted = changed(&value, &change);
        let one = apply(&parse(&text), std::slice::from_ref(&change)).expect("editable");
        let root = apply(&parse(&text), &[Change::set("", wanted)]).expect("editable");
        let comments = |text: &str| text.matches('#').count();
        prop_assert!(comments(root.source().text()) <= comments(&text) + 1);
        prop_assert!(equal(&value_of(root.source().text()), &value_of(one.source().text())));
    }

    #[test]
    fn several_changes_are_the_changes_one_by_one(
        (value, text) in document(), picks in prop::collection::vec((any::<usize>(), scalar()), 1..5)
    ) {
        let mut wanted = value.clone();
        let mut changes: Vec<Change<'_>> = Vec::new();
        for (pick, new) in picks {
            let change = change(&value, pick, 3, &new);
            let touches = |a: &str, b: &str| a == b || a.starts_with(&format!("{b}/"));
            if changes.iter().any(|c| touches(c.pointer(), change.pointer()) || touches(change.pointer(), c.pointer())) {
                continue;
            }
            wanted = changed(&wanted, &change);
            changes.push(change);
        }
        let edited = apply(&parse(&text), &changes).unwrap_or_else(|d| panic!("{changes:?}\n{text}\n{d:?}"));
        prop_assert!(equal(&value_of(edited.source().text()), &wanted), "{:?}\n{}", changes, edited.source().text());
    }

    #[test]
    fn changes_of_all_kinds_fit_together(
        (value, text) in document(), picks in prop::collection::vec((any::<usize>(), any::<u8>(), any_value()), 1..7)
    ) {
        let changes: Vec<_> = picks.iter().map(|(pick, way, new)| change(&value, *pick, *way, new)).collect();
        for text in [text.replace('\n', "\r\n"), text] {
            // What comes back was read again and is what the changes make of the value.
            if let Err(refusal) = apply(&parse(&text), &changes) {
                prop_assert!(refusal.message.contains("same place"), "{:?}\n{}\n{:?}", changes, text, refusal);
            }
        }
    }

    #[test]
    fn streams_come_apart_and_together(
        parts in prop::collection::vec("(---|----|--- # c|a: 1|  ---|\\.\\.\\.|# x|---x|)\r?\n", 0..20), open: bool
    ) {
        let mut stream = parts.concat();
        if open {
            stream.truncate(stream.trim_end().len());
        }
        let segments: Vec<_> = split::split(stream.as_bytes()).collect();
        let joined: String = segments.iter().map(|s| &stream[s.span.start..s.span.end]).collect();
        prop_assert_eq!(&joined, &stream);
        let markers = stream.lines().filter(|line| line.starts_with("---") && !line.starts_with("----") && !line.starts_with("---x"));
        prop_assert_eq!(segments.iter().filter(|s| s.has_marker()).count(), markers.count());
    }

    #[test]
    fn damaged_documents_are_read_or_refused(
        (_, text) in document(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(SNIPPETS.to_vec())), 1..4),
        pick: usize, way: u8, new in any_value(),
    ) {
        let mut text = text;
        for (at, snippet) in damage {
            let mut at = at.index(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text.insert_str(at, snippet);
        }
        let Ok(document) = Document::parse(Source::new("t", text.as_str())) else { return Ok(()) };
        let Ok(value) = document.to_value() else { return Ok(()) };
        let change = change(&value, pick, way, &new);
        match apply(&document, std::slice::from_ref(&change)) {
            Ok(edited) => {
                let read = edited.to_value_lenient().expect("an edited document reads");
                prop_assert!(equal(&read, &changed(&value, &change)), "{:?}\n{}\n{}", change, text, edited.source().text());
            }
            Err(refusal) => prop_assert_eq!(refusal.code, "cannot-edit", "{:?}\n{}", change, text),
        }
    }

    #[test]
    fn any_text_ends_in_a_value_or_a_finding(text in "[ -~\n\t\r]{0,80}|(\\PC|[\n:{}\\[\\],&*!|>'\"%@`# -]){0,60}") {
        for text in [text.clone(), format!("a: {text}"), format!("- {text}\n- b: 1\n")] {
            if let Ok(document) = Document::parse(Source::new("t", text.as_str())) {
                let value = document.to_value();
                let fragment = lakehelm::yaml::Fragment::from_node(document.root());
                prop_assert_eq!(fragment.map(|f| f.to_value()).ok(), value.ok());
                if let Ok(edited) = apply(&document, &[Change::set("/a", json!({"x": 1}))]) {
                    let read = edited.to_value_lenient().expect("an edited document reads");
                    prop_assert_eq!(&read["a"], &json!({"x": 1}));
                }
            }
        }
    }
}

#[test]
fn hostile_text_ends_soon() {
    let wide: String = (0..100_000).fold(String::new(), |mut out, n| {
        _ = writeln!(out, "key{n}: {n}");
        out
    });
    let mut bomb = "a0: &a0 [x]\n".to_owned();
    for n in 1..30 {
        let alias = format!("*a{},", n - 1).repeat(10);
        _ = writeln!(bomb, "a{n}: &a{n} [{alias}]");
    }
    let blocks = (0..3_000).fold(String::new(), |mut out, n| {
        _ = writeln!(out, "{}a:", " ".repeat(n));
        out
    });
    let texts = [
        ("[".repeat(50_000), false),
        ("{a: ".repeat(50_000), false),
        ("- ".repeat(50_000), false),
        ("? ".repeat(50_000), false),
        (blocks, false),
        ("a: 1\0".repeat(1000), false),
        (bomb, false),
        (format!("a: {}\n", "&a ".repeat(10_000)), false),
        ("a: 'x\n".repeat(10_000), false),
        ("#\n".repeat(200_000), true),
        (wide.clone(), true),
        (format!("[{}]", "1, ".repeat(100_000)), true),
        (format!("{{{}}}", (0..50_000).map(|n| format!("k{n}: 1,")).collect::<String>()), true),
        (format!("a: |\n{}", "  x\n\n".repeat(100_000)), true),
        ("a: 1\n".repeat(50_000), false),
    ];
    for (text, readable) in texts {
        let start = Instant::now();
        let read = Document::parse(Source::new("t", text.as_str())).ok().and_then(|d| d.to_value().ok());
        let head: String = text.chars().take(20).collect();
        assert_eq!(read.is_some(), readable, "{head:?}");
        assert!(start.elapsed().as_secs() < 60, "{head:?} took {:?}", start.elapsed());
    }
    let start = Instant::now();
    let document = parse(&wide);
    for n in 0..100_000 {
        assert!(document.get(&format!("/key{n}")).is_some());
    }
    let edited =
        apply(&document, &[Change::set("/key99999", json!("x")), Change::remove("/key0")]).expect("editable");
    assert!(edited.source().text().ends_with("key99999: x\n"));
    assert!(start.elapsed().as_secs() < 120, "took {:?}", start.elapsed());
}
