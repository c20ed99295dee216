//! Values of configuration keys: what the real parsers took passes, what they refused is found, at its line.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::support::{generate_text, read};

#[derive(Deserialize)]
struct Cases {
    takes: Vec<String>,
    refuses: Vec<String>,
}

#[test]
fn configuration_values_pass_as_their_reader_takes_them() {
    let fixture = read("tests/fixtures/config-values/flink.yaml");
    let versions: BTreeMap<String, BTreeMap<String, Cases>> =
        serde_yaml::from_str(&fixture).expect("the fixture reads");
    let mut wrong = Vec::new();
    for (version, keys) in &versions {
        for (key, cases) in keys {
            let takes = cases.takes.iter().map(|value| (value, false));
            for (value, refused) in takes.chain(cases.refuses.iter().map(|value| (value, true))) {
                if is_refused(version, key, value) != refused {
                    wrong.push(format!(
                        "Flink {version} {key}: {value:?} must be {}",
                        if refused { "refused" } else { "taken" }
                    ));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Whether the values file is refused for that value, on the line where it stands.
fn is_refused(version: &str, key: &str, value: &str) -> bool {
    let set = if version.starts_with('1') { "flink-1.20" } else { "\"2026.08\"" };
    let value = serde_json::Value::from(value);
    let text = format!(
        "apiVersion: lakehelm/v1alpha1\nprofile: local\nversions: {{set: {set}}}\nflink:\n  session:\n    config:\n      {key}: {value}\n"
    );
    let found = match generate_text("values.yaml", &text) {
        Ok(generated) => generated.warnings,
        Err(found) => found,
    };
    let of_value = found.iter().find(|finding| finding.code == "invalid-config-value");
    if let Some((_, at, _)) = of_value.and_then(|finding| finding.place()) {
        assert_eq!(at.line, 7, "{key}: {value}");
    }
    of_value.is_some()
}
