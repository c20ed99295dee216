//! Embeds the catalogue: its texts, and what is slow to read made ready.
//!
//! The values of YAML and CSV files are embedded as JSON, expressions of rules as syntax trees. That is most of what a
//! short run would do, and the same in each. `docs/decisions/0008` says more; tests compare both with what the program reads.

#[path = "build/expressions.rs"]
mod expressions;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::{Map, Value};

const CATALOG: &str = "chart-templates";
const MERGE_KEYS: &str = "_kubernetes/merge-keys.yaml";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed={CATALOG}");
    println!("cargo::rerun-if-changed=values/local.yaml");
    link();
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join(CATALOG);
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut files = String::from("&[\n");
    let mut parsed = BTreeMap::new();
    for (path, full) in walk(&root) {
        // What is not text cannot be a template; the tests of the catalogue keep such files out.
        let Ok(text) = fs::read_to_string(&full) else { continue };
        let value = read(&path, &text);
        value.iter().for_each(|value| expressions::find(value, &mut parsed));
        let json = value.map(|value| value.to_string());
        writeln!(files, "({path:?}, include_str!({:?}), {json:?}),", full.display().to_string())
            .expect("a text");
    }
    files.push_str("]\n");
    fs::write(out.join("merge_keys.rs"), merge_keys(&root)).expect("OUT_DIR can be written");
    fs::write(out.join("catalog.rs"), files).expect("OUT_DIR can be written");
    let mut trees = String::from("&[\n");
    for (text, bytes) in parsed {
        writeln!(trees, "({text:?}, b\"{}\"),", bytes.escape_ascii()).expect("a text");
    }
    trees.push_str("]\n");
    fs::write(out.join("expressions.rs"), trees).expect("OUT_DIR can be written");
}

/// At a fixed address, as Go links helm and kubectl: moving 38,000 addresses takes a quarter of every start. With the
/// unwinder inside where the linker has it: one shared library less to find and to load, and to have in an image.
fn link() {
    println!("cargo::rerun-if-env-changed=RUSTC_LINKER");
    let target = |key: &str| env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    if target("OS") != "linux" || target("ENV") != "gnu" {
        return;
    }
    println!("cargo::rustc-link-arg-bins=-no-pie");
    let linker = env::var("RUSTC_LINKER").unwrap_or_else(|_| "cc".into());
    let asked = Command::new(linker).arg("-print-file-name=libgcc_eh.a").output();
    // Without a path it repeats the name.
    if asked.is_ok_and(|answer| answer.stdout.starts_with(b"/")) {
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

/// The files below a folder, in the order of their paths, which have `/` between names.
fn walk(root: &Path) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root) {
        let entry = entry.expect("the catalogue can be read");
        if entry.file_type().is_file() {
            let names = entry
                .path()
                .strip_prefix(root)
                .expect("it is below")
                .iter()
                .map(|name| name.to_string_lossy());
            found.insert(names.collect::<Vec<_>>().join("/"), entry.into_path());
        }
    }
    found
}

/// The value of a file that components are made of; a file that does not read is left to the program, which says why.
fn read(path: &str, text: &str) -> Option<Value> {
    let (_component, inside) = path.split_once('/')?;
    let table = inside.starts_with("data/");
    if inside.ends_with(".csv") && table {
        let pairs = csv::Reader::from_reader(text.as_bytes()).into_deserialize::<(String, String)>();
        let pairs = pairs.map(|pair| pair.map(|(key, value)| (key, Value::from(value))));
        return pairs.collect::<Result<Map<_, _>, _>>().ok().map(Value::Object);
    }
    let known = table
        || inside == "component.yaml"
        || inside == "schema.yaml"
        || inside.starts_with("schema/")
        || inside.starts_with("presets/");
    if known && inside.ends_with(".yaml") { serde_yaml::from_str(text).ok() } else { None }
}

/// The parts of the table of merge keys as JSON, by name: a run reads few of them.
fn merge_keys(root: &Path) -> String {
    let text = fs::read_to_string(root.join(MERGE_KEYS)).expect("the merge keys can be read");
    let table: BTreeMap<String, BTreeMap<String, Value>> = serde_yaml::from_str(&text).expect("a table");
    let part = |(name, value): (&String, &Value)| format!("({name:?}, {:?}),\n", value.to_string());
    let parts = |name: &str| table[name].iter().map(part).collect::<String>();
    ["objects", "types"]
        .map(|name| {
            let constant = name.to_uppercase();
            format!("pub const {constant}: &[(&str, &str)] = &[\n{}];\n", parts(name))
        })
        .concat()
}
