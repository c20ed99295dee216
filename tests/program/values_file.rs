//! The commands on a values file: what they print, what they write, what they leave alone.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command as Process, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::Command;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::{contains, starts_with};

use super::support::read;

const VALUES: &str = "\
apiVersion: lakehelm/v1alpha1   # the model
profile: local

# storage of the servers
zookeeper: {replicas: 1}
fluss:
    tablet:
        replicas:  1   # one
    replicationFactor: 1
";

fn lakehelm(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("lakehelm").expect("built");
    command.current_dir(folder);
    command
}

/// A folder with `v.yaml` in it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("tempdir");
    fs::write(folder.path().join("v.yaml"), VALUES).expect("writes");
    folder
}

fn text(folder: &tempfile::TempDir) -> String {
    fs::read_to_string(folder.path().join("v.yaml")).expect("reads")
}

/// Both streams of a run, for snapshots.
fn transcript(folder: &Path, arguments: &[&str]) -> String {
    let output = lakehelm(folder).args(arguments).output().expect("runs");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    format!(
        "$ lakehelm {}\n{}{}[{}]\n",
        arguments.join(" "),
        text(&output.stdout),
        text(&output.stderr),
        output.status.code().unwrap_or(-1)
    )
}

fn snapshot(name: &str, text: impl AsRef<str>) {
    insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!(name, text.as_ref()) });
}

#[test]
fn set_writes_the_value_and_nothing_else() {
    let folder = folder();
    lakehelm(folder.path())
        .args([
            "set",
            "v.yaml",
            "fluss.tablet.replicas=3",
            "fluss.replicationFactor=2",
            "zookeeper.storage=7Gi",
        ])
        .assert()
        .success()
        .stdout("")
        .stderr(contains("v.yaml: written"));
    let expected = VALUES
        .replace("replicas:  1   # one", "replicas:  3   # one")
        .replace("replicationFactor: 1", "replicationFactor: 2")
        .replace("{replicas: 1}", "{replicas: 1, storage: 7Gi}");
    assert_eq!(text(&folder), expected);
    lakehelm(folder.path()).args(["unset", "v.yaml", "zookeeper.storage"]).assert().success();
    assert_eq!(text(&folder), expected.replace(", storage: 7Gi", ""));
}

#[test]
fn a_diff_is_printed_instead_of_writing() {
    let folder = folder();
    lakehelm(folder.path())
        .args(["set", "--diff", "v.yaml", "zookeeper.replicas=3"])
        .assert()
        .success()
        .stdout(contains("-zookeeper: {replicas: 1}\n+zookeeper: {replicas: 3}\n"));
    assert_eq!(text(&folder), VALUES);
    lakehelm(folder.path())
        .args(["set", "-", "zookeeper.replicas=3"])
        .write_stdin(VALUES)
        .assert()
        .success()
        .stdout(VALUES.replace("{replicas: 1}", "{replicas: 3}"));
}

#[test]
fn what_would_be_invalid_is_refused_with_the_diagnosis() {
    let folder = folder();
    snapshot(
        "refused",
        [
            transcript(folder.path(), &["set", "v.yaml", "zookeeper.replicas=2"]),
            transcript(folder.path(), &["set", "v.yaml", "fluss.replicationFactor=many"]),
            transcript(
                folder.path(),
                &["set", "v.yaml", "zookeper.replicas=3", "flink.sessionJobs[name=x].jar=y", "a[b]=1", "c"],
            ),
            transcript(folder.path(), &["unset", "v.yaml", "apiVersion"]),
            transcript(folder.path(), &["unset", "v.yaml", "fluss.tablet.storage"]),
        ]
        .join("\n"),
    );
    assert_eq!(text(&folder), VALUES);
}

#[test]
fn a_broken_file_is_repaired_step_by_step() {
    let folder = folder();
    let broken = VALUES.replace("profile: local", "profile: lokal").replace("Factor: 1", "Factor: none");
    fs::write(folder.path().join("v.yaml"), &broken).expect("writes");
    lakehelm(folder.path())
        .args(["set", "v.yaml", "profile=local"])
        .assert()
        .code(1)
        .stderr(contains("wrong-type").and(contains("The file had these errors before.")));
    assert_eq!(text(&folder), broken.replace("lokal", "local"));
    lakehelm(folder.path())
        .args(["set", "v.yaml", "fluss.replicationFactor=none"])
        .assert()
        .code(1)
        .stderr(contains("Nothing was written."));
    lakehelm(folder.path()).args(["set", "v.yaml", "fluss.replicationFactor=1"]).assert().success();
    assert_eq!(text(&folder), VALUES);
}

#[test]
fn a_file_is_checked_together_with_those_below_it() {
    let folder = folder();
    fs::write(folder.path().join("over.yaml"), "fluss: {replicationFactor: 1}\n").expect("writes");
    let set = ["set", "over.yaml", "fluss.replicationFactor=3"];
    lakehelm(folder.path()).args(set).args(["--below", "v.yaml"]).assert().code(1).stderr(contains("R16"));
    lakehelm(folder.path())
        .args([
            "set",
            "over.yaml",
            "fluss.replicationFactor=3",
            "fluss.tablet.replicas=3",
            "--below",
            "v.yaml",
        ])
        .assert()
        .success();
}

#[test]
fn get_prints_what_is_written_or_what_holds() {
    let folder = folder();
    snapshot(
        "get",
        [
            transcript(folder.path(), &["get", "v.yaml", "fluss.tablet", "profile"]),
            transcript(folder.path(), &["get", "v.yaml", "fluss.tablet", "--json"]),
            transcript(folder.path(), &["get", "v.yaml", "fluss.tablet.storage"]),
            transcript(folder.path(), &["get", "v.yaml", "fluss.tablet.storage", "--resolved"]),
            transcript(folder.path(), &["get", "v.yaml", "flus.tablet"]),
        ]
        .join("\n"),
    );
}

#[test]
fn links_and_rights_of_a_file_stay() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = folder();
        let (file, link) = (folder.path().join("v.yaml"), folder.path().join("link.yaml"));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("sets");
        symlink("v.yaml", &link).expect("links");
        lakehelm(folder.path()).args(["set", "link.yaml", "zookeeper.replicas=3"]).assert().success();
        assert!(fs::symlink_metadata(&link).expect("is there").file_type().is_symlink());
        assert_eq!(fs::metadata(&file).expect("is there").permissions().mode() & 0o777, 0o600);
        assert!(text(&folder).contains("{replicas: 3}"));
        assert_eq!(fs::read_dir(folder.path()).expect("reads").count(), 2);
    }
}

#[test]
fn init_writes_each_starter_once_and_it_is_valid() {
    let folder = tempfile::tempdir().expect("tempdir");
    for profile in super::support::STARTERS {
        let file = format!("values/{profile}.yaml");
        lakehelm(folder.path())
            .args(["init", "--profile", profile])
            .assert()
            .success()
            .stderr(contains(format!("lakehelm generate -f {file}")));
        assert_eq!(fs::read_to_string(folder.path().join(&file)).expect("reads"), read(&file));
        lakehelm(folder.path()).args(["validate", &file]).assert().success();
        lakehelm(folder.path())
            .args(["init", "--profile", profile])
            .assert()
            .code(1)
            .stderr(contains("file-exists"));
    }
    assert_eq!(
        fs::read_to_string(folder.path().join("values/lakehouse.schema.json")).expect("reads"),
        read("values/lakehouse.schema.json")
    );
    lakehelm(folder.path()).args(["init", "--profile", "mars"]).assert().code(2).stderr(contains("aws-irsa"));
    lakehelm(folder.path()).args(["init", "-"]).assert().success().stdout(read("values/local.yaml"));
    fs::write(folder.path().join("values/lakehouse.schema.json"), "{}").expect("writes");
    lakehelm(folder.path()).args(["init", "values/x.yaml"]).assert().success().stderr(contains("kept"));
    assert_eq!(fs::read_to_string(folder.path().join("values/lakehouse.schema.json")).expect("reads"), "{}");
}

const WRONG: &str = "apiVersion: lakehelm/v1alpha1\nprofile: lokal   # here\nzookeper: {replicas: 1}\nfluss:\n  replicationFactor: \"1\"\n  enabled: yes\n";

#[test]
fn fix_applies_what_is_certain_and_says_so() {
    let folder = folder();
    fs::write(folder.path().join("v.yaml"), WRONG).expect("writes");
    snapshot("fix", transcript(folder.path(), &["validate", "--fix", "v.yaml"]));
    let right = WRONG
        .replace("lokal", "local")
        .replace("zookeper", "zookeeper")
        .replace("\"1\"", "1")
        .replace("yes", "true");
    assert_eq!(text(&folder), right);
}

#[test]
fn findings_are_printed_for_people_and_for_services() {
    let folder = folder();
    fs::write(folder.path().join("v.yaml"), WRONG).expect("writes");
    snapshot(
        "formats",
        [
            transcript(folder.path(), &["validate", "v.yaml"]),
            transcript(folder.path(), &["validate", "v.yaml", "--format", "json"]),
            transcript(folder.path(), &["validate", "v.yaml", "--format", "github"]),
            transcript(folder.path(), &["validate", "v.yaml", "--format", "sarif"]),
        ]
        .join("\n"),
    );
}

#[test]
fn files_are_checked_alone_or_merged() {
    let folder = folder();
    fs::write(folder.path().join("over.yaml"), "fluss: {replicationFactor: 3}\n").expect("writes");
    lakehelm(folder.path())
        .args(["validate", "v.yaml", "over.yaml"])
        .assert()
        .code(1)
        .stderr(contains("missing-key"));
    lakehelm(folder.path())
        .args(["validate", "-f", "v.yaml", "-f", "over.yaml"])
        .assert()
        .code(1)
        .stderr(contains("R16"));
    lakehelm(folder.path())
        .args(["validate", "-f", "v.yaml", "-f", "over.yaml", "--set", "fluss.tablet.replicas=3"])
        .assert()
        .success()
        .stderr(contains("2 values files are valid."));
    lakehelm(folder.path()).arg("validate").assert().code(2);
}

#[test]
fn watch_checks_again_when_a_file_is_saved() {
    let folder = folder();
    let log = fs::File::create(folder.path().join("log")).expect("creates");
    let mut child = Process::new(assert_cmd::cargo::cargo_bin("lakehelm"))
        .current_dir(folder.path())
        .args(["validate", "--watch", "v.yaml"])
        .stdin(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("starts");
    let wait_for = |wanted: &str| {
        let start = Instant::now();
        loop {
            let mut said = String::new();
            fs::File::open(folder.path().join("log"))
                .expect("opens")
                .read_to_string(&mut said)
                .expect("reads");
            if said.contains(wanted) {
                return;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "never said {wanted}: {said}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    wait_for("1 values file is valid.");
    fs::write(folder.path().join("v.yaml"), WRONG).expect("writes");
    wait_for("not-one-of");
    child.kill().expect("ends");
    child.wait().expect("ends");
}

#[test]
fn explain_says_what_is_known() {
    let folder = folder();
    snapshot(
        "explain",
        [
            transcript(folder.path(), &["explain", "zookeeper.replicas"]),
            transcript(folder.path(), &["explain", "zookeeper"]),
            transcript(folder.path(), &["explain", "zookeeper.replica"]),
            transcript(folder.path(), &["explain", "unknown-key"]),
            transcript(folder.path(), &["explain", "R18"]),
        ]
        .join("\n"),
    );
    lakehelm(folder.path())
        .args(["explain", "zookeeper.replicas", "-f", "v.yaml", "--json"])
        .assert()
        .success()
        .stdout(
            contains("\"base\":\"v.yaml\"").and(contains("charts/lakehouse/charts/zookeeper/values.yaml")),
        );
    lakehelm(folder.path()).arg("explain").assert().success().stdout(contains("  zookeeper "));
}

#[test]
fn shells_get_scripts_and_candidates() {
    let folder = folder();
    for shell in ["bash", "zsh", "fish"] {
        lakehelm(folder.path())
            .args(["completions", shell])
            .assert()
            .success()
            .stdout(contains("LAKEHELM_COMPLETE"));
    }
    let ask = |words: &[&str]| {
        let output = lakehelm(folder.path())
            .env("LAKEHELM_COMPLETE", "bash")
            .env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string())
            .env("_CLAP_IFS", "\n")
            .arg("--")
            .args(words)
            .output()
            .expect("runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert!(ask(&["lakehelm", "explain", "zookeeper.repl"]).contains("zookeeper.replicas"));
    assert!(ask(&["lakehelm", "set", "v.yaml", "zookeeper.repl"]).contains("zookeeper.replicas="));
    assert!(ask(&["lakehelm", "set", "v.yaml", "profile=aws"]).contains("profile=aws-irsa"));
    assert!(ask(&["lakehelm", "un"]).contains("unset"));
}

#[test]
fn man_pages_are_written() {
    let folder = folder();
    lakehelm(folder.path()).args(["man", "man1"]).assert().success();
    let page = fs::read_to_string(folder.path().join("man1/lakehelm-set.1")).expect("is there");
    assert!(page.contains("PATH=VALUE"));
}

#[test]
fn diff_names_changes_and_risks() {
    let folder = folder();
    fs::write(
        folder.path().join("new.yaml"),
        VALUES.replace("{replicas: 1}", "{replicas: 3, storage: 20Gi}"),
    )
    .expect("writes");
    let diff = ["diff", "-f", "v.yaml", "-f", "new.yaml", "--no-helm"];
    snapshot("diff", transcript(folder.path(), &diff));
    lakehelm(folder.path()).args(diff).args(["--fail-on", "immutable"]).assert().code(1);
    lakehelm(folder.path()).args(diff).args(["--fail-on", "data-loss"]).assert().success();
    lakehelm(folder.path())
        .args(diff)
        .args(["--format", "json"])
        .assert()
        .success()
        .stdout(starts_with("{\"release\":\"lakehouse\""));

    lakehelm(folder.path()).args(["diff", "v.yaml"]).assert().code(3).stderr(contains("generated/v"));
    lakehelm(folder.path()).args(["generate", "-f", "v.yaml"]).assert().success();
    lakehelm(folder.path())
        .args(["diff", "v.yaml", "--no-helm"])
        .assert()
        .success()
        .stderr(contains("nothing changes"));
    lakehelm(folder.path())
        .args(["diff", "generated/v", "new.yaml", "--no-helm"])
        .assert()
        .success()
        .stdout(contains("20Gi"));
}
