//! The objects of a platform, rendered by Helm.
//!
//! Upstream charts would have to be fetched, so they are left out: the charts are rendered without those dependencies.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::impact::Rendered;
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

/// Renders every release of a tree.
pub(super) fn render(helm: &Path, tree: &Tree) -> Result<Rendered> {
    let stage = Stage::new()?;
    for (path, file) in tree.iter().filter(|(path, _)| path.starts_with("charts/")) {
        let target = stage.0.join(path);
        let describe = || format!("cannot write {}", target.display());
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).with_context(describe)?;
        }
        let bytes =
            if path.ends_with("/Chart.yaml") { own_dependencies(&file.bytes)? } else { file.bytes.clone() };
        std::fs::write(&target, bytes).with_context(describe)?;
    }
    let locked = tree.get(lock::NAME).map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
    let locked = value(Document::parse(Source::new(lock::NAME, locked.unwrap_or_default())))?;
    let mut rendered = Rendered::new();
    for release in locked.get("releases").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| release.get(key).and_then(Value::as_str).unwrap_or_default();
        let output = Command::new(helm)
            .arg("template")
            .arg(text("name"))
            .arg(stage.0.join(text("chart")))
            .args(["--namespace", text("namespace"), "--include-crds"])
            .output()
            .with_context(|| format!("cannot run {}", helm.display()))?;
        if !output.status.success() {
            bail!(
                "helm cannot render the release {}: {}\n--no-helm compares values and templates instead",
                text("name"),
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        rendered.insert(text("name").to_owned(), output.stdout);
    }
    Ok(rendered)
}

/// `Chart.yaml` without the dependencies that come from a repository.
fn own_dependencies(bytes: &[u8]) -> Result<Vec<u8>> {
    let source = Source::new("Chart.yaml", String::from_utf8_lossy(bytes));
    let document = Document::parse(source).map_err(|fault| anyhow::anyhow!("{}", fault.message))?;
    let content = document.to_value_lenient().unwrap_or_default();
    let listed = content.get("dependencies").and_then(Value::as_array).cloned().unwrap_or_default();
    let foreign =
        |one: &Value| one.get("repository").and_then(Value::as_str).is_some_and(|from| !from.is_empty());
    if !listed.iter().any(foreign) {
        return Ok(bytes.to_vec());
    }
    let own: Value = listed.into_iter().filter(|one| !foreign(one)).collect();
    let change = Change::set("/dependencies", own);
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

impl Drop for Stage {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}
