//! Real Helm on everything that is generated: a values file is a test.
//!
//! The starters and every file of `tests/values` are generated with stand-ins for the upstream charts; each local chart is linted
//! and rendered by four Helms that must agree; the objects are checked against the Kubernetes schemas, the upstream CRDs and
//! the rules of the platform, before and after the post-renderer; a misspelt or mistyped `--set` is refused by the charts' own schemas.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
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
                check_objects(&platform, &manifests, &[])?;
                let patched =
                    platform.releases.iter().zip(&manifests).map(|(r, text)| patch(&platform, r, text));
                check_objects(&platform, &patched.collect::<Result<Vec<_>, _>>()?, &["--patched"])?;
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

/// What the post-renderer makes of a release; the manifest itself where the release has no patches.
fn patch(platform: &Platform, release: &Release, manifest: &str) -> Result<String, String> {
    let config = platform.path(&release.chart).join("post-render.yaml");
    if !config.is_file() {
        return Ok(manifest.to_owned());
    }
    let input = platform.path("../input.yaml");
    std::fs::write(&input, manifest).map_err(|fault| fault.to_string())?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_lakehelm"));
    command.arg("post-render").arg("-c").arg(config).arg("--input").arg(input);
    let run = command.output().map_err(|fault| fault.to_string())?;
    if !run.status.success() {
        return Err(format!("lakehelm post-render:\n{}", String::from_utf8_lossy(&run.stderr)));
    }
    String::from_utf8(run.stdout).map_err(|fault| fault.to_string())
}

fn check_objects(platform: &Platform, manifests: &[String], more: &[&str]) -> Outcome {
    let mut command = Command::new(&Tools::get().python);
    command.arg("-B").arg(project("tests/tools/check_objects.py")).arg("--complete").args(more);
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

/// Values that only `helm upgrade --set` knows: pods that read them at their start are replaced, and the patches still fit.
fn follows_set_values(values: &Path) -> Outcome {
    readable(set_values(values))
}

fn set_values(values: &Path) -> Outcome {
    let platform = Platform::generate(values)?;
    let helm = Helm::new(HELMS[3]);
    platform.build_dependencies(&helm)?;
    let release =
        platform.releases.iter().find(|release| release.name == "lakehouse").ok_or("no lakehouse")?;
    let templates = |set: &[&str]| -> Result<_, String> {
        let chart = platform.path(&release.chart);
        let manifest = helm.template(&release.name, &release.namespace, &chart, set)?;
        pod_templates(&patch(&platform, release, &manifest)?)
    };
    let before = templates(&[])?;
    for (set, workloads) in [
        (
            r"fluss-stack.fluss.configurationOverrides.default\.bucket\.number=7",
            &["coordinator-server", "tablet-server"][..],
        ),
        ("polaris-stack.polaris.logging.console.json=true", &["polaris"]),
    ] {
        let after = templates(&["--set", set])?;
        let changed: Vec<_> =
            before.iter().filter(|(name, pod)| after.get(*name) != Some(pod)).map(|(name, _)| name).collect();
        if changed != workloads {
            return Err(format!("--set {set} starts new pods of {changed:?}, expected {workloads:?}").into());
        }
    }
    // What the upstream chart makes only when it is asked to is placed and patched as well.
    for set in
        ["autoscaling.enabled", "ingress.enabled", "serviceMonitor.enabled", "podDisruptionBudget.enabled"]
    {
        templates(&["--set", &format!("polaris-stack.polaris.{set}=true")])?;
    }
    Ok(())
}

/// The pod templates of Deployments and StatefulSets by name.
fn pod_templates(manifest: &str) -> Result<BTreeMap<String, Value>, String> {
    let template = |object: &Value| match object["kind"].as_str() {
        Some("Deployment" | "StatefulSet") => {
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            Some((name.to_owned(), object["spec"]["template"].clone()))
        }
        _ => None,
    };
    Ok(objects(manifest)?.values().filter_map(template).collect())
}

// reference.yaml shows every value; it is not a starter.
datatest_stable::harness! {
    { test = renders_on_every_helm, root = "values", pattern = r"^(?!reference)[^/]+\.yaml$" },
    { test = renders_on_every_helm, root = "tests/values", pattern = r"^[^/]+\.yaml$" },
    { test = refuses_wrong_sets, root = "values", pattern = r"^(?!reference)[^/]+\.yaml$" },
    { test = follows_set_values, root = "values", pattern = r"^aws-keys\.yaml$" },
}
