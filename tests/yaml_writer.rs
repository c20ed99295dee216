//! What the writer writes reads back as the same value under YAML 1.1 (our reader) and 1.2 (`serde_yaml`),
//! in block, flow and key positions.

use lakehelm::text::Source;
use lakehelm::yaml::write::{self, Place};
use lakehelm::yaml::{Document, Fragment};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Texts that some reader takes for something else, or that break naive writers.
fn tricky_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "y",
        "No",
        "on",
        "null",
        "~",
        "1",
        "0x1F",
        "0777",
        "1_0",
        "1e3",
        ".inf",
        "12:30",
        "2001-01-01",
        "<<",
        "=",
        "-",
        "--",
        "---",
        "...",
        "- ",
        "? ",
        ": ",
        ":",
        " #",
        "#",
        " ",
        "  ",
        "\t",
        "\n",
        "\n\n",
        "\r",
        "\r\n",
        "'",
        "\"",
        "\\",
        "\\n",
        "{",
        "}",
        "[",
        "]",
        ",",
        "&a",
        "*a",
        "!t",
        "|",
        ">",
        "%",
        "@",
        "`",
        "{{ x }}",
        "é",
        "日本",
        "😀",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "\u{feff}",
        "\u{ffff}",
        "abc",
        "a b",
        "/",
    ]);
    prop_oneof![
        4 => prop::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.concat()),
        2 => any::<String>(),
        2 => "[ -~\n\t]{0,40}",
        1 => "[a-z]{900,1100}",
    ]
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("not finite or whole", |f| {
            (f.is_finite() && f.fract() != 0.0).then(|| Value::from(f))
        }),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => number(),
        4 => tricky_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((tricky_text(), inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn read_back(text: &str) -> [Value; 2] {
    let document = Document::parse(Source::new("written", text)).unwrap_or_else(|d| panic!("{text}\n{d:?}"));
    let ours = document.to_value().unwrap_or_else(|d| panic!("{text}\n{d:?}"));
    let theirs = serde_yaml::from_str(text).unwrap_or_else(|e| panic!("{text}\n{e}"));
    [ours, theirs]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_survive_block_style(value in value()) {
        let text = write::block(&value, 0) + "\n";
        for read in read_back(&text) {
            prop_assert_eq!(&read, &value, "{}", text);
        }
    }

    #[test]
    fn values_survive_block_style_below_a_key(value in value(), depth in 1_usize..4) {
        let mut text = String::new();
        for n in 0..depth {
            text.push_str(&format!("{}k:\n", "  ".repeat(n)));
        }
        text.push_str(&"  ".repeat(depth));
        text.push_str(&write::block(&value, 2 * depth));
        text.push_str("\nlast: 1\n");
        let mut wanted = value.clone();
        for _ in 0..depth {
            wanted = json!({ "k": wanted });
        }
        wanted["last"] = json!(1);
        for read in read_back(&text) {
            prop_assert_eq!(&read, &wanted, "{}", text);
        }
    }

    #[test]
    fn values_survive_flow_style(value in value()) {
        let flow = write::flow(&value);
        prop_assert!(!flow.contains('\n'));
        for (text, wanted) in [
            (flow.clone(), value.clone()),
            (format!("k: {flow}\n"), json!({"k": value})),
            (format!("- [{flow}, {{k: {flow}}}]\n"), json!([[value, {"k": value}]])),
        ] {
            for read in read_back(&text) {
                prop_assert_eq!(&read, &wanted, "{}", text);
            }
        }
    }

    #[test]
    fn strings_survive_every_place(text in tricky_text()) {
        let block = write::string(&text, Place::Block { indent: 4 });
        let flow = write::string(&text, Place::Flow);
        let key = write::string(&text, Place::Key);
        let mut wanted = vec![
            (format!("a:\n  b: {block}\n  c: 1\n"), json!({"a": {"b": text, "c": 1}})),
            (format!("a:\n  - {block}\n  - 1\n"), json!({"a": [text, 1]})),
            (format!("- {{b: {flow}, c: [{flow}]}}\n"), json!([{"b": text, "c": [text]}])),
        ];
        if key.len() <= 1000 {
            wanted.push((format!("{key}: 1\n"), json!({text.as_str(): 1})));
        }
        for (text, wanted) in wanted {
            for read in read_back(&text) {
                prop_assert_eq!(&read, &wanted, "{}", text);
            }
        }
    }

    #[test]
    fn fragments_of_what_was_written_are_the_same_value(value in value()) {
        let document = Document::parse(Source::new("t", write::block(&value, 0) + "\n")).expect("valid");
        let fragment = Fragment::from_node(document.root()).expect("readable");
        for text in [write::fragment_block(&fragment, 0) + "\n", write::fragment_flow(&fragment)] {
            for read in read_back(&text) {
                prop_assert_eq!(&read, &value, "{}", text);
            }
        }
    }
}
