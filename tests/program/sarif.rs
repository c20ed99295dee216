//! `--format sarif` against the JSON Schema of SARIF 2.1.0.

use std::fs;

use assert_cmd::Command;
use serde_json::Value;

use super::tools::Tools;

const BROKEN: &str = "\
apiVersion: lakehelm/v1alpha1
profile: lokal
platform: {name: lake, name: house}
zookeper: {replicas: 1}
fluss: {replicationFactor: \"1\", config: {\"remote.data.dir\": s3://x}}
";

fn log(folder: &std::path::Path, arguments: &[&str]) -> Value {
    let mut command = Command::cargo_bin("lakehelm").expect("built");
    command.current_dir(folder).args(["validate", "--format", "sarif"]).args(arguments);
    serde_json::from_slice(&command.output().expect("runs").stdout).expect("JSON")
}

#[test]
fn logs_are_sarif() {
    let schema = fs::read_to_string(Tools::get().data("sarif-schema")).expect("reads");
    // Its patterns for a language have a bracket too many, and this program says no language.
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    let folder = tempfile::tempdir().expect("tempdir");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("writes");
    write("ä b.yaml", BROKEN);
    write("shape.yaml", &BROKEN.replace(", name: house", ""));
    write(
        "rule.yaml",
        "apiVersion: lakehelm/v1alpha1\nprofile: local\nzookeeper: {replicas: 2}\nfluss: {config: {remote.data.dir: s3://x}}\n",
    );
    write("tab.yaml", "a:\n\tb: 1\n");
    write("fine.yaml", "apiVersion: lakehelm/v1alpha1\nprofile: local\n");
    let mut results = Vec::new();
    for arguments in [
        &["fine.yaml"][..],
        &["ä b.yaml"],
        &["shape.yaml"],
        &["rule.yaml"],
        &["tab.yaml"],
        &["ä b.yaml", "shape.yaml", "rule.yaml", "tab.yaml", "fine.yaml"],
        &["-f", "fine.yaml", "--set", "zookeeper.replicas=2"],
    ] {
        let log = log(folder.path(), arguments);
        let faults: Vec<_> = schema.iter_errors(&log).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{arguments:?}: {faults:#?}\n{log:#}");
        results.extend(log["runs"][0]["results"].as_array().cloned().expect("a list"));
    }
    let with = |key: &str| results.iter().filter(|result| result.get(key).is_some()).count();
    assert!(with("locations") >= 8 && with("fixes") >= 2 && with("relatedLocations") >= 1, "{results:#?}");

    let mut wrong = log(folder.path(), &["shape.yaml"]);
    wrong["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!schema.is_valid(&wrong), "the schema refuses nothing");
}
