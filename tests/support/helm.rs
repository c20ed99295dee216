//! One Helm binary, with folders of its own: no repository, plugin or cache of the user takes part.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use super::tools::Tools;

/// The kinds that charts ask the cluster for.
const API_VERSIONS: [&str; 5] = [
    "cert-manager.io/v1",
    "external-secrets.io/v1",
    "monitoring.coreos.com/v1",
    "monitoring.coreos.com/v1/PodMonitor",
    "monitoring.coreos.com/v1/ServiceMonitor",
];

pub struct Helm {
    pub version: &'static str,
    home: TempDir,
}

impl Helm {
    pub fn new(version: &'static str) -> Self {
        Self { version, home: TempDir::new().expect("a temporary folder") }
    }

    /// Fetches the dependencies of a chart; all of them are local files.
    pub fn build_dependencies(&self, chart: &Path) -> Result<(), String> {
        self.run(&["dependency", "build", &text(chart)]).map(drop)
    }

    pub fn lint(&self, chart: &Path) -> Result<(), String> {
        self.run(&["lint", "--strict", "--with-subcharts", "--kube-version", KUBERNETES, &text(chart)])
            .map(drop)
    }

    /// The manifest of a release.
    pub fn template(
        &self,
        release: &str,
        namespace: &str,
        chart: &Path,
        extra: &[&str],
    ) -> Result<String, String> {
        let chart = text(chart);
        let mut arguments =
            vec!["template", release, &chart, "--namespace", namespace, "--kube-version", KUBERNETES];
        for version in API_VERSIONS {
            arguments.extend(["--api-versions", version]);
        }
        arguments.extend(extra);
        self.run(&arguments)
    }

    fn run(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new(Tools::get().helm(self.version));
        for name in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
            command.env(name, self.home.path());
        }
        command.env_remove("KUBECONFIG").env_remove("HELM_PLUGINS").args(arguments);
        let Output { status, stdout, stderr } = command.output().expect("helm runs");
        let stdout = String::from_utf8_lossy(&stdout).into_owned();
        if status.success() {
            return Ok(stdout);
        }
        let stderr = String::from_utf8_lossy(&stderr);
        // `lint` says what is wrong on stdout.
        Err(format!("helm {} {}\n{stdout}{stderr}", self.version, arguments.join(" ")))
    }
}

const KUBERNETES: &str = "1.33.0";

fn text(path: &Path) -> String {
    path.display().to_string()
}
