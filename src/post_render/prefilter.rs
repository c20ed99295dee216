//! Which documents a configuration might select, told from their bytes.
//!
//! A document that holds none of the texts that a step needs cannot be selected, unless it spells them in a
//! way that the bytes do not show.

use std::cell::OnceCell;

use memchr::memmem;

use super::config::{Checksum, Dialect, Pattern, Step, Target};
use crate::manifest::Manifest;

/// What steps need of a document; one that fits none of it cannot be selected.
pub(super) struct Prefilter(Vec<Need>);

/// What one step needs of a document.
#[derive(Default)]
struct Need {
    kind: Option<Pattern>,
    /// The rarest first: most documents lack that one.
    texts: Vec<memmem::Finder<'static>>,
}

impl Prefilter {
    /// What the steps of a configuration and its checksums need.
    pub(super) fn of(steps: &[&Step], checksums: &[&Checksum], dialect: Dialect) -> Self {
        let steps = steps.iter().map(|step| match step {
            // What names an object follows its new name.
            Step::Patch(patch) if patch.allow_name_change && dialect == Dialect::Kustomize => Need::default(),
            Step::Patch(patch) => Need::of(&patch.target),
            Step::Change(_) | Step::Recipe(_) => Need::default(),
        });
        let pods = checksums.iter().map(|checksum| Need::of(&checksum.patch.target));
        let data = ["ConfigMap", "Secret"].into_iter().filter(|_| !checksums.is_empty());
        let data = data.map(|kind| Need { kind: Some(Pattern::literal(kind)), texts: vec![finder(kind)] });
        Self(steps.chain(pods).chain(data).collect())
    }

    /// False only for a document that no step can select.
    pub(super) fn may_select(&self, manifest: &Manifest<'_>) -> bool {
        let bytes = manifest.bytes();
        let kind = OnceCell::new();
        let hidden = OnceCell::new();
        // The kind first: to tell it takes no longer than to look for one text, and it rules out most documents.
        self.0.iter().any(|need| {
            need.fits(|| *kind.get_or_init(|| manifest.plain_kind()))
                && (need.is_in(bytes) || *hidden.get_or_init(|| hides_text(bytes)))
        })
    }
}

impl Need {
    fn of(target: &Target) -> Self {
        let mut texts = target.needles();
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self { kind: target.kind.clone(), texts: texts.iter().map(|text| finder(text)).collect() }
    }

    /// False when the kind is known to be another one.
    fn fits<'k>(&self, kind: impl FnOnce() -> Option<&'k str>) -> bool {
        self.kind.as_ref().is_none_or(|wanted| kind().is_none_or(|kind| wanted.matches(kind)))
    }

    fn is_in(&self, bytes: &[u8]) -> bool {
        self.texts.iter().all(|text| text.find(bytes).is_some())
    }
}

fn finder(text: &str) -> memmem::Finder<'static> {
    memmem::Finder::new(text.as_bytes()).into_owned()
}

/// True when a value may read as a text that is not in the bytes: escapes, and base64, which its tag tells.
fn hides_text(bytes: &[u8]) -> bool {
    let mut tagged = false;
    for at in memchr::memchr2_iter(b'\\', b'!', bytes) {
        let rest = &bytes[at..];
        if rest[0] == b'\\' {
            if matches!(rest.get(1), Some(b'x' | b'u' | b'U' | b'\n' | b'\r')) {
                return true;
            }
        } else if at == 0 || !bytes[at - 1].is_ascii_alphanumeric() {
            // `!!bin%61ry` is `!!binary`.
            let tag = rest.split(u8::is_ascii_whitespace).next().unwrap_or_default();
            if memchr::memchr(b'%', tag).is_some() {
                return true;
            }
            tagged = true;
        }
    }
    tagged && (memmem::find(bytes, b"binary").is_some() || memmem::find(bytes, b"%TAG").is_some())
}
