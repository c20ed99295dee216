//! A strategic merge ends, whatever it is given; a patch of nothing changes nothing; the result can be written into the document.
#![no_main]

use lakehelm::patch::merge::{Directives, Outcome, merge};
use lakehelm::patch::{Spelling, write};
use lakehelm::text::Source;
use lakehelm::yaml::{Document, equal, write::block};
use lakehelm_fuzz::{Json, rules};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const KINDS: [(&str, &str); 4] = [
    ("apps/v1", "Deployment"),
    ("v1", "Service"),
    ("flink.apache.org/v1beta1", "FlinkDeployment"),
    ("example.com/v1", "Unknown"),
];

fuzz_target!(|input: (Json, Json, u8, bool)| {
    let (Json(content), Json(patch), kind, kustomize) = input;
    let (Value::Object(content), Value::Object(_)) = (content, &patch) else { return };
    let (version, kind) = KINDS[usize::from(kind) % KINDS.len()];
    let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": "x"}});
    if let Value::Object(map) = &mut object {
        map.extend(content);
    }
    let known = rules().table().object(version, kind, !kustomize);
    let directives = if kustomize { Directives::Kustomize } else { Directives::Kubernetes };

    let mut same = object.clone();
    if merge(&mut same, &json!({}), known, directives) == Ok(Outcome::Kept) {
        assert_eq!(same, object, "an empty patch changes nothing");
    }
    let mut merged = object.clone();
    if merge(&mut merged, &patch, known, directives) != Ok(Outcome::Kept) {
        return;
    }
    let document = Document::parse(Source::new("fuzz", block(&object, 0) + "\n")).expect("our own text");
    let written =
        write(&document, &object, &merged, &Spelling::default()).expect("a merged object can be written");
    assert!(equal(&written.to_value().expect("and reads"), &merged));
});
