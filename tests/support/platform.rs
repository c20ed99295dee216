//! A platform that the built `lakehelm` generated into a temporary folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde::Deserialize;
use tempfile::TempDir;

use super::helm::Helm;
use super::tools::{Tools, project};

#[derive(Deserialize)]
struct Lock {
    releases: Vec<Release>,
}

#[derive(Clone, Deserialize)]
pub struct Release {
    pub name: String,
    pub namespace: String,
    /// Folder of its chart below the output.
    pub chart: String,
    #[serde(default)]
    dependencies: Vec<Dependency>,
}

#[derive(Clone, Deserialize)]
struct Dependency {
    /// Folder of the chart that depends on it.
    chart: String,
    name: String,
}

pub struct Platform {
    folder: TempDir,
    pub releases: Vec<Release>,
}

impl Platform {
    /// Runs `lakehelm generate` on a values file, with the stand-ins as upstream charts.
    pub fn generate(values: &Path) -> Result<Self, String> {
        let folder = TempDir::new().map_err(|fault| fault.to_string())?;
        let output = folder.path().join("out");
        let run = Command::new(env!("CARGO_BIN_EXE_lakehelm"))
            .arg("generate")
            .arg("-f")
            .arg(values)
            .arg("--charts")
            .arg(stand_ins())
            .arg("--output")
            .arg(&output)
            .output()
            .expect("lakehelm runs");
        if !run.status.success() {
            return Err(format!("lakehelm generate:\n{}", String::from_utf8_lossy(&run.stderr)));
        }
        Self::open(folder)
    }

    fn open(folder: TempDir) -> Result<Self, String> {
        let lock = folder.path().join("out/lakehelm.lock");
        let text = std::fs::read_to_string(&lock).map_err(|fault| format!("{}: {fault}", lock.display()))?;
        let lock: Lock = serde_yaml::from_str(&text).map_err(|fault| format!("lakehelm.lock: {fault}"))?;
        if lock.releases.is_empty() {
            return Err("lakehelm.lock names no release".into());
        }
        Ok(Self { folder, releases: lock.releases })
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.root().join(below)
    }

    /// Charts inside first: a parent packs them.
    pub fn build_dependencies(&self, helm: &Helm) -> Result<(), String> {
        for release in &self.releases {
            let mut built = BTreeSet::new();
            let inner = release.dependencies.iter().map(|dependency| dependency.chart.as_str());
            for chart in inner.chain([release.chart.as_str()]) {
                let depends = std::fs::read_to_string(self.path(chart).join("Chart.yaml"))
                    .is_ok_and(|text| text.contains("\ndependencies:"));
                if depends && built.insert(chart) {
                    helm.build_dependencies(&self.path(chart))?;
                }
            }
        }
        Ok(())
    }

    /// Names of the upstream charts in use.
    pub fn upstream(&self) -> BTreeSet<&str> {
        self.releases.iter().flat_map(|r| &r.dependencies).map(|d| d.name.as_str()).collect()
    }

    /// Local subcharts of a release: name and folder.
    pub fn subcharts(&self, release: &Release) -> Vec<(String, PathBuf)> {
        let Ok(folder) = std::fs::read_dir(self.path(&release.chart).join("charts")) else {
            return Vec::new();
        };
        let mut found: Vec<_> = folder
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.join("Chart.yaml").is_file())
            .map(|path| (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), path))
            .collect();
        found.sort();
        found
    }
}

/// The folder of packed stand-ins, made once a process.
pub fn stand_ins() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = TempDir::new().expect("a temporary folder");
        let script = project("tests/tools/pack_charts.py");
        let run =
            Command::new(&Tools::get().python).arg(script).arg(folder.path()).output().expect("python runs");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        folder
    });
    folder.path()
}
