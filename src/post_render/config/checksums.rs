//! `checksums`: annotations that show what pods read.

use super::Reading;
use super::fields::Fields;
use super::patches::Patch;
use super::target::Target;

/// Checksums in the pods of some objects.
#[derive(Debug)]
pub struct Checksum {
    /// Which objects, and how many.
    pub patch: Patch,
    /// The name of the annotation, with `{name}` and `{kind}` of what it is a checksum of.
    pub annotation: String,
    /// Only these ConfigMaps and Secrets count.
    pub of: Option<Target>,
}

impl Reading<'_, '_> {
    pub(super) fn checksums(&mut self, fields: &Fields<'_>) -> Vec<Checksum> {
        let mut checksums = Vec::new();
        for (index, node) in fields.items("checksums", self).into_iter().enumerate() {
            let known = ["target", "annotation", "of", "expect", "optional"];
            let Some(entry) = Fields::read(node, "a checksum", &known, self) else { continue };
            let options = self.options(&entry);
            let annotation = entry.needed("annotation", self);
            let of = entry.get("of").and_then(|of| Target::read(of, self));
            let Some(target) = entry.get("target") else {
                self.report(node, "missing-field", "a checksum needs the `target` whose pods get it");
                continue;
            };
            let Some(target) = Target::read(target, self) else { continue };
            let Some(annotation) = annotation else { continue };
            let patch = self.patch(node, &format!("checksums[{index}]"), target, &options);
            checksums.push(Checksum { patch, annotation, of });
        }
        checksums
    }
}
