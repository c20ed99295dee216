//! Which documents a configuration might select, told from their bytes.
//!
//! A document that holds none of the texts that a step needs cannot be selected, unless it spells them in a
//! way that the bytes do not show.

use memchr::memmem;

use super::config::{Checksum, Dialect, Step};

/// Sets of texts; a document that holds all texts of a set may be selected.
pub(super) struct Prefilter {
    sets: Vec<Vec<memmem::Finder<'static>>>,
}

impl Prefilter {
    /// What the steps of a configuration and its checksums need.
    pub(super) fn of(steps: &[&Step], checksums: &[&Checksum], dialect: Dialect) -> Self {
        let steps = steps.iter().map(|step| match step {
            // What names an object follows its new name.
            Step::Patch(patch) if patch.allow_name_change && dialect == Dialect::Kustomize => Vec::new(),
            Step::Patch(patch) => patch.target.needles(),
            Step::Change(_) | Step::Recipe(_) => Vec::new(),
        });
        let pods = checksums.iter().map(|checksum| checksum.patch.target.needles());
        let data = ["ConfigMap", "Secret"].into_iter().filter(|_| !checksums.is_empty());
        let needles = steps.chain(pods).chain(data.map(|kind| vec![kind.to_owned()]));
        let finder = |needle: String| memmem::Finder::new(needle.as_bytes()).into_owned();
        Self { sets: needles.map(|set| set.into_iter().map(finder).collect()).collect() }
    }

    /// False only for a document that no step can select.
    pub(super) fn may_select(&self, bytes: &[u8]) -> bool {
        let holds = |set: &Vec<memmem::Finder<'_>>| set.iter().all(|needle| needle.find(bytes).is_some());
        !self.sets.is_empty() && (self.sets.iter().any(holds) || hides_text(bytes))
    }
}

/// True when a value may read as a text that is not in the bytes: escapes, base64, tag directives.
fn hides_text(bytes: &[u8]) -> bool {
    let escape = memchr::memchr_iter(b'\\', bytes)
        .any(|at| matches!(bytes.get(at + 1), Some(b'x' | b'u' | b'U' | b'\n' | b'\r')));
    escape || memmem::find(bytes, b"binary").is_some() || memmem::find(bytes, b"%TAG").is_some()
}
