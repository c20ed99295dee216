//! What holds for every stream.

use lakehelm::catalog::{Files, shared};
use lakehelm::patch::{Spelling, write};
use lakehelm::post_render::{self, Config, Rules};
use lakehelm::text::Source;
use lakehelm::yaml::{self, Document, write::block};
use proptest::prelude::*;
use serde_json::{Value, json};

fn config(text: &str) -> Config {
    let text = format!("apiVersion: lakehelm.dev/v1alpha1\nkind: PostRender\n{text}");
    Config::parse(Source::new("config.yaml", text), &mut |_| Err("no files".to_owned())).expect("reads")
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[ -~]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..5).prop_map(|map| json!(map)),
        ]
    })
}

#[test]
fn what_no_patch_can_select_keeps_its_bytes() {
    let rules = Rules::of(&shared(Files::embedded())).expect("reads");
    let config = [config("patches: [{target: {kind: Nowhere}, optional: true, patch: '{a: 1}'}]")];
    let streams = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200).boxed(),
        "([a-z]: [ -~]{0,9}\r?\n|---\n|# x\n){0,20}".prop_map(String::into_bytes).boxed()
    ];
    proptest!(|(stream in streams)| {
        // Nothing at all becomes a comment: Helm would delete the release.
        prop_assume!(!stream.is_empty());
        // Escapes, also those of tags, could hide the kind, so such documents are parsed and may be refused.
        if let Ok(rendered) = post_render::run(&stream, &config, &rules) {
            prop_assert_eq!(rendered.output.to_vec(), stream);
        } else {
            let escape = |part: &[u8]| part.contains(&b'!') && part.contains(&b'%');
            prop_assert!(
                stream.contains(&b'\\')
                    || stream.windows(6).any(|w| w == b"binary")
                    || stream.split(u8::is_ascii_whitespace).any(escape)
            );
        }
    });
}

#[test]
fn a_written_document_has_the_wanted_value() {
    proptest!(|(old in prop::collection::btree_map("[a-z]{1,4}", value(), 1..6), new in prop::collection::btree_map("[a-z]{1,4}", value(), 1..6))| {
        let (old, new) = (json!(old), json!(new));
        let text = format!("# head\n{}\n# end\n", block(&old, 0));
        let document = Document::parse(Source::new("t", text.as_str())).expect("own text");
        let edited = write(&document, &old, &new, &Spelling::default()).expect("can be edited");
        let value = edited.to_value().expect("reads");
        prop_assert!(yaml::equal(&value, &new));
        let again = write(&edited, &value, &new, &Spelling::default()).expect("can be edited");
        prop_assert_eq!(again.source().text(), edited.source().text());
        prop_assert!(edited.source().text().starts_with("# head\n"));
    });
}
