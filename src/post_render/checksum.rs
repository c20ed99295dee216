//! `checksums`: what pods mount or read, as a digest in their annotations, so that a change of it starts new pods.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::apply::is_open;
use super::config::{Checksum, Dialect};
use super::recipe::Outcomes;
use super::references::Name;
use super::{Line, Work};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::Identity;
use crate::yaml::{equal, scalar::base64};

/// Longest name of an annotation, behind its prefix.
const LONGEST: usize = 63;

/// The digests of the contents of one name; several when it is there in several namespaces.
type Contents = HashMap<Name, Vec<(String, [u8; 32])>>;

impl Work<'_> {
    /// Puts checksums into the pods of the selected objects.
    pub(super) fn checksum(&mut self, checksum: &Checksum, outcomes: &mut Outcomes) {
        let patch = &checksum.patch;
        let mut line = Line { step: patch.name.clone(), found: Vec::new(), changed: 0, deleted: 0 };
        let contents = self.contents(checksum);
        let (table, references, hooks) = (self.known.table(), self.known.rules.references(), self.hooks);
        let mut without = Vec::new();
        let mut too_long = BTreeSet::new();
        for object in self.manifests.iter_mut().flat_map(|manifest| &mut manifest.objects) {
            if !is_open(object, hooks) || !patch.target.selects(object) {
                continue;
            }
            if patch.recipe.as_ref().is_some_and(|recipe| !recipe.is_for(object)) {
                continue;
            }
            let Some(identity) = object.current_identity() else { continue };
            let Some(mut value) = object.value.clone() else { continue };
            let mut found = false;
            for pod in references.pods(&value, &identity, table) {
                for (annotation, digest) in annotations(checksum, &pod.reads, &identity, &contents) {
                    let name = annotation.rsplit('/').next().unwrap_or_default();
                    if name.len() > LONGEST {
                        too_long.insert(annotation);
                        continue;
                    }
                    found |= put(&mut value, &pod.annotations, &annotation, digest);
                }
            }
            if found {
                let untested = patch.recipe.as_ref().and_then(|recipe| recipe.guard(object));
                self.findings.extend(untested.map(Diagnostics::from).unwrap_or_default());
                line.found.push(identity.to_string());
                line.changed += usize::from(object.value.as_ref().is_none_or(|old| !equal(old, &value)));
                object.value = Some(value);
            } else {
                without.push(identity.to_string());
            }
        }
        for annotation in too_long {
            let message = format!("{}: `{annotation}` is too long for an annotation", patch.name);
            self.findings.push(
                Diagnostic::error("invalid-annotation", message)
                    .at(&patch.source, patch.span, "")
                    .expected(format!("at most {LONGEST} characters behind the `/`"))
                    .help("write an annotation without {name}: it holds one digest of everything that the pod reads"),
            );
        }
        if line.found.is_empty() && !without.is_empty() && !patch.optional {
            let message = format!(
                "{} finds no pod that mounts or reads a ConfigMap or Secret of the input",
                patch.name
            );
            self.findings.push(
                Diagnostic::error("no-match", message)
                    .at(&patch.source, patch.span, "")
                    .help(format!("its target finds {}", without.join(", "))),
            );
        } else {
            self.check(patch, &line, Dialect::PostRender);
        }
        if let Some(recipe) = &patch.recipe {
            outcomes.add(recipe, std::slice::from_ref(&line));
        }
        self.report.push(line);
    }

    /// The digests of the ConfigMaps and Secrets of the stream.
    fn contents(&self, checksum: &Checksum) -> Contents {
        let mut contents = Contents::new();
        for object in self.manifests.iter().flat_map(|manifest| &manifest.objects) {
            let wanted =
                is_open(object, self.hooks) && checksum.of.as_ref().is_none_or(|of| of.selects(object));
            let Some((identity, value)) = object.current_identity().zip(object.value.as_ref()) else {
                continue;
            };
            let holds_data =
                identity.group.is_empty() && matches!(identity.kind.as_str(), "ConfigMap" | "Secret");
            if wanted && holds_data {
                let name = (identity.kind, identity.name);
                contents
                    .entry(name)
                    .or_default()
                    .push((identity.namespace, digest(value, object.is_secret())));
            }
        }
        contents
    }
}

/// The annotations of a pod and their values. Objects whose annotations have one name share a digest.
fn annotations(
    checksum: &Checksum,
    reads: &BTreeSet<Name>,
    pod: &Identity,
    contents: &Contents,
) -> BTreeMap<String, String> {
    let mut digests: BTreeMap<String, Vec<(&Name, &[u8; 32])>> = BTreeMap::new();
    for name in reads {
        for (namespace, digest) in contents.get(name).into_iter().flatten() {
            // An object without a namespace is in that of the release, which nobody knows here.
            let near = namespace.is_empty() || pod.namespace.is_empty() || *namespace == pod.namespace;
            if near {
                let annotation = checksum.annotation.replace("{name}", &name.1);
                let annotation = annotation.replace("{kind}", &name.0.to_lowercase());
                digests.entry(annotation).or_default().push((name, digest));
            }
        }
    }
    let joined = digests.into_iter().map(|(annotation, parts)| {
        let digest = match parts.as_slice() {
            [(_, digest)] => **digest,
            parts => {
                let mut sum = Sha256::new();
                for ((kind, name), digest) in parts {
                    [kind.as_bytes(), name.as_bytes(), *digest].iter().for_each(|part| add(&mut sum, part));
                }
                sum.finalize().into()
            }
        };
        (annotation, digest.iter().map(|byte| format!("{byte:02x}")).collect())
    });
    joined.collect()
}

/// The digest of the entries of a ConfigMap or Secret: each name and its bytes, with their lengths, sorted by name.
fn digest(value: &Value, secret: bool) -> [u8; 32] {
    let mut entries: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    let plain = |text: &str| text.as_bytes().to_vec();
    let decoded = |text: &str| base64::decode(text).unwrap_or_else(|| plain(text));
    // `stringData` wins over `data`, as in the API.
    for (field, encoded) in [("data", secret), ("binaryData", true), ("stringData", false)] {
        for (key, value) in value.get(field).and_then(Value::as_object).into_iter().flatten() {
            let bytes = match value.as_str() {
                Some(text) if encoded => decoded(text),
                Some(text) => plain(text),
                None => plain(&value.to_string()),
            };
            entries.insert(key, bytes);
        }
    }
    let mut sum = Sha256::new();
    for (key, bytes) in &entries {
        add(&mut sum, key.as_bytes());
        add(&mut sum, bytes);
    }
    sum.finalize().into()
}

/// Adds a part with its length, so that two parts never read as one.
fn add(sum: &mut Sha256, part: &[u8]) {
    sum.update((part.len() as u64).to_be_bytes());
    sum.update(part);
}

/// Sets an annotation; the maps above it are made. False where something else is in their place.
fn put(value: &mut Value, steps: &[String], annotation: &str, digest: String) -> bool {
    let mut here = value;
    for step in steps {
        let Some(map) = here.as_object_mut() else { return false };
        here = map.entry(step.clone()).or_insert(Value::Null);
        if here.is_null() {
            *here = Value::Object(Map::new());
        }
    }
    let Some(map) = here.as_object_mut() else { return false };
    map.insert(annotation.to_owned(), digest.into());
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_entries_count() {
        let plain = digest(&json!({"data": {"a": "1", "b": "2"}, "metadata": {"name": "x"}}), false);
        assert_eq!(plain, digest(&json!({"data": {"b": "2", "a": "1"}, "immutable": true}), false));
        assert_ne!(plain, digest(&json!({"data": {"a": "1b", "": "2"}}), false));
        assert_ne!(plain, digest(&json!({"data": {"a": "2", "b": "1"}}), false));
        assert_eq!(plain, digest(&json!({"data": {"a": "1"}, "binaryData": {"b": "Mg=="}}), false));
    }

    #[test]
    fn a_secret_is_what_its_pods_see() {
        let encoded = digest(&json!({"data": {"a": "Zm9v", "b": "x"}}), true);
        assert_eq!(encoded, digest(&json!({"data": {"b": "x"}, "stringData": {"a": "foo"}}), true));
        assert_eq!(
            encoded,
            digest(&json!({"data": {"a": "YmFy", "b": "x"}, "stringData": {"a": "foo"}}), true)
        );
    }
}
