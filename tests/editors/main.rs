//! The real language server for YAML, as VS Code, JetBrains, Neovim and Helix run it or do the like, on values files.
//!
//! It knows the schema from the first line of the file alone: its store of schemas is switched off.
#![allow(missing_docs, clippy::unwrap_used)]

mod client;
#[allow(dead_code, reason = "each suite uses a part")]
#[path = "../support/tools.rs"]
mod tools;

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use client::Client;
use serde_json::{Value, json};
use tempfile::TempDir;
use tools::Tools;

const PROFILES: [&str; 3] = ["local", "aws-keys", "aws-irsa"];

/// A starter as `lakehelm init` writes it, with the schema beside it.
struct Workspace(TempDir);

impl Workspace {
    fn new(profile: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let init = Command::cargo_bin("lakehelm").expect("built");
        { init }.current_dir(folder.path()).args(["init", "--profile", profile, "v.yaml"]).assert().success();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("v.yaml")
    }

    /// Changes the file; what is looked for must be there.
    fn edit(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.file()).expect("reads");
        assert!(text.contains(from), "{from} is not in\n{text}");
        fs::write(self.file(), text.replacen(from, to, 1)).expect("writes");
    }

    /// Line and column, from 0, behind the first occurrence of a text.
    fn behind(&self, text: &str) -> (usize, usize) {
        let all = fs::read_to_string(self.file()).expect("reads");
        let end = all.find(text).unwrap_or_else(|| panic!("{text} is not in\n{all}")) + text.len();
        let before = &all[..end];
        (before.matches('\n').count(), before.len() - before.rfind('\n').map_or(0, |at| at + 1))
    }

    fn editor(&self) -> Client {
        let settings = json!({
            "validate": true, "completion": true, "hover": true,
            "schemaStore": {"enable": false}, "kubernetesCRDStore": {"enable": false},
        });
        Client::start(&Tools::get().yaml_language_server, self.0.path(), settings)
    }
}

/// Line, from 1, and message of each finding.
fn said(found: &[Value]) -> Vec<(u64, String)> {
    let line = |finding: &Value| finding["range"]["start"]["line"].as_u64().map_or(0, |line| line + 1);
    found
        .iter()
        .map(|finding| (line(finding), finding["message"].as_str().unwrap_or_default().to_owned()))
        .collect()
}

#[test]
fn starters_are_valid_in_an_editor() {
    for profile in PROFILES {
        let workspace = Workspace::new(profile);
        let found = workspace.editor().open(&workspace.file());
        assert!(found.is_empty(), "{profile}: {found:#?}");
    }
}

#[test]
fn mistakes_are_underlined() {
    let workspace = Workspace::new("local");
    workspace.edit("profile: local ", "profile: lokal ");
    workspace.edit("platform:", "platfrom:");
    workspace.edit("replicationFactor: 1", "replicationFactor: many");
    workspace.edit("memory: 4g", "memory: 4 gigs");
    let found = said(&workspace.editor().open(&workspace.file()));
    for (mistake, words) in
        [("lokal", "\"local\""), ("platfrom", "platfrom"), ("many", "\"integer\""), ("4 gigs", "pattern")]
    {
        let line = workspace.behind(mistake).0 as u64 + 1;
        assert!(
            found.iter().any(|(at, said)| *at == line && said.contains(words)),
            "{mistake} at line {line}: {found:#?}"
        );
    }
    assert_eq!(found.len(), 4, "{found:#?}");
}

/// The first line is what gives the schema.
#[test]
fn nothing_is_known_without_the_first_line() {
    let workspace = Workspace::new("local");
    workspace.edit("# yaml-language-server: $schema=", "# a comment: ");
    workspace.edit("profile: local ", "profile: lokal ");
    let mut editor = workspace.editor();
    assert_eq!(editor.open(&workspace.file()), Vec::<Value>::new());
    let (line, column) = workspace.behind("profile");
    assert_eq!(editor.hover(&workspace.file(), line, column - 1), "");
}

/// A generated configuration of the post-renderer names its schema, which `generate` writes.
#[test]
fn a_generated_configuration_has_its_schema() {
    let workspace = Workspace::new("local");
    let generate = Command::cargo_bin("lakehelm").expect("built");
    let arguments = ["generate", "-f", "v.yaml", "--output", "out"];
    { generate }.current_dir(workspace.0.path()).args(arguments).assert().success();
    let file = workspace.0.path().join("out/charts/lakehouse/post-render.yaml");
    let found = workspace.editor().open(&file);
    assert!(found.is_empty(), "{found:#?}");
    let text = fs::read_to_string(&file).expect("reads");
    let at = text.lines().position(|line| line.trim() == "expect: 1").expect("a patch with a count");
    fs::write(&file, text.replacen("    expect: 1", "    expct: 1", 1)).expect("writes");
    let mut editor = workspace.editor();
    let found = said(&editor.open(&file));
    assert!(
        matches!(found.as_slice(), [(line, said)] if *line == at as u64 + 1 && said.contains("expct")),
        "{found:#?}"
    );
    let offered = editor.complete(&file, at, 4);
    assert!(
        offered.contains(&"expect".to_owned()) && offered.contains(&"optional".to_owned()),
        "{offered:?}"
    );
}

/// What is offered at the end of a file with the starter's first line.
fn offered(body: &str) -> Vec<String> {
    let workspace = Workspace::new("local");
    let text = fs::read_to_string(workspace.file()).expect("reads");
    let first = text.lines().next().expect("a line");
    fs::write(workspace.file(), format!("{first}\napiVersion: lakehelm/v1alpha1\n{body}")).expect("writes");
    let mut editor = workspace.editor();
    editor.open(&workspace.file());
    let (line, column) = workspace.behind(body);
    let mut labels = editor.complete(&workspace.file(), line, column);
    labels.sort();
    labels
}

#[test]
fn keys_and_values_are_offered() {
    assert_eq!(offered("profile: "), ["aws-irsa", "aws-keys", "local"]);
    // The editor narrows the list by what is typed; keys that are there already are not in it.
    let top = offered("fluss: {replicationFactor: 1}\nzoo");
    assert!(top.contains(&"zookeeper".to_owned()) && !top.contains(&"fluss".to_owned()), "{top:?}");
    let below = offered("zookeeper:\n  ");
    for key in ["heap", "mode", "replicas", "storage"] {
        assert!(below.contains(&key.to_owned()), "{key} is not among {below:?}");
    }
    assert!(!below.contains(&"fluss".to_owned()), "{below:?}");
}

#[test]
fn a_hover_shows_the_text_of_the_schema() {
    let workspace = Workspace::new("local");
    let schema: Value =
        serde_json::from_slice(&fs::read(workspace.0.path().join("lakehouse.schema.json")).expect("reads"))
            .expect("JSON");
    let mut editor = workspace.editor();
    editor.open(&workspace.file());
    for (key, at) in [
        ("replicationFactor", "/properties/fluss/properties/replicationFactor"),
        ("taskSlots", "/properties/flink/properties/session/properties/taskSlots"),
        ("profile", "/properties/profile"),
    ] {
        let (line, column) = workspace.behind(key);
        let shown = editor.hover(&workspace.file(), line, column - 1);
        let text = schema.pointer(at).and_then(|node| node["description"].as_str()).expect("a description");
        let words = |text: &str| text.replace('\\', "").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&shown).contains(&words(text)), "{key}: {shown}\n{text}");
    }
}
