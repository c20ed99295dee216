//! `lakehelm post-render` as the post-renderer of real Helm 3 and Helm 4: one command line, one result.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use lakehelm::text::Source;
use lakehelm::yaml::{Document, split, write};
use serde_json::{Value, json};
use support::tools::Tools;
use tempfile::TempDir;

const HELM_3: [&str; 2] = ["3.17.3", "3.18.0"];
const HELM_4: [&str; 2] = ["4.2.3", "4.3.1"];
const HEAD: &str = "apiVersion: lakehelm.dev/v1alpha1\nkind: PostRender\n";
/// The annotation that Helm 4 adds for itself.
const LEAK: &str = "postrenderer.helm.sh";
const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app # ours\nspec:\n  template:\n    spec:\n      containers:\n      - name: app\n        env: [{name: A, value: \"on\"}]\n";
const HOOK: &str = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: hook\n  annotations: {\"helm.sh/hook\": pre-install}\n";

/// A folder with a chart, a program in PATH for Helm 3 and plugins for Helm 4.
struct Bench {
    folder: TempDir,
}

impl Bench {
    /// A chart with these templates.
    fn new(templates: &[(&str, &str)]) -> Self {
        let bench = Self { folder: TempDir::new().expect("a temporary folder") };
        bench.file("chart/Chart.yaml", "apiVersion: v2\nname: app\nversion: 0.1.0\n");
        for (name, text) in templates {
            bench.file(&format!("chart/templates/{name}"), text);
        }
        std::fs::create_dir_all(bench.path("bin")).expect("can be made");
        let program = env!("CARGO_BIN_EXE_lakehelm");
        std::fs::copy(program, bench.path("bin/lakehelm")).expect("can be copied");
        let made =
            Command::new(program).arg("helm-plugin").arg(bench.path("plugins")).output().expect("runs");
        assert!(made.status.success(), "{made:?}");
        bench.file(
            "plugins/cat/plugin.yaml",
            "apiVersion: v1\ntype: postrenderer/v1\nname: cat\nversion: 0.1.0\nruntime: subprocess\nruntimeConfig:\n  platformCommand:\n    - command: cat\n",
        );
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("has a folder")).expect("can be made");
        std::fs::write(&path, text).expect("can be written");
        path
    }

    /// `helm template` with these arguments.
    fn template(&self, version: &str, arguments: &[&str]) -> Output {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new(Tools::get().helm(version));
        for name in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
            command.env(name, self.path("home"));
        }
        command.env_remove("KUBECONFIG").env_remove("HELM_PLUGINS").env("LAKEHELM_LOG", self.path("log"));
        command.env("PATH", format!("{}:{path}", self.path("bin").display()));
        if HELM_4.contains(&version) {
            command.env("HELM_PLUGINS", self.path("plugins"));
        }
        command.args(["template", "app"]).arg(self.path("chart")).args(arguments);
        command.output().expect("helm runs")
    }

    /// The same with the post-renderer and a configuration.
    fn patched(&self, version: &str, config: &Path, more: &[&str]) -> Output {
        let config = config.display().to_string();
        let mut arguments = vec!["--post-renderer", "lakehelm"];
        for argument in ["post-render", "-c", &config] {
            arguments.extend(["--post-renderer-args", argument]);
        }
        arguments.extend(more);
        self.template(version, &arguments)
    }
}

/// What a Helm that succeeds prints.
fn output(version: &str, done: &Output) -> String {
    assert!(done.status.success(), "helm {version}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout.clone()).expect("UTF-8")
}

/// The objects of a stream by kind and name.
fn objects(stream: &str) -> BTreeMap<String, Value> {
    let segments = split::split(stream.as_bytes()).filter(|segment| !segment.is_blank(stream.as_bytes()));
    let values = segments.map(|segment| {
        let document = Document::parse_part(Source::new("stream", stream), segment.span).expect("reads");
        document.to_value_lenient().expect("has a value")
    });
    values.map(|value| (format!("{} {}", value["kind"], value["metadata"]["name"]), value)).collect()
}

fn helms() -> impl Iterator<Item = &'static str> {
    HELM_3.into_iter().chain(HELM_4)
}

#[test]
fn without_patches_nothing_changes() {
    let list =
        "kind: List\napiVersion: v1\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: item}}\n";
    let bench = Bench::new(&[
        ("a.yaml", DEPLOYMENT),
        ("b.yaml", "# only a comment\n"),
        ("c.yaml", list),
        ("d.yaml", HOOK),
    ]);
    let config = bench.file("none.yaml", HEAD);
    for version in HELM_3 {
        let plain = output(version, &bench.template(version, &[]));
        assert_eq!(output(version, &bench.patched(version, &config, &[])), plain, "helm {version}");
    }
    for version in HELM_4 {
        let plain = output(version, &bench.template(version, &["--post-renderer", "cat"]));
        assert_eq!(output(version, &bench.patched(version, &config, &[])), plain, "helm {version}");
    }
}

#[test]
fn one_command_line_and_one_file_mean_the_same_everywhere() {
    let bench = Bench::new(&[("a.yaml", DEPLOYMENT), ("hook.yaml", HOOK)]);
    let patches = "patches:\n- target: {kind: Deployment, name: app}\n  patch: |\n    metadata: {annotations: {mode: \"0777\"}}\n    spec: {template: {spec: {containers: [{name: app, env: [{name: B, value: \"no\"}]}]}}}\nlabels: [{pairs: {team: data}}]\nresources: [{apiVersion: v1, kind: ConfigMap, metadata: {name: extra}, data: {on: \"1e3\"}}]\n";
    let config = bench.file("patch.yaml", &format!("{HEAD}{patches}"));
    let seen: Vec<_> =
        helms().map(|version| objects(&output(version, &bench.patched(version, &config, &[])))).collect();
    let container = &seen[0]["\"Deployment\" \"app\""]["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["env"], json!([{"name": "A", "value": "on"}, {"name": "B", "value": "no"}]));
    assert_eq!(seen[0]["\"ConfigMap\" \"extra\""]["metadata"]["labels"]["team"], "data");
    assert!(seen[0]["\"Job\" \"hook\""]["metadata"].get("labels").is_none(), "a hook is left alone");
    for (other, version) in seen[1..].iter().zip(helms().skip(1)) {
        assert_eq!(other, &seen[0], "helm {version}");
    }
}

#[test]
fn odd_arguments_arrive_unchanged() {
    let bench = Bench::new(&[("a.yaml", DEPLOYMENT)]);
    let name = "od d,$HOME 'x' \"y\" #1 *.yaml";
    let config = bench.file(name, &format!("{HEAD}labels: [{{pairs: {{found: \"it\"}}}}]\n"));
    for version in helms() {
        // Helm reads this flag as CSV in no version, and passes each use as one argument.
        assert!(output(version, &bench.patched(version, &config, &[])).contains("found:"), "helm {version}");
    }
}

#[test]
fn a_patch_without_a_match_fails_and_says_so() {
    let bench = Bench::new(&[("a.yaml", DEPLOYMENT)]);
    let config = bench.file(
        "p.yaml",
        &format!("{HEAD}patches:\n- target: {{kind: Deployment, name: ap}}\n  patch: 'a: 1'\n"),
    );
    for version in helms() {
        std::fs::remove_file(bench.path("log")).ok();
        let done = bench.patched(version, &config, &[]);
        let log = std::fs::read_to_string(bench.path("log")).unwrap_or_default();
        assert!(!done.status.success() && done.stdout.is_empty(), "helm {version}: {done:?}");
        assert!(log.contains("the nearest objects are Deployment app"), "helm {version}: {log}");
        if HELM_3.contains(&version) {
            assert!(String::from_utf8_lossy(&done.stderr).contains("the nearest objects are Deployment app"));
        }
    }
}

#[test]
fn nothing_to_patch_is_an_error_with_a_reason() {
    let needs = format!("{HEAD}patches:\n- target: {{kind: Deployment}}\n  patch: 'a: 1'\n");
    for (templates, empty_on_4) in
        [(vec![("a.yaml", "{{/* nothing */}}")], true), (vec![("hook.yaml", HOOK)], false)]
    {
        let bench = Bench::new(&templates);
        let config = bench.file("p.yaml", &needs);
        let optional = bench.file("o.yaml", &needs.replace("- target", "- optional: true\n  target"));
        for version in helms() {
            std::fs::remove_file(bench.path("log")).ok();
            let done = bench.patched(version, &config, &[]);
            let log = std::fs::read_to_string(bench.path("log")).unwrap_or_default();
            // Helm 4 does not run a post-renderer when there is nothing at all.
            if HELM_3.contains(&version) {
                assert!(
                    !done.status.success() && log.contains("--output-dir"),
                    "helm {version}: {done:?} {log}"
                );
            } else if !empty_on_4 {
                assert!(
                    !done.status.success() && log.contains("finds nothing"),
                    "helm {version}: {done:?} {log}"
                );
            }
            output(version, &bench.patched(version, &optional, &[]));
        }
    }
}

#[test]
fn helm_3_writes_files_unpatched_and_is_refused() {
    let bench = Bench::new(&[("a.yaml", DEPLOYMENT)]);
    let config = bench.file("p.yaml", &format!("{HEAD}labels: [{{pairs: {{found: \"it\"}}}}]\n"));
    for version in helms() {
        let folder = bench.path(&format!("out-{version}")).display().to_string();
        let done = bench.patched(version, &config, &["--output-dir", &folder]);
        if HELM_3.contains(&version) {
            assert!(!done.status.success(), "helm {version}: {done:?}");
            assert!(
                String::from_utf8_lossy(&done.stderr).contains("--output-dir"),
                "helm {version}: {done:?}"
            );
        } else {
            output(version, &done);
            let written = std::fs::read_to_string(bench.path(&format!("out-{version}/app/templates/a.yaml")));
            assert!(written.expect("is there").contains("found:"), "helm {version}");
        }
    }
}

#[test]
fn what_helm_4_adds_never_leaks() {
    let shape = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flow, annotations: {a: b}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: flow2}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: empty\n  annotations: {}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: nothing\n  annotations:\n---\n{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"json\",\"annotations\":{\"x\":\"y\"}},\"data\":{\"a\":\"1\"}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: long\ndata:\n  keep: |+\n    text\n\n  fold: >\n    one\n    more\n\n    two\n";
    let anchors =
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: anchors\ndata: &d {x: \"1\"}\nbinaryData: *d\n";
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: twice\n";
    let hook = format!("{account}  annotations:\n    helm.sh/hook: pre-install\n");
    let bench = Bench::new(&[("a.yaml", shape), ("b.yaml", anchors), ("c.yaml", account), ("d.yaml", &hook)]);
    let patch = "patches:\n- target: {kind: ConfigMap}\n  expect: 7\n  patch: |\n    metadata: {labels: {seen: \"yes\"}}\n- target: {kind: ServiceAccount}\n  expect: 1\n  patch: '[{op: add, path: /metadata/annotations, value: {only: this}}]'\n";
    let config = bench.file("p.yaml", &format!("{HEAD}{patch}"));
    let mut seen = Vec::new();
    for version in helms() {
        let text = output(version, &bench.patched(version, &config, &[]));
        assert!(!text.contains(LEAK), "helm {version}: {text}");
        assert_eq!(
            text.matches("seen: ").count() + text.matches("\"seen\": ").count(),
            7,
            "helm {version}: {text}"
        );
        let mut found = objects(&text);
        // Helm prints the hook of this name last, and the map keeps that one.
        found.remove("\"ServiceAccount\" \"twice\"");
        for value in found.values_mut() {
            // Helm 4 drops empty maps of annotations with its own.
            if let Some(metadata) = value["metadata"].as_object_mut()
                && metadata.get("annotations").is_some_and(|map| map.is_null() || *map == json!({}))
            {
                metadata.remove("annotations");
            }
        }
        seen.push(found);
    }
    for (other, version) in seen[1..].iter().zip(helms().skip(1)) {
        for (name, object) in &seen[0] {
            assert_eq!(other.get(name), Some(object), "helm {version}: {name}");
        }
        assert_eq!(other.len(), seen[0].len(), "helm {version}");
    }
}

/// Texts that readers of YAML 1.1 take for something else, and texts of odd characters.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        "~",
        "null",
        "Null",
        "NULL",
        "0777",
        "0o777",
        "08",
        "007",
        "0b11",
        "0X1F",
        "1_000",
        ".5",
        "5.",
        "1e3",
        "6e3",
        "1.10",
        ".inf",
        "-.INF",
        ".nan",
        "12:30",
        "190:20:30",
        "2001-12-14",
        "2001-12-14T21:59:43Z",
        "1e400",
        "=",
        "<<",
        "tRue",
        "18446744073709551616",
        "+1",
        "-0",
        "0x",
        "- a",
        "a: b",
        "a #b",
        "#a",
        "@a",
        "`a",
        "%a",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "{a}",
        "[a]",
        "a,b",
        "?",
        "? a",
        ":",
        "a:",
        " a",
        "a ",
        "\ta",
        "a\tb",
        "'",
        "\"",
        "\\",
        "---",
        "--- a",
        "...",
        "a\nb",
        "a\nb\n",
        "\na",
        "a\n\n",
        " a\nb",
        "a\r\nb",
        "\r",
        "\u{85}",
        "\u{a0}",
        "\u{2028}x",
        "\u{feff}",
        "é",
        "\u{1F600}",
        "\u{7f}",
        "a\u{0}b",
        "{{ .Values.x }}",
    ]
    .map(str::to_owned)
    .to_vec();
    for word in ["y", "n", "yes", "no", "on", "off", "true", "false"] {
        let title = format!("{}{}", word[..1].to_uppercase(), &word[1..]);
        texts.extend([word.to_owned(), title, word.to_uppercase()]);
    }
    let alphabet: Vec<char> =
        " \t\n\"'#:-?,[]{}&*!|>%@`\\=~0129.eExX_abyYnN\u{85}\u{2028}é\u{1F600}".chars().collect();
    // A fixed sequence: a test must not depend on chance.
    let mut state: u64 = 42;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % below
    };
    for _ in 0..2_000 {
        let length = 1 + next(8);
        texts.push((0..length).map(|_| alphabet[next(alphabet.len())]).collect());
    }
    texts
}

#[test]
fn what_the_writer_writes_reads_back_equal() {
    let texts = texts();
    let data: serde_json::Map<String, Value> =
        texts.iter().enumerate().map(|(at, text)| (format!("k{at}"), text.as_str().into())).collect();
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "texts"}, "data": data, "list": texts});
    // What Helm reads in it, as JSON in a ConfigMap of its own.
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: seen}\ndata:\n  seen: {{ .Files.Get \"texts.yaml\" | fromYaml | toJson | b64enc | quote }}\n";
    let bench = Bench::new(&[("a.yaml", template)]);
    bench.file("chart/texts.yaml", &write::block(&object, 0));
    // Written by a patch too.
    let patch = json!({"data": object["data"], "list": object["list"]});
    bench.file("patch.json", &write::block(&patch, 0));
    let config = bench
        .file("p.yaml", &format!("{HEAD}patches: [{{target: {{kind: ConfigMap}}, path: patch.json}}]\n"));
    for version in helms() {
        let done = bench.patched(version, &config, &[]);
        let text = output(version, &done);
        let found = objects(&text);
        let found = &found["\"ConfigMap\" \"seen\""];
        for (key, text) in &data {
            assert_eq!(&found["data"][key], text, "helm {version}: {key}");
        }
        assert_eq!(found["list"], object["list"], "helm {version}");
        let seen = found["data"]["seen"].as_str().expect("a text");
        let decoded = Command::new(&Tools::get().python)
            .args(["-c", "import base64, sys; sys.stdout.buffer.write(base64.b64decode(sys.argv[1]))", seen])
            .output()
            .expect("python runs");
        let read: Value = serde_json::from_slice(&decoded.stdout).expect("JSON");
        assert_eq!(read, object, "helm {version}");
    }
}

#[test]
fn single_templates_can_be_shown() {
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: gone\n";
    let bench = Bench::new(&[("a.yaml", DEPLOYMENT), ("b.yaml", config)]);
    let patch = "resources: [{apiVersion: v1, kind: Namespace, metadata: {name: extra}}]\npatches:\n- target: {kind: ConfigMap}\n  patch: '$patch: delete'\n- target: {kind: Deployment}\n  patch: 'metadata: {labels: {seen: \"1\"}}'\n";
    let config = bench.file("p.yaml", &format!("{HEAD}{patch}"));
    for version in helms() {
        let shown = output(version, &bench.patched(version, &config, &["-s", "templates/a.yaml"]));
        let found = objects(&shown);
        assert_eq!(found.len(), 1, "helm {version}: {shown}");
        assert_eq!(found["\"Deployment\" \"app\""]["metadata"]["labels"]["seen"], "1", "helm {version}");
        let all = objects(&output(version, &bench.patched(version, &config, &[])));
        let names: Vec<&String> = all.keys().collect();
        assert_eq!(names, ["\"Deployment\" \"app\"", "\"Namespace\" \"extra\""], "helm {version}");
    }
}

#[test]
fn the_folder_that_both_helms_share_is_refused() {
    let home = TempDir::new().expect("a temporary folder");
    let shared = home.path().join("plugins");
    let run = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lakehelm"));
        command
            .env("HELM_DATA_HOME", home.path())
            .arg("helm-plugin")
            .arg(&shared)
            .args(more)
            .output()
            .expect("runs")
    };
    let refused = run(&[]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("Helm 3 and Helm 4 share") && !shared.exists());
    assert!(run(&["--force"]).status.success() && shared.join("lakehelm/plugin.yaml").exists());
}
