//! The objects of a platform, rendered by Helm and patched as at installation.
//!
//! Nothing is fetched: upstream charts come from a folder of archives, or are left out.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::diagnostic::Diagnostics;
use crate::generate::Archives;
use crate::impact::{Objects, Rendered};
use crate::post_render::{self, Config, Rules};
use crate::text::Source;
use crate::tree::{Tree, lock};
use crate::yaml::{Change, Document, apply};

/// The program: the one that was named, or the one in PATH.
pub(super) fn find(named: Option<&Path>) -> Option<PathBuf> {
    if let Some(path) = named {
        return Some(path.to_owned());
    }
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join("helm")).find(|path| path.is_file())
}

/// Renders every release of a tree, and patches what the post-renderer patches at installation. Upstream charts take part
/// where the tree has them below `vendor/`; a release that lacks one is rendered without it and not patched.
pub(super) fn render(helm: &Path, tree: &Tree, rules: &Rules) -> Result<Result<Rendered, Diagnostics>> {
    let stage = Stage::new()?;
    stage.write(tree)?;
    let mut rendered = Rendered::new();
    for release in list(&locked(tree)?, "releases") {
        let text = |key: &str| release.get(key).and_then(Value::as_str).unwrap_or_default();
        let (name, chart) = (text("name"), text("chart"));
        let output = Command::new(helm)
            .arg("template")
            .arg(name)
            .arg(stage.0.join(chart))
            .args(["--namespace", text("namespace"), "--include-crds"])
            .output()
            .with_context(|| format!("cannot run {}", helm.display()))?;
        if !output.status.success() {
            bail!(
                "helm cannot render the release {name}: {}\n--no-helm compares values and templates instead",
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        let complete = list(release, "dependencies").all(|one| is_vendored(tree, field(one, "name")));
        let config = tree.get(&format!("{chart}/post-render.yaml")).filter(|_| complete);
        let stream = match config.map(|file| patched(&output.stdout, chart, &file.bytes, rules)) {
            None => output.stdout,
            Some(Ok(stream)) => stream,
            Some(Err(found)) => return Ok(Err(found)),
        };
        rendered.insert(name.to_owned(), Objects { stream, complete });
    }
    Ok(Ok(rendered))
}

/// What the post-renderer makes of a release.
fn patched(stream: &[u8], chart: &str, config: &[u8], rules: &Rules) -> Result<Vec<u8>, Diagnostics> {
    let source = Source::new(format!("{chart}/post-render.yaml"), String::from_utf8_lossy(config));
    let config = Config::parse_generated(source)?;
    Ok(post_render::run(stream, &[config], rules)?.output.to_vec())
}

/// Unpacks the upstream charts of a tree from the archives; those that it has already stay.
pub(super) fn vendor(tree: &mut Tree, archives: &Archives) -> Result<Result<(), Diagnostics>> {
    let locked = locked(tree)?;
    for dependency in list(&locked, "releases").flat_map(|release| list(release, "dependencies")) {
        let (name, version) = (field(dependency, "name"), field(dependency, "version"));
        if !is_vendored(tree, name)
            && let Err(found) = archives.unpack(tree, name, version)
        {
            return Ok(Err(found.into()));
        }
    }
    Ok(Ok(()))
}

fn is_vendored(tree: &Tree, name: &str) -> bool {
    tree.get(&format!("vendor/{name}/Chart.yaml")).is_some()
}

fn locked(tree: &Tree) -> Result<Value> {
    let text = tree.get(lock::NAME).map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
    value(Document::parse(Source::new(lock::NAME, text.unwrap_or_default())))
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn field<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// `Chart.yaml` without the dependencies that are not there.
fn own_dependencies(tree: &Tree, bytes: &[u8]) -> Result<Vec<u8>> {
    let source = Source::new("Chart.yaml", String::from_utf8_lossy(bytes));
    let document = Document::parse(source).map_err(|fault| anyhow::anyhow!("{}", fault.message))?;
    let content = document.to_value_lenient().unwrap_or_default();
    let absent = |one: &Value| !field(one, "repository").is_empty() && !is_vendored(tree, field(one, "name"));
    if !list(&content, "dependencies").any(absent) {
        return Ok(bytes.to_vec());
    }
    let there: Value = list(&content, "dependencies").filter(|one| !absent(one)).cloned().collect();
    let change = Change::set("/dependencies", there);
    let edited = apply(&document, &[change]).map_err(|fault| anyhow::anyhow!("{}", fault.message))?;
    Ok(edited.source().text().as_bytes().to_vec())
}

fn value(document: Result<Document, crate::diagnostic::Diagnostic>) -> Result<Value> {
    let document = document.map_err(|fault| anyhow::anyhow!("{}: {}", lock::NAME, fault.message))?;
    Ok(document.to_value_lenient().unwrap_or_default())
}

/// A folder that goes when the work is done.
struct Stage(PathBuf);

impl Stage {
    fn new() -> Result<Self> {
        for number in 0..1_000 {
            let path = std::env::temp_dir().join(format!("lakehelm-diff-{}-{number}", std::process::id()));
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error).with_context(|| format!("cannot make {}", path.display())),
            }
        }
        bail!("no free name for a folder in {}", std::env::temp_dir().display())
    }
}

impl Stage {
    /// The charts of a tree, with the upstream charts where Helm looks for dependencies.
    fn write(&self, tree: &Tree) -> Result<()> {
        let locked = locked(tree)?;
        for (path, file) in tree.iter() {
            if path.starts_with("charts/") {
                let chart = path.ends_with("/Chart.yaml");
                let bytes = if chart { &own_dependencies(tree, &file.bytes)? } else { &file.bytes };
                self.file(path, bytes)?;
            }
            let Some((name, rest)) = path.strip_prefix("vendor/").and_then(|path| path.split_once('/'))
            else {
                continue;
            };
            let users = list(&locked, "releases").flat_map(|release| list(release, "dependencies"));
            for user in users.filter(|one| field(one, "name") == name) {
                self.file(&format!("{}/charts/{name}/{rest}", field(user, "chart")), &file.bytes)?;
            }
        }
        Ok(())
    }

    fn file(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let target = self.0.join(path);
        let describe = || format!("cannot write {}", target.display());
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).with_context(describe)?;
        }
        std::fs::write(&target, bytes).with_context(describe)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}
