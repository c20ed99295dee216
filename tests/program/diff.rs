//! `lakehelm diff` with a real Helm: objects instead of templates.

use std::fs;

use assert_cmd::Command;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

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
