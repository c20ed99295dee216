//! New documents: where they go in the stream, and what Helm needs in them.

use serde_json::Value;

use super::config::{Config, Resource};
use super::{Rules, Work};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{FILENAME_ANNOTATION, Manifest};
use crate::patch::{self, Spelling};
use crate::text::Source;
use crate::yaml::Document;

/// The kinds in the order in which Helm installs them.
#[derive(Debug)]
pub struct InstallOrder(Vec<String>);

impl InstallOrder {
    /// Reads the list.
    pub fn read(text: &str) -> Result<Self, Diagnostic> {
        serde_yaml::from_str(text).map(Self).map_err(|error| {
            Diagnostic::error(
                "unreadable-table",
                format!("the catalogue's install-order.yaml cannot be read: {error}"),
            )
        })
    }

    /// The place of a kind; unknown ones come last.
    fn rank(&self, kind: &str) -> usize {
        self.0.iter().position(|known| known == kind).unwrap_or(self.0.len())
    }
}

/// The documents that the configurations add, as they stand in the stream.
pub(super) fn documents(stream: &[u8], configs: &[Config]) -> Result<Vec<(String, String)>, Diagnostics> {
    if configs.iter().all(|config| config.resources.is_empty()) {
        return Ok(Vec::new());
    }
    // Helm 4 finds the file of a document again by this annotation.
    let folder = chart_folder(stream);
    let crlf = memchr::memchr(b'\n', stream).is_some_and(|at| at > 0 && stream[at - 1] == b'\r');
    let mut documents = Vec::new();
    for resource in configs.iter().flat_map(|config| &config.resources) {
        let mut text = resource.text.clone();
        if let Some(folder) = &folder {
            text = annotated(resource, &format!("{folder}/templates/{}", file_name(resource)))?;
        }
        let text = format!("---\n# Added by lakehelm post-render\n{text}");
        let text = if crlf { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text };
        documents.push((resource.identity.kind.clone(), text));
    }
    Ok(documents)
}

/// The folder of the chart in the annotations of Helm 4; none when nothing carries one.
fn chart_folder(stream: &[u8]) -> Option<String> {
    let at = memchr::memmem::find(stream, FILENAME_ANNOTATION.as_bytes())? + FILENAME_ANNOTATION.len();
    let line = stream[at..].split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let path = line.trim_start_matches(['"', '\'', ':', ' ']);
    Some(path.split('/').next().filter(|folder| !folder.is_empty()).unwrap_or("lakehelm").to_owned())
}

/// A name that does not begin with `_`: Helm 4 drops such files.
fn file_name(resource: &Resource) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' };
    let name: String = resource.identity.name.chars().map(plain).collect();
    format!("added-{}-{name}.yaml", resource.identity.kind.to_lowercase())
}

fn annotated(resource: &Resource, path: &str) -> Result<String, Diagnostics> {
    let document = Document::parse(Source::new("a resource", resource.text.as_str()))?;
    let old = document.to_value_lenient()?;
    let mut value = old.clone();
    crate::manifest::set_filename(&mut value, Value::from(path));
    Ok(patch::write(&document, &old, &value, &Spelling::default())?.source().text().to_owned())
}

/// Puts the new documents into their places.
pub(super) fn insert<'s>(
    manifests: &mut Vec<Manifest<'s>>,
    documents: &'s [(String, String)],
    rules: &Rules,
) {
    if documents.is_empty() {
        return;
    }
    let order = rules.order();
    let mut ranks: Vec<Option<usize>> =
        manifests.iter_mut().map(|manifest| Some(order.rank(&manifest.kind()?))).collect();
    for (kind, text) in documents {
        let rank = order.rank(kind);
        let before = ranks.iter().rposition(|other| other.is_some_and(|other| other <= rank));
        // Before the first object, not before what stands above it.
        let first = || ranks.iter().position(Option::is_some).unwrap_or(ranks.len());
        let at = before.map_or_else(first, |at| at + 1);
        ranks.insert(at, Some(rank));
        manifests.insert(at, Manifest::added(text, "added document"));
    }
}

impl Work<'_> {
    /// Findings for what is added: an object that is there already.
    pub(super) fn refuse_doubles(&mut self, configs: &[Config]) {
        for resource in configs.iter().flat_map(|config| &config.resources) {
            let wanted = &resource.identity;
            let mut count = 0;
            for manifest in &mut self.manifests {
                let may_be = memchr::memmem::find(manifest.bytes(), wanted.name.as_bytes()).is_some();
                if may_be && manifest.parse().is_ok() {
                    count += manifest.objects.iter().filter(|object| object.identity == *wanted).count();
                }
            }
            if count > 1 {
                self.findings.push(
                    Diagnostic::error("conflicting-objects", format!("{wanted} is in the input already"))
                        .at(&resource.source, resource.span, "")
                        .help("patch the one that is there"),
                );
            }
        }
    }

    /// Helm 3 takes hooks out before the post-renderer runs: a new one would be installed like any other object.
    pub(super) fn refuse_new_hooks(&mut self, stream: &[u8]) {
        let objects = self.manifests.iter().flat_map(|manifest| &manifest.objects);
        let new: Vec<String> =
            objects.filter(|object| object.is_hook()).map(|object| object.identity.to_string()).collect();
        if new.is_empty() {
            return;
        }
        let others_see_hooks = memchr::memmem::find(stream, FILENAME_ANNOTATION.as_bytes()).is_some()
            || memchr::memmem::find(stream, b"helm.sh/hook").is_some();
        if !others_see_hooks {
            let message = format!(
                "{} would be a new hook, which Helm 3 installs like any other object",
                new.join(", ")
            );
            self.findings
                .push(Diagnostic::error("new-hook", message).help("let the chart render it, or use Helm 4"));
        }
    }
}
