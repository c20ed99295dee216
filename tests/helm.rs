//! Real Helm on everything that is generated: a values file is a test.
//!
//! The starters and every file of `tests/values` are generated with stand-ins for the upstream charts; each local chart is linted
//! and rendered by four Helms that must agree; the objects are checked against the Kubernetes schemas, the upstream CRDs and
//! the rules of the platform; a misspelt or mistyped `--set` is refused by the charts' own schemas.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::helm::Helm;
use support::knobs::wrong_sets;
use support::manifest::{difference, objects};
use support::platform::{Platform, Release};
use support::readable;
use support::tools::{HELMS, Tools, project};

type Outcome = datatest_stable::Result<()>;

fn renders_on_every_helm(values: &Path) -> Outcome {
    readable(render(values))
}

fn render(values: &Path) -> Outcome {
    let platform = Platform::generate(values)?;
    lint_scripts(&platform)?;
    let mut first: Option<Vec<String>> = None;
    for version in HELMS {
        let helm = Helm::new(version);
        platform.build_dependencies(&helm)?;
        let mut manifests = Vec::new();
        for release in &platform.releases {
            let chart = platform.path(&release.chart);
            helm.lint(&chart)?;
            manifests.push(helm.template(&release.name, &release.namespace, &chart, &[])?);
            for (name, subchart) in platform.subcharts(release) {
                helm.template(&name, &release.namespace, &subchart, &[])?;
            }
        }
        match &first {
            None => {
                check_objects(&platform, &manifests)?;
                first = Some(manifests);
            }
            Some(first) => agree(&platform, version, first, &manifests)?,
        }
    }
    Ok(())
}

/// Every Helm makes the same objects of a chart.
fn agree(platform: &Platform, version: &str, first: &[String], second: &[String]) -> Outcome {
    for ((release, a), b) in platform.releases.iter().zip(first).zip(second) {
        if let Some(found) = difference(&objects(a)?, &objects(b)?) {
            return Err(
                format!("release {}: helm {} against {version}: {found}", release.name, HELMS[0]).into()
            );
        }
    }
    Ok(())
}

fn check_objects(platform: &Platform, manifests: &[String]) -> Outcome {
    let mut command = Command::new(&Tools::get().python);
    command.arg("-B").arg(project("tests/tools/check_objects.py")).arg("--complete");
    for chart in platform.upstream() {
        command.args(["--upstream", chart]);
    }
    for (release, manifest) in platform.releases.iter().zip(manifests) {
        let file = platform.path(&format!("../{}.yaml", release.name));
        std::fs::write(&file, manifest)?;
        command.arg(format!("{}@{}", file.display(), release.namespace));
    }
    let run = command.output()?;
    if run.status.success() {
        return Ok(());
    }
    Err(format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr)).into())
}

/// A script without a first line that names its shell is handed to `sh -c`.
fn lint_scripts(platform: &Platform) -> Outcome {
    let scripts: Vec<PathBuf> = walkdir::WalkDir::new(platform.root())
        .into_iter()
        .filter_map(|entry| entry.ok().map(walkdir::DirEntry::into_path))
        .filter(|path| path.extension().is_some_and(|ending| ending == "sh"))
        .collect();
    if scripts.is_empty() {
        return Err("no script was generated".into());
    }
    let (named, plain): (Vec<_>, Vec<_>) =
        scripts.iter().partition(|path| std::fs::read(path).is_ok_and(|text| text.starts_with(b"#!")));
    for (shell, scripts) in [(None, named), (Some("--shell=sh"), plain)] {
        if scripts.is_empty() {
            continue;
        }
        let run = Command::new(&Tools::get().shellcheck)
            .arg("--severity=warning")
            .args(shell)
            .args(&scripts)
            .output()?;
        if !run.status.success() {
            return Err(format!("shellcheck:\n{}", String::from_utf8_lossy(&run.stdout)).into());
        }
    }
    Ok(())
}

/// `helm upgrade --set` on the result is guarded by the chart's own schema, subcharts through their parent.
fn refuses_wrong_sets(values: &Path) -> Outcome {
    readable(set_wrong_values(values))
}

fn set_wrong_values(values: &Path) -> Outcome {
    let platform = Platform::generate(values)?;
    for version in [HELMS[0], HELMS[3]] {
        let helm = Helm::new(version);
        platform.build_dependencies(&helm)?;
        for release in &platform.releases {
            let chart = platform.path(&release.chart);
            refuses(&helm, release, &chart, &chart, "")?;
            for (name, subchart) in platform.subcharts(release) {
                refuses(&helm, release, &chart, &subchart, &format!("{name}."))?;
            }
        }
    }
    Ok(())
}

fn refuses(helm: &Helm, release: &Release, chart: &Path, owner: &Path, prefix: &str) -> Outcome {
    let schema = serde_json::from_slice(&std::fs::read(owner.join("values.schema.json"))?)?;
    for set in wrong_sets(&schema, prefix) {
        match helm.template(&release.name, &release.namespace, chart, &["--set", &set]) {
            Ok(_) => {
                return Err(format!("helm {}: {} accepts --set {set}", helm.version, release.name).into());
            }
            Err(message) if message.contains("values don't meet the specifications of the schema") => {}
            Err(message) => return Err(format!("--set {set} fails for another reason: {message}").into()),
        }
    }
    Ok(())
}

// reference.yaml shows every value; it is not a starter.
datatest_stable::harness! {
    { test = renders_on_every_helm, root = "values", pattern = r"^(?!reference)[^/]+\.yaml$" },
    { test = renders_on_every_helm, root = "tests/values", pattern = r"^[^/]+\.yaml$" },
    { test = refuses_wrong_sets, root = "values", pattern = r"^(?!reference)[^/]+\.yaml$" },
}
