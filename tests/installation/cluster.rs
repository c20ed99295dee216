//! A generated platform beside a cluster that is a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

use crate::support::platform::Platform;
use crate::support::tools::project;

/// Generated once a values file; each test copies it, because Helm writes into the charts.
static PLATFORMS: Mutex<BTreeMap<&str, Platform>> = Mutex::new(BTreeMap::new());

/// Clusters with all Secrets, by values file: making them takes a while.
static PREPARED: Mutex<BTreeMap<&str, TempDir>> = Mutex::new(BTreeMap::new());

pub struct Cluster {
    folder: TempDir,
    variables: BTreeMap<String, String>,
}

/// What a script did.
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Cluster {
    /// An empty cluster with what the platform expects of others.
    pub fn new(values: &'static str) -> Self {
        let folder = TempDir::new().unwrap();
        {
            let mut platforms = PLATFORMS.lock().unwrap_or_else(PoisonError::into_inner);
            let platform =
                platforms.entry(values).or_insert_with(|| Platform::generate(&project(values)).unwrap());
            copy(&platform.root(), &folder.path().join("platform"));
        }
        let cluster = Self { folder, variables: BTreeMap::new() };
        for crd in [
            "certificates.cert-manager.io",
            "externalsecrets.external-secrets.io",
            "podmonitors.monitoring.coreos.com",
            "servicemonitors.monitoring.coreos.com",
        ] {
            cluster.put(&format!("crds/{crd}"), "");
        }
        fs::create_dir_all(cluster.state().join("namespaces")).unwrap();
        cluster
    }

    /// The same with the namespaces and every Secret, all drawn: for platforms that allow it.
    pub fn with_secrets(values: &'static str) -> Self {
        let cluster = Self::new(values);
        let mut prepared = PREPARED.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = prepared.entry(values).or_insert_with(|| {
            let run = cluster.run("create-secrets.sh", &[]);
            assert_eq!(run.code, Some(0), "{}", run.err);
            cluster.put("calls", "");
            let folder = TempDir::new().unwrap();
            copy(&cluster.state(), &folder.path().join("cluster"));
            folder
        });
        fs::remove_dir_all(cluster.state()).unwrap();
        copy(&folder.path().join("cluster"), &cluster.state());
        cluster
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("cluster")
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Sets an environment variable of the scripts.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.into(), value.into());
    }

    /// Puts a file into the cluster's folder.
    pub fn put(&self, path: &str, text: &str) {
        let path = self.state().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn remove(&self, path: &str) {
        let path = self.state().join(path);
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
    }

    pub fn has(&self, path: &str) -> bool {
        self.state().join(path).exists()
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.state().join(path)).unwrap_or_default()
    }

    /// The calls of programs so far.
    pub fn calls(&self) -> Vec<String> {
        self.read("calls").lines().map(str::to_owned).collect()
    }

    /// The calls that change something, shortened to what they name.
    pub fn changes(&self) -> Vec<String> {
        let changing = ["helm upgrade --install ", "helm uninstall ", "kubectl replace "];
        let mut found = Vec::new();
        for call in self.calls() {
            if let Some(start) = changing.iter().find(|start| call.starts_with(**start)) {
                let name = call[start.len()..].split(' ').next().unwrap();
                found.push(format!("{start}{name}"));
            } else if call.contains(" create secret ") && !call.contains("--dry-run") {
                found.push("kubectl create secret".into());
            } else if call.contains(" delete ") {
                found.push(call);
            }
        }
        found
    }

    pub fn run(&self, script: &str, arguments: &[&str]) -> Run {
        self.run_in(self.root(), script, arguments, "")
    }

    /// Runs a script from a folder, with an answer on standard input.
    pub fn run_in(&self, folder: &Path, script: &str, arguments: &[&str], answer: &str) -> Run {
        let path = std::env::var("PATH").unwrap();
        let stubs = project("tests/installation/stubs");
        let mut child = Command::new("bash")
            .arg(self.folder.path().join("platform").join(script))
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .env("PATH", format!("{}:{path}", stubs.display()))
            .env("STUB", self.state())
            .envs(&self.variables)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A script that stops early does not read its input.
        let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), answer.as_bytes());
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-R").arg(from).arg(to).status().unwrap().success());
}

impl Run {
    #[track_caller]
    pub fn succeeds(&self) -> &Self {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self
    }

    /// Stops with code 1 and says each of these.
    #[track_caller]
    pub fn fails(&self, words: &[&str]) -> &Self {
        assert_eq!(self.code, Some(1), "{}{}", self.out, self.err);
        for word in words {
            assert!(self.err.contains(word), "not said: {word}\n{}{}", self.out, self.err);
        }
        self
    }
}
