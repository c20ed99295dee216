//! The programs that tests run: pinned Helm binaries, kubectl, a Python environment, shellcheck, a language server for YAML.
//!
//! `tests/tools/fetch.py` puts them into the user's cache folder on first use. A test that needs one
//! fails when it cannot be had; none is skipped.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde::Deserialize;

/// Helm versions every chart is rendered with: oldest supported, the one that hands numbers to templates
/// as strings, the first Helm 4 in wide use, the newest.
pub const HELMS: [&str; 4] = ["3.17.3", "3.18.0", "4.1.4", "4.3.1"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tools {
    helm: BTreeMap<String, PathBuf>,
    kubectl: BTreeMap<String, PathBuf>,
    pub python: PathBuf,
    pub shellcheck: PathBuf,
    data: BTreeMap<String, PathBuf>,
    /// A script that `node` runs.
    pub yaml_language_server: PathBuf,
}

impl Tools {
    pub fn get() -> &'static Self {
        static TOOLS: OnceLock<Tools> = OnceLock::new();
        TOOLS.get_or_init(fetch)
    }

    pub fn helm(&self, version: &str) -> &Path {
        self.helm.get(version).unwrap_or_else(|| panic!("tests/tools/binaries.json has no helm {version}"))
    }

    /// A data file by the name of its pin.
    pub fn data(&self, name: &str) -> &Path {
        self.data.get(name).unwrap_or_else(|| panic!("tests/tools/binaries.json has no data {name}"))
    }

    pub fn kubectl(&self) -> &Path {
        self.kubectl.values().next_back().expect("tests/tools/binaries.json has a kubectl")
    }
}

fn fetch() -> Tools {
    let script = project("tests/tools/fetch.py");
    let done = Command::new("python3")
        .arg(&script)
        .stderr(Stdio::inherit())
        .output()
        .unwrap_or_else(|fault| panic!("needs python3 to run {}: {fault}", script.display()));
    assert!(done.status.success(), "{} failed, its message is above", script.display());
    serde_json::from_slice(&done.stdout).expect("fetch.py prints JSON")
}

/// A path of the project, whatever the working directory of the test is.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
