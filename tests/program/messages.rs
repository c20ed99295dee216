//! What users read about every mistake that the catalogue's own tests make, word for word.

use std::collections::{BTreeMap, BTreeSet};

use lakehelm::diagnostic::{Diagnostic, render};

use super::support::{files, generate_text};

/// Different findings that are snapshots; the messages of the schema layer (`tests/schema_messages`) come on top.
const AT_LEAST: usize = 200;

#[test]
#[expect(clippy::print_stdout, reason = "how many findings there are is a result")]
fn every_mistake_of_the_catalogue_says_what_where_found_expected_and_how_to_mend_it() {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let (mut seen, mut silent) = (BTreeSet::new(), Vec::new());
    for path in files("chart-templates", ".yaml") {
        let folders: Vec<_> = path.iter().rev().map(|part| part.to_string_lossy().into_owned()).collect();
        let [file, "invalid", "tests", component, ..] =
            folders.iter().map(String::as_str).collect::<Vec<_>>()[..]
        else {
            continue;
        };
        let text = std::fs::read_to_string(&path).expect("reads");
        let found = match generate_text(file, &text) {
            Ok(generated) => generated.warnings,
            Err(found) => found,
        };
        for finding in found.iter() {
            seen.insert((finding.code.clone(), finding.message.clone()));
            if let Some(what) = silence(finding) {
                silent.push(format!("{component}/{file}: {} {}: {what}", finding.code, finding.message));
            }
        }
        texts.entry(component.to_owned()).or_default().push_str(&render::text(&found, false));
    }
    assert!(silent.is_empty(), "{} findings leave a question open:\n{}", silent.len(), silent.join("\n"));
    println!("{} different findings", seen.len());
    assert!(seen.len() >= AT_LEAST, "only {} different findings", seen.len());
    insta::with_settings!({omit_expression => true, snapshot_path => "snapshots/messages", prepend_module_to_snapshot => false}, {
        for (component, text) in texts {
            insta::assert_snapshot!(component, text);
        }
    });
}

/// The question that a finding leaves open.
fn silence(finding: &Diagnostic) -> Option<&'static str> {
    let Some(label) = finding.labels.first() else { return Some("where?") };
    let underlined = !label.source.slice(label.span).trim().is_empty();
    let mends = !finding.help.is_empty() || finding.suggestion.is_some();
    if finding.message.trim().is_empty() {
        Some("what is wrong?")
    } else if finding.found.is_none() && !underlined {
        Some("what was found?")
    } else if finding.expected.is_none() && finding.help.is_empty() {
        Some("what was expected?")
    } else if finding.expected.is_none() && !mends {
        Some("how is it mended?")
    } else {
        None
    }
}
