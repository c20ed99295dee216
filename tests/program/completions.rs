//! Completion in a real shell: a line, Tab, Enter, and what the program was then given.

use std::process::Command;

use super::tools::{Tools, project};

fn completed(shell: &str, lines: &[&str]) -> Vec<String> {
    let run = Command::new(&Tools::get().python)
        .arg("-B")
        .arg(project("tests/tools/complete.py"))
        .arg(shell)
        .arg(assert_cmd::cargo::cargo_bin("lakehelm"))
        .args(lines)
        .output()
        .expect("python runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8_lossy(&run.stdout).lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Bash takes words apart at `=`: paths, and the values behind them, come out whole. zsh and fish are tried by hand, with
/// the same script of the tools.
#[test]
fn bash_completes_commands_paths_and_values() {
    let lines = [
        ("lakehelm expl", "explain"),
        ("lakehelm explain zookeeper.repl", "explain zookeeper.replicas"),
        ("lakehelm get v.y", "get v.yaml"),
        ("lakehelm get v.yaml fluss.replicationF", "get v.yaml fluss.replicationFactor"),
        ("lakehelm unset v.yaml zookeeper.he", "unset v.yaml zookeeper.heap"),
        // A path goes on: no blank behind the sign.
        ("lakehelm set v.yaml zookeeper.he", "set v.yaml zookeeper.heap="),
        ("lakehelm set v.yaml profile=aws-i", "set v.yaml profile=aws-irsa"),
        ("lakehelm set v.yaml spark.enabled=fa", "set v.yaml spark.enabled=false"),
        (
            "lakehelm set v.yaml spark.enabled=false profile=lo",
            "set v.yaml spark.enabled=false profile=local",
        ),
        ("lakehelm set v.yaml zookeeper.mode=ex", "set v.yaml zookeeper.mode=external"),
        ("lakehelm set v.yaml zookeeper.heap=7", "set v.yaml zookeeper.heap=7"),
        ("lakehelm validate --format=sa", "validate --format=sarif"),
    ];
    let typed: Vec<_> = lines.iter().map(|(typed, _)| *typed).collect();
    let expected: Vec<_> = lines.iter().map(|(_, expected)| (*expected).to_owned()).collect();
    assert_eq!(completed("bash", &typed), expected);
}
