//! Merge keys from the CustomResourceDefinitions of the stream, for kinds that the catalogue does not know.

use memchr::memmem;

use super::Rules;
use super::config::{Body, Step, Target};
use crate::manifest::Manifest;
use crate::patch::Table;

const DEFINITION: &str = "CustomResourceDefinition";
const KIND: &str = "kind:";

/// The table with what the definitions add; none when they add nothing. A definition is parsed only when a strategic merge may be for its kind:
/// they are the largest documents of a stream.
pub(super) fn learned(manifests: &mut [Manifest<'_>], steps: &[&Step], rules: &Rules) -> Option<Table> {
    let targets: Vec<&Target> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Patch(patch) => Some(patch).filter(|patch| patch.bodies.iter().any(is_merge)),
            _ => None,
        })
        .map(|patch| &patch.target)
        .collect();
    if targets.is_empty() {
        return None;
    }
    let mut learned: Option<Table> = None;
    let (definition, kind) = (memmem::Finder::new(DEFINITION), memmem::Finder::new(KIND));
    for manifest in manifests {
        let bytes = manifest.bytes();
        if definition.find(bytes).is_none() {
            continue;
        }
        let known = learned.as_ref().unwrap_or_else(|| rules.table());
        if !may_be_meant(bytes, &kind, &targets, known) || manifest.parse().is_err() {
            continue;
        }
        for object in manifest.objects.iter().filter(|object| object.identity.kind == DEFINITION) {
            if let Some(value) = &object.value {
                learned.get_or_insert_with(|| rules.table().clone()).learn(value);
            }
        }
    }
    learned
}

fn is_merge(body: &Body) -> bool {
    matches!(body, Body::Merge(_))
}

/// True when some line names a kind that a target means and that the table does not know. What has no such lines is
/// JSON, and may be meant.
fn may_be_meant(bytes: &[u8], kind: &memmem::Finder<'_>, targets: &[&Target], table: &Table) -> bool {
    let lines = kind.find_iter(bytes).filter_map(|at| {
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |feed| feed + 1);
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |feed| at + feed);
        let line = std::str::from_utf8(&bytes[start..end]).ok()?.trim();
        let kind = line.strip_prefix("- ").unwrap_or(line).strip_prefix(KIND)?.trim();
        Some(kind.trim_matches(['"', '\''])).filter(|kind| !kind.is_empty() && *kind != DEFINITION)
    });
    let mut named = lines.peekable();
    named.peek().is_none()
        || named.any(|kind| {
            let meant = |target: &&Target| target.kind.as_ref().is_none_or(|pattern| pattern.matches(kind));
            !table.knows_kind(kind) && targets.iter().any(meant)
        })
}
