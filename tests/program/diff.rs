//! `lakehelm diff` with a real Helm: objects instead of templates.

use std::fs;

use assert_cmd::Command;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use super::platform::stand_ins;
use super::tools::Tools;

#[test]
fn rendered_objects_are_compared() {
    let folder = tempfile::tempdir().expect("tempdir");
    let write = |name: &str, text: &str| {
        let text = format!("apiVersion: lakehelm/v1alpha1\nprofile: local\n{text}");
        fs::write(folder.path().join(name), text).expect("writes");
    };
    write("old.yaml", "");
    write(
        "new.yaml",
        "zookeeper: {replicas: 3, storage: 20Gi}\nfluss: {tablet: {storage: 30Gi}}\nnamespaces: {release: elsewhere}\n",
    );
    for version in ["3.17.3", "4.3.1"] {
        let assert = Command::cargo_bin("lakehelm")
            .expect("built")
            .current_dir(folder.path())
            .args(["diff", "-f", "old.yaml", "-f", "new.yaml", "--helm"])
            .arg(Tools::get().helm(version))
            .assert()
            .success();
        assert
            .stdout(contains("~ StatefulSet fluss/zookeeper  [immutable]").and(contains("spec.replicas: 1 -> 3\n")))
            .stdout(contains("spec.volumeClaimTemplates[0].spec.resources.requests.storage: \"2Gi\" -> \"20Gi\"  [immutable"))
            .stdout(contains("fluss.tablet.storage.size"))
            .stdout(contains("namespace: lakehouse -> elsewhere  [data-loss"))
            .stderr(contains("highest risk: data-loss"));
    }
    let left = fs::read_dir(std::env::temp_dir()).expect("reads").filter_map(Result::ok);
    let own = format!("lakehelm-diff-{}-", std::process::id());
    assert!(!left.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with(&own)));
}

/// What is printed with the upstream charts at hand.
fn with_charts(helm: &str, folder: &std::path::Path, old: &str, new: &str) -> String {
    fs::write(folder.join("old.yaml"), old).expect("writes");
    fs::write(folder.join("new.yaml"), new).expect("writes");
    let output = Command::cargo_bin("lakehelm")
        .expect("built")
        .current_dir(folder)
        .args(["diff", "-f", "old.yaml", "-f", "new.yaml", "--helm"])
        .arg(Tools::get().helm(helm))
        .arg("--charts")
        .arg(stand_ins())
        .output()
        .expect("runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

const LOCAL: &str = "apiVersion: lakehelm/v1alpha1\nprofile: local\n";

/// Each risk that a change may have, as a person meets it.
#[test]
fn each_risk_is_named_where_it_is() {
    let folder = tempfile::tempdir().expect("tempdir");
    let keys = super::support::read("values/aws-keys.yaml");
    let local = |more: &str| format!("{LOCAL}{more}");
    for (old, new, expected) in [
        // Pods of a chart of our own, and of an upstream chart, are replaced.
        (local(""), local("zookeeper: {heap: 700m}\n"), &["~ StatefulSet fluss/zookeeper  [restart]"][..]),
        (
            local(""),
            local("zookeeper: {storage: 20Gi}\n"),
            &["volumeClaimTemplates[0].spec.resources.requests.storage: \"2Gi\" -> \"20Gi\"  [immutable"],
        ),
        (
            local(""),
            local("zookeeper: {mode: external, address: \"zk.example.com:2181\"}\n"),
            &["- StatefulSet fluss/zookeeper  [data-loss", "- Service fluss/zookeeper  [outage"],
        ),
        // A release that goes takes its CRDs with it.
        (
            local(""),
            local("spark: {enabled: false}\n"),
            &[
                "- CustomResourceDefinition sparkapplications.sparkoperator.k8s.io  [data-loss",
                "- Release spark-operator  [data-loss",
            ],
        ),
        // Pods wait for a Secret that nobody has made yet.
        (
            keys.clone(),
            keys.replace("aws-secret", "other-secret"),
            &["-> other-secret  [outage: another Secret is asked for"],
        ),
    ] {
        let said = with_charts("4.3.1", folder.path(), &old, &new);
        for words in expected {
            assert!(said.contains(words), "{words} is not in\n{said}");
        }
    }
}

/// Objects of upstream charts are compared as they are installed: with the patches, also those of the user.
#[test]
fn upstream_objects_are_compared_with_their_patches() {
    let folder = tempfile::tempdir().expect("tempdir");
    let patch = "postRender:\n  patches:\n    - target: {kind: StatefulSet, name: tablet-server}\n      patch: \"spec: {template: {spec: {priorityClassName: platform}}}\"\n";
    for helm in ["3.17.3", "4.3.1"] {
        let said = with_charts(helm, folder.path(), LOCAL, &format!("{LOCAL}{patch}"));
        assert_eq!(
            said,
            "release lakehouse\n  ~ StatefulSet fluss/tablet-server  [restart]\n      spec.template.spec.priorityClassName: nothing -> platform  [restart: its pods are replaced one after the other]\n"
        );
    }
}

#[test]
fn an_archive_that_is_missing_is_named() {
    let folder = tempfile::tempdir().expect("tempdir");
    fs::write(folder.path().join("v.yaml"), LOCAL).expect("writes");
    fs::create_dir(folder.path().join("archives")).expect("makes");
    let diff = || {
        let mut command = Command::cargo_bin("lakehelm").expect("built");
        command.current_dir(folder.path()).args(["diff", "v.yaml", "v.yaml", "--charts", "archives"]);
        command
    };
    let helm = Tools::get().helm("4.3.1");
    diff().arg("--helm").arg(helm).assert().code(1).stderr(contains("missing-archive"));
    diff().env("PATH", folder.path()).assert().code(3).stderr(contains("--charts needs helm"));
}

#[test]
fn a_side_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().expect("tempdir");
    fs::create_dir(folder.path().join("empty")).expect("makes");
    for (side, said) in [
        ("nothing.yaml", "there is no values file nothing.yaml"),
        ("empty", "empty is a folder: name a second side to compare it with"),
    ] {
        let mut command = Command::cargo_bin("lakehelm").expect("built");
        command.current_dir(folder.path()).args(["diff", side]).assert().code(3).stderr(contains(said));
    }
}
