//! Input that nobody means well: an answer or an error in linear time, and never a Secret's value in a word.

use std::fmt::Write;
use std::time::{Duration, Instant};

use lakehelm::catalog::{Files, shared};
use lakehelm::diagnostic::{Diagnostics, render};
use lakehelm::post_render::{self, Config, Rendered, Rules};
use lakehelm::text::Source;

/// Far more than any of these takes, far less than what is not linear takes.
const PATIENCE: Duration = Duration::from_secs(30);

fn config(text: &str) -> Config {
    let text = format!("apiVersion: lakehelm.dev/v1alpha1\nkind: PostRender\n{text}");
    Config::parse(Source::new("config.yaml", text), &mut |_| Err("no files".to_owned())).expect("reads")
}

fn run(stream: &[u8], config: Config) -> Result<Rendered<'_>, Diagnostics> {
    let rules = Rules::of(&shared(Files::embedded())).expect("reads");
    let start = Instant::now();
    let rendered = post_render::run(stream, &[config], &rules);
    assert!(start.elapsed() < PATIENCE, "it took {:?}", start.elapsed());
    rendered
}

fn one_key() -> Config {
    config("patches: [{target: {kind: ConfigMap, name: a}, patch: 'metadata: {labels: {seen: \"1\"}}'}]")
}

/// A ConfigMap with this text in it.
fn map(text: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\n{text}\n")
}

/// The message when it is meant; nothing happens to it when it is not.
fn refused_or_passed(stream: &[u8], message: &str) {
    let found = run(stream, one_key()).expect_err("cannot be patched");
    let text = render::text(&found, false);
    assert!(text.contains(message) && text.len() < 5_000, "{text}");
    let other = config("patches: [{target: {kind: Service, name: zz}, optional: true, patch: 'a: 1'}]");
    assert!(run(stream, other).expect("passes").output.to_vec() == stream, "it changed");
}

#[test]
fn alias_bombs_do_not_go_off() {
    let mut text = "data:\n  a0: &a0 boom\n".to_owned();
    for n in 1..40 {
        let one = format!("*a{}", n - 1);
        writeln!(text, "  a{n}: &a{n} [{}]", [one.as_str(); 9].join(", ")).expect("writes");
    }
    refused_or_passed(map(&text).as_bytes(), "cannot be read");
}

#[test]
fn deep_nesting_ends() {
    for text in ["[".repeat(50_000), "{a: ".repeat(50_000), "[".repeat(50_000) + &"]".repeat(50_000)] {
        refused_or_passed(map(&format!("data: {text}")).as_bytes(), "cannot be read");
    }
    let mut blocks = String::new();
    for depth in 0..2_000 {
        writeln!(blocks, "{}a:", " ".repeat(depth)).expect("writes");
    }
    refused_or_passed(map(&blocks).as_bytes(), "cannot be read");
}

#[test]
fn odd_bytes_are_refused_or_pass() {
    refused_or_passed(map("data: {a: \"x\0y\"}").as_bytes(), "cannot be read");
    let mut bytes = map("data:\n  b: x").into_bytes();
    bytes.extend([0xff, 0xfe, b'\n']);
    refused_or_passed(&bytes, "is not UTF-8 on line 6");
    refused_or_passed(map("data: {a: \"x\u{2028}y\"}").as_bytes(), "cannot be read");
}

#[test]
fn a_hundred_thousand_keys_take_linear_time() {
    let time = |count: usize| {
        let mut text = "data:\n".to_owned();
        (0..count).for_each(|n| writeln!(text, "  key{n}: value").expect("writes"));
        let (stream, start) = (map(&text), Instant::now());
        let rendered = run(stream.as_bytes(), one_key()).expect("fits");
        assert_eq!(rendered.output.to_vec().len(), stream.len() + ", labels: {seen: \"1\"}".len());
        start.elapsed()
    };
    let (few, many) = (time(12_500), time(100_000));
    // Eight times the keys; the square of it would be 64 times the time.
    assert!(many < few * 24 + Duration::from_millis(500), "{few:?} for 12,500 keys, {many:?} for 100,000");
}

#[test]
fn long_lines_and_many_documents_take_linear_time() {
    let line = "x".repeat(32 << 20);
    let stream =
        format!("{}---\n{}", map(&format!("data: {{a: \"{line}\"}}")), map("").replace("name: a", "name: b"));
    let rendered = run(stream.as_bytes(), one_key()).expect("fits");
    assert_eq!(rendered.output.to_vec().len(), stream.len() + ", labels: {seen: \"1\"}".len());
    let time = |count: usize| {
        let stream = (0..count).fold(map(""), |mut stream, n| {
            stream.push_str("---\n");
            stream.push_str(&map("data: {a: b}").replace("name: a", &format!("name: a{n}")));
            stream
        });
        let start = Instant::now();
        run(stream.as_bytes(), one_key()).expect("fits");
        start.elapsed()
    };
    let (few, many) = (time(1_000), time(16_000));
    assert!(many < few * 48 + Duration::from_millis(500), "{few:?} for 1,000 documents, {many:?} for 16,000");
}

#[test]
fn values_of_secrets_are_in_no_word() {
    const VALUE: &str = "opensesame";
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, labels: {a: b}}\nstringData:\n  k: opensesame\n  file.yaml: \"a: [opensesame\"\n";
    let list = format!("apiVersion: v1\nkind: List\nitems:\n- {}", secret.trim_end().replace('\n', "\n  "));
    let broken = format!("{secret}  bad: [opensesame\n");
    let merging = secret.replace("stringData:\n", "stringData:\n  <<: {x: opensesame}\n");
    let twice = format!("{secret}  k: opensesame2\n");
    let steps = [
        "patches: [{target: {kind: Secret}, patch: 'stringData: {k: [1]}'}]",
        "patches: [{target: {kind: Secret}, patch: 'stringData: {k: null}'}]",
        "patches: [{target: {kind: Secret}, patch: 'metadata: {labels: {a: b}}'}]",
        "patches: [{target: {kind: Secret}, expect: 7, patch: 'metadata: {labels: {a: c}}'}]",
        "patches: [{target: {kind: Secret}, patch: '[{op: test, path: /stringData/k, value: x}]'}]",
        "patches: [{target: {kind: Secret}, patch: '[{op: add, path: /stringData/k/x, value: x}]'}]",
        "patches: [{target: {kind: Secret}, patch: '[{op: replace, path: /stringData/nothing, value: x}]'}]",
        "patches: [{target: {kind: Secret}, patch: '[{op: add, path: \"/stringData/[name=x]\", value: x}]'}]",
        "patches: [{target: {kind: Secret}, replaceText: [{path: /stringData/k, find: zz, replace: x}]}]",
        "patches: [{target: {kind: Secret}, patch: '$patch: delete'}]",
        "patches: [{target: {kind: Secre}, patch: 'a: 1'}]",
        "files: [{target: {kind: Secret}, entry: file.yaml, set: {/a: 1}}]",
        "replacements: [{source: {kind: Secret, fieldPath: stringData.k, options: {delimiter: x, index: 7}}, targets: [{select: {kind: Secret}, fieldPaths: [data.x]}]}]",
        "replacements: [{source: {kind: Secret, fieldPath: stringData.k}, targets: [{select: {kind: Secret}, fieldPaths: [metadata.labels.a.b]}]}]",
        "namespace: {fill: apps}",
        "labels: [{pairs: {x: z}}]",
    ];
    for stream in [secret, &list, &broken, &merging, &twice] {
        for step in steps {
            let said = match run(stream.as_bytes(), config(step)) {
                Err(found) => render::text(&found, false),
                Ok(rendered) => {
                    let report: String = rendered.report.iter().map(ToString::to_string).collect();
                    assert!(
                        rendered.edited.iter().all(|edited| edited.texts.is_none()),
                        "{step} shows a diff"
                    );
                    format!("{report}{}", render::text(&rendered.warnings, false))
                }
            };
            assert!(!said.contains(VALUE), "{step}\n{stream}\n{said}");
        }
    }
}
