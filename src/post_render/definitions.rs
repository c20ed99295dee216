//! Merge keys from the CustomResourceDefinitions of the stream, for kinds that the catalogue does not know.

use std::borrow::Cow;

use memchr::memmem;

use super::config::{Body, Step, Target};
use crate::manifest::Manifest;
use crate::patch::Table;

const DEFINITION: &str = "CustomResourceDefinition";

/// The table with what the definitions add. A definition is parsed only when a strategic merge may be for its kind:
/// they are the largest documents of a stream.
pub(super) fn learned<'t>(
    manifests: &mut [Manifest<'_>],
    steps: &[&Step],
    table: &'t Table,
) -> Cow<'t, Table> {
    let targets: Vec<&Target> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Patch(patch) => Some(patch).filter(|patch| patch.bodies.iter().any(is_merge)),
            _ => None,
        })
        .map(|patch| &patch.target)
        .collect();
    let mut table = Cow::Borrowed(table);
    if targets.is_empty() {
        return table;
    }
    for manifest in manifests {
        let is_definition = memmem::find(manifest.bytes(), DEFINITION.as_bytes()).is_some();
        if !is_definition || !may_be_meant(manifest.bytes(), &targets, &table) || manifest.parse().is_err() {
            continue;
        }
        for object in manifest.objects.iter().filter(|object| object.identity.kind == DEFINITION) {
            if let Some(value) = &object.value {
                table.to_mut().learn(value);
            }
        }
    }
    table
}

fn is_merge(body: &Body) -> bool {
    matches!(body, Body::Merge(_))
}

/// True when some line names a kind that a target means and that the table does not know. What has no such lines is
/// JSON, and may be meant.
fn may_be_meant(bytes: &[u8], targets: &[&Target], table: &Table) -> bool {
    let lines = bytes.split(|byte| *byte == b'\n').filter_map(|line| {
        let line = std::str::from_utf8(line).ok()?.trim();
        let kind = line.strip_prefix("- ").unwrap_or(line).strip_prefix("kind:")?.trim();
        Some(kind.trim_matches(['"', '\''])).filter(|kind| !kind.is_empty() && *kind != DEFINITION)
    });
    let mut named = lines.peekable();
    named.peek().is_none()
        || named.any(|kind| {
            let meant = |target: &&Target| target.kind.as_ref().is_none_or(|pattern| pattern.matches(kind));
            !table.knows_kind(kind) && targets.iter().any(meant)
        })
}
