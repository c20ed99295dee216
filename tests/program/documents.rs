//! The derived pages are what the program writes, and no code is missing from them.

use std::collections::BTreeSet;

use assert_cmd::Command;
use lakehelm::diagnostic::codes;
use lakehelm::generate::{Inputs, schema_of, values};
use lakehelm::text::Source;
use regex::Regex;

use super::support::{catalog, files, read};

#[test]
fn pages_are_up_to_date() {
    let folder = tempfile::tempdir().expect("tempdir");
    Command::cargo_bin("lakehelm").expect("built").arg("docs").arg(folder.path()).assert().success();
    for name in ["values.md", "diagnostics.md", "cli.md"] {
        let written = std::fs::read_to_string(folder.path().join(name)).expect("reads");
        assert!(written == read(&format!("docs/{name}")), "run scripts/derive: docs/{name} is stale");
    }
}

/// Words of the same form that are no codes.
const OTHER_WORDS: [&str; 4] = ["kebab-case", "data-loss", "helm-plugin", "post-render"];

#[test]
fn every_code_of_the_source_is_explained() {
    let word = Regex::new(r#""([a-z]+(?:-[a-z0-9]+)+)""#).expect("compiles");
    let said = Regex::new(r"error\[([a-z-]+)\]").expect("compiles");
    let mut used = BTreeSet::from(["ambiguous".to_owned()]);
    for path in files("src", ".rs") {
        let text = std::fs::read_to_string(&path).expect("reads");
        let name = path.to_string_lossy().into_owned();
        if name.ends_with("tests.rs") || name.ends_with("testing.rs") {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for found in word.captures_iter(code).chain(said.captures_iter(code)) {
            used.insert(found[1].to_owned());
        }
    }
    used.retain(|word| !word.starts_with("x-") && !OTHER_WORDS.contains(&word.as_str()));
    let explained: BTreeSet<String> =
        codes::groups().iter().flat_map(|group| &group.codes).map(|code| code.code.clone()).collect();
    let missing: Vec<_> = used.difference(&explained).collect();
    assert!(missing.is_empty(), "add to src/diagnostic/codes.yaml: {missing:?}");
    let unused: Vec<_> = explained.difference(&used).collect();
    assert!(unused.is_empty(), "nothing says these any more: {unused:?}");
}

#[test]
fn the_examples_have_their_findings() {
    let schema = schema_of(catalog()).unwrap_or_else(|found| panic!("{found:#?}"));
    let mut count = 0;
    for group in codes::groups() {
        for code in &group.codes {
            let Some(example) = &code.example else { continue };
            let head = if group.name == "values" && code.code != "missing-key" {
                "apiVersion: lakehelm/v1alpha1\n"
            } else {
                ""
            };
            let inputs = Inputs {
                values: vec![Source::new("example", format!("{head}{example}"))],
                ..Inputs::default()
            };
            let (Ok((_, found)) | Err(found)) = values::resolve(&schema, catalog(), &inputs);
            assert!(found.iter().any(|finding| finding.code == code.code), "{}: {found:#?}", code.code);
            count += 1;
        }
    }
    assert!(count >= 15, "only {count} examples");
}
