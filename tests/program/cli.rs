//! Exit codes, streams, hand-edited files, messages.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use predicates::str::contains;

fn lakehelm(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("lakehelm").expect("built");
    command.current_dir(folder);
    command
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("tempdir")
}

#[test]
fn the_embedded_starter_becomes_a_platform_that_says_what_is_next() {
    let folder = folder();
    lakehelm(folder.path())
        .arg("generate")
        .assert()
        .success()
        .stdout("")
        .stderr(contains("Releases, in this order:"))
        .stderr(contains("namespaces"))
        .stderr(contains("Secrets to create:"))
        .stderr(contains("generated/local/create-secrets.sh"));
    assert!(folder.path().join("generated/local/charts/lakehouse/Chart.yaml").is_file());
    lakehelm(folder.path()).args(["generate", "--check"]).assert().success();
}

#[test]
fn a_stale_file_fails_the_check_with_a_diff_and_is_then_repaired() {
    let folder = folder();
    lakehelm(folder.path()).arg("generate").assert().success();
    let changed = ["generate", "--set", "zookeeper.storage=7Gi", "-o", "generated/local"];
    lakehelm(folder.path())
        .args(changed)
        .arg("--check")
        .assert()
        .code(1)
        .stdout(contains("+storage: \"7Gi\""))
        .stderr(contains("is stale"));
    lakehelm(folder.path()).args(changed).assert().success();
    lakehelm(folder.path()).args(changed).arg("--check").assert().success();
}

#[test]
fn hand_edited_files_are_refused_by_name_and_kept_when_overwritten() {
    let folder = folder();
    lakehelm(folder.path()).arg("generate").assert().success();
    let path = folder.path().join("generated/local/charts/lakehouse/values.yaml");
    fs::write(&path, "mine: true\n").expect("writes");
    lakehelm(folder.path())
        .arg("generate")
        .assert()
        .code(1)
        .stderr(contains("charts/lakehouse/values.yaml"))
        .stderr(contains("--overwrite"))
        .stderr(contains("Nothing was written."));
    assert_eq!(fs::read_to_string(&path).expect("reads"), "mine: true\n");
    lakehelm(folder.path()).args(["generate", "--overwrite"]).assert().success();
    assert_eq!(fs::read_to_string(path.with_extension("yaml.orig")).expect("reads"), "mine: true\n");
}

#[test]
fn a_dry_run_lists_and_writes_nothing() {
    let folder = folder();
    lakehelm(folder.path())
        .args(["generate", "--dry-run"])
        .assert()
        .success()
        .stdout(contains("create generated/local/lakehelm.lock"));
    assert!(!folder.path().join("generated").exists());
}

#[test]
fn all_mistakes_of_a_file_come_in_one_run_with_places_and_nothing_is_written() {
    let folder = folder();
    fs::write(
        folder.path().join("v.yaml"),
        "profile: lokal\nzookeper: {replicas: 1}\nfluss: {replicationFactor: many}\n",
    )
    .expect("writes");
    lakehelm(folder.path())
        .args(["generate", "-f", "v.yaml"])
        .assert()
        .code(1)
        .stderr(contains("v.yaml:1:10"))
        .stderr(contains("v.yaml:2:1"))
        .stderr(contains("zookeeper"))
        .stderr(contains("v.yaml:3:28"))
        .stderr(contains("Nothing was written."));
    assert!(!folder.path().join("generated").exists());
}

#[test]
fn findings_as_json_have_the_contract_s_keys() {
    let folder = folder();
    fs::write(folder.path().join("v.yaml"), "zookeper: {}\n").expect("writes");
    let output = lakehelm(folder.path())
        .args(["validate", "v.yaml", "--format", "json"])
        .assert()
        .code(1)
        .get_output()
        .stdout
        .clone();
    let line = String::from_utf8(output).expect("UTF-8");
    let finding: serde_json::Value =
        serde_json::from_str(line.lines().next().expect("a line")).expect("JSON");
    let keys: Vec<_> = finding.as_object().expect("object").keys().cloned().collect();
    let contract = [
        "code",
        "severity",
        "message",
        "file",
        "line",
        "column",
        "endLine",
        "endColumn",
        "found",
        "expected",
        "help",
        "suggestion",
    ];
    assert_eq!(keys, contract);
    assert_eq!((finding["code"].as_str(), finding["line"].as_u64()), (Some("unknown-key"), Some(1)));
}

#[test]
fn unreadable_files_and_invalid_yaml_say_what_to_do() {
    let folder = folder();
    lakehelm(folder.path())
        .args(["generate", "-f", "nope.yaml"])
        .assert()
        .code(3)
        .stderr(contains("nope.yaml"));
    fs::write(folder.path().join("tab.yaml"), "a:\n\tb: 1\n").expect("writes");
    lakehelm(folder.path())
        .args(["generate", "-f", "tab.yaml"])
        .assert()
        .code(1)
        .stderr(contains("tab.yaml:2:1"));
    lakehelm(folder.path()).args(["generate", "--nope"]).assert().code(2);
}

#[test]
fn a_fault_of_a_catalogue_is_a_finding_with_a_place() {
    let folder = folder();
    let component = folder.path().join("c/x");
    fs::create_dir_all(&component).expect("creates");
    fs::write(component.join("component.yaml"), "title: X\nsummary: X.\nnope: 1\n").expect("writes");
    lakehelm(folder.path())
        .args(["generate", "--catalog", "c"])
        .assert()
        .code(1)
        .stderr(contains("x/component.yaml:3"))
        .stderr(contains("nope"));
}

#[test]
fn values_of_set_take_the_types_of_the_schema() {
    let folder = folder();
    let sets = ["--set", r"platform.labels.example\.com/cost-center=4711,flink.allowedEgress={}"];
    lakehelm(folder.path()).arg("generate").args(sets).assert().success();
    let values = fs::read_to_string(folder.path().join("generated/local/charts/lakehouse/values.yaml"))
        .expect("reads");
    assert!(values.contains(r#"example.com/cost-center: "4711""#), "{values}");
    // A file says what type it means.
    fs::write(
        folder.path().join("values.yaml"),
        "apiVersion: lakehelm/v1alpha1\nprofile: local\nplatform: {environment: local, labels: {a: 4711}}\n",
    )
    .expect("writes");
    let with_file = ["generate", "-f", "values.yaml"];
    lakehelm(folder.path()).args(with_file).args(sets).assert().code(1).stderr(contains("values.yaml:3:44"));
}

#[test]
fn validate_finds_what_generate_refuses() {
    let folder = folder();
    let cases = [
        (
            "placeholder",
            "spark: {applications: [{name: a, type: Python, main: 's3a://flink/a.py', args: ['{{ catalog.nane }}']}]}",
            "unknown-placeholder",
        ),
        ("rule", "zookeeper: {replicas: 2}", "R18"),
        ("secret", "fluss: {config: {s3.secret-key: letmein}}", "R40"),
        ("shape", "zookeeper: {replicas: two}", "wrong-type"),
        ("patch", "postRender: {patches: [{target: {kind: ConfigMap}, pach: x}]}", "error"),
    ];
    for (name, line, code) in cases {
        let file = format!("{name}.yaml");
        let text = format!(
            "apiVersion: lakehelm/v1alpha1\nprofile: local\nplatform: {{environment: local}}\n{line}\n"
        );
        fs::write(folder.path().join(&file), text).expect("writes");
        for command in [vec!["validate", &file], vec!["generate", "-f", &file]] {
            lakehelm(folder.path())
                .args(command)
                .assert()
                .code(1)
                .stderr(contains(code))
                .stderr(contains(format!("{file}:4:")));
        }
    }
    assert!(!folder.path().join("generated").exists());
    fs::write(
        folder.path().join("right.yaml"),
        "apiVersion: lakehelm/v1alpha1\nprofile: local\nplatform: {environment: local}\n",
    )
    .expect("writes");
    lakehelm(folder.path()).args(["validate", "right.yaml"]).assert().success().stderr(contains("is valid"));
}
