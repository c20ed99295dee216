//! What is wrong with a generated file is told at the user's own line.

use lakehelm::diagnostic::Diagnostic;
use lakehelm::generate::Inputs;
use lakehelm::text::Source;

use super::support::engine;

const BASE: &str = "apiVersion: lakehelm/v1alpha1\nprofile: local\n";

/// The finding of a code, with the text that it underlines.
fn finding(files: &[(&str, &str)], sets: &[&str], code: &str) -> (Diagnostic, String) {
    let values = files.iter().map(|(name, text)| Source::new(*name, *text)).collect();
    let sets = sets.iter().map(|set| (*set).to_owned()).collect();
    let found = engine().generate(&Inputs { values, sets, ..Inputs::default() }).expect_err("is refused");
    let finding =
        found.iter().find(|finding| finding.code == code).unwrap_or_else(|| panic!("no {code}: {found:#?}"));
    let label = finding.labels.first().expect("a place");
    (finding.clone(), label.source.slice(label.span).to_owned())
}

#[test]
fn a_patch_is_wrong_where_it_was_written() {
    let text = format!(
        "{BASE}postRender:\n  patches:\n    - target: {{kind: StatefulSet, name: zookeeper}}\n      patch: |\n        - op: remove\n          path: /spec/replicas\n        - op: ad\n          path: /spec/x\n          value: 1\n"
    );
    let (finding, underlined) = finding(&[("v.yaml", &text)], &[], "unknown-operation");
    let (name, start, _) = finding.place().expect("a place");
    assert_eq!((name, start.line, start.column, underlined.as_str()), ("v.yaml", 9, 15, "ad"));
}

#[test]
fn the_layer_that_counts_is_named() {
    let below = format!(
        "{BASE}postRender:\n  patches:\n    - target: {{kind: StatefulSet, name: zookeeper}}\n      patch: '{{}}'\n"
    );
    let over = "postRender:\n  patches:\n    - {target: {kind: StatefulSet}, options: {alowNameChange: true}, patch: 'spec: {paused: true}'}\n";
    let (finding, underlined) = finding(&[("below.yaml", &below), ("over.yaml", over)], &[], "unknown-field");
    assert_eq!((finding.place().expect("a place").0, underlined.as_str()), ("over.yaml", "alowNameChange"));
    assert_eq!(finding.suggestion.as_deref(), Some("allowNameChange"), "what is underlined can be replaced");
}

#[test]
fn an_argument_is_a_place_too() {
    let set = "postRender.recipes[0].name=nobody";
    let (finding, underlined) = finding(&[("v.yaml", BASE)], &[set], "unknown-recipe");
    assert_eq!((finding.place().expect("a place").0, underlined.as_str()), ("--set", set));
}

/// The platform's own recipes come first in the generated file; the message counts as the user does.
#[test]
fn the_message_names_the_value_as_the_user_does() {
    let text = format!(
        "{BASE}postRender: {{recipes: [{{name: scheduling, with: {{priorityClasName: urgent}}}}]}}\n"
    );
    let (finding, underlined) = finding(&[("v.yaml", &text)], &[], "unknown-key");
    assert!(finding.message.starts_with("postRender.recipes[0] scheduling: "), "{}", finding.message);
    assert_eq!(underlined, "priorityClasName");
}

#[test]
fn a_text_that_is_no_block_is_marked_as_a_whole() {
    let text = format!(
        "{BASE}postRender: {{patches: [{{target: {{kind: Deployment}}, patch: \"- {{op: ad, path: /x}}\"}}]}}\n"
    );
    let (finding, underlined) = finding(&[("v.yaml", &text)], &[], "unknown-operation");
    assert_eq!(underlined, "\"- {op: ad, path: /x}\"");
    assert_eq!(finding.suggestion, None);
}
