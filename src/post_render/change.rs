//! The changes that the configuration names by their kind: images, labels, annotations, namespace, replicas.

use serde_json::{Map, Value};

use super::apply::is_open;
use super::config::{Change, ChangeWork, Dialect, Image, Labels};
use super::fields::{FieldSpec, Fields};
use super::{Line, Work};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{Identity, Object};
use crate::yaml::equal;

impl Work<'_> {
    /// Does one change; whatever does not fit becomes a finding.
    pub(super) fn change(&mut self, change: &Change, dialect: Dialect) {
        let mut line = Line { step: change.name.clone(), found: Vec::new(), changed: 0, deleted: 0 };
        let fields = self.fields;
        match &change.work {
            ChangeWork::Images(image) => self.each(&mut line, |object, _| images(object, image)),
            ChangeWork::Labels(wanted) => {
                self.each(&mut line, |object, identity| labels(object, identity, wanted, fields))
            }
            ChangeWork::Annotations(pairs) => self.each(&mut line, |object, identity| {
                put(object, identity, &[FieldSpec::everywhere("metadata/annotations")], pairs);
                put(object, identity, &fields.annotations, pairs);
                true
            }),
            ChangeWork::Namespace(name) => self.namespace(change, name, &mut line),
            ChangeWork::Replicas(replicas) => self.each(&mut line, |object, identity| {
                let specs: Vec<_> = fields.replicas.iter().filter(|spec| spec.fits(identity)).collect();
                let wanted = identity.name == replicas.name && !specs.is_empty();
                if wanted {
                    specs
                        .iter()
                        .for_each(|spec| spec.change(object, &mut |value| *value = replicas.count.into()));
                }
                wanted
            }),
            ChangeWork::Replacement(replacement) => self.replacement(change, replacement, dialect, &mut line),
        }
        let needs_a_match = dialect == Dialect::PostRender || matches!(change.work, ChangeWork::Replicas(_));
        if line.found.is_empty() && needs_a_match && !matches!(change.work, ChangeWork::Replacement(_)) {
            self.findings.push(
                Diagnostic::error("no-match", format!("{} finds nothing to change", change.name)).at(
                    &change.source,
                    change.span,
                    "",
                ),
            );
        }
        self.report.push(line);
    }

    /// Changes every object for which `change` is true.
    pub(super) fn each(&mut self, line: &mut Line, mut change: impl FnMut(&mut Value, &Identity) -> bool) {
        let (hooks, recipe) = (self.hooks, self.recipe.clone());
        for object in self.manifests.iter_mut().flat_map(|manifest| &mut manifest.objects) {
            let Some(identity) = object.current_identity().filter(|_| is_open(object, hooks)) else {
                continue;
            };
            if recipe.as_ref().is_some_and(|recipe| !recipe.is_for(object)) {
                continue;
            }
            let Some(mut value) = object.value.clone() else { continue };
            if change(&mut value, &identity) {
                let untested = recipe.as_ref().and_then(|recipe| recipe.guard(object));
                self.findings.extend(untested.map(Diagnostics::from).unwrap_or_default());
                line.found.push(identity.to_string());
                line.changed += usize::from(object.value.as_ref().is_none_or(|old| !equal(old, &value)));
                object.value = Some(value);
            }
        }
    }

    /// Moves everything that has a namespace, and what refers to it.
    fn namespace(&mut self, change: &Change, name: &str, line: &mut Line) {
        let fields = self.fields;
        let objects = || {
            self.manifests.iter().flat_map(|manifest| &manifest.objects).filter_map(Object::current_identity)
        };
        let moved: Vec<Identity> = objects().filter(|identity| !fields.is_cluster_scoped(identity)).collect();
        self.each(line, |object, identity| {
            super::namespace::refer(object, identity, &moved, name);
            if identity.kind == "Namespace" && identity.group.is_empty() {
                FieldSpec::everywhere("metadata/name").change(object, &mut |value| *value = name.into());
            } else if !fields.is_cluster_scoped(identity) {
                FieldSpec::everywhere("metadata/namespace").change(object, &mut |value| *value = name.into());
            }
            true
        });
        let mut seen = std::collections::HashSet::new();
        let now: Vec<Identity> = self
            .manifests
            .iter()
            .flat_map(|manifest| &manifest.objects)
            .filter(|object| is_open(object, self.hooks))
            .filter_map(Object::current_identity)
            .collect();
        for identity in now {
            if !identity.name.is_empty() && !seen.insert(identity.clone()) {
                self.findings.push(
                    Diagnostic::error(
                        "conflicting-objects",
                        format!("there would be two objects {identity}"),
                    )
                    .at(&change.source, change.span, "")
                    .help("they came from different namespaces"),
                );
            }
        }
    }
}

/// Sets strings in the maps of these fields.
fn put(object: &mut Value, identity: &Identity, specs: &[FieldSpec], pairs: &[(String, String)]) {
    for spec in specs.iter().filter(|spec| spec.fits(identity)) {
        spec.change(object, &mut |value| {
            if value.is_null() {
                *value = Value::Object(Map::new());
            }
            if let Value::Object(map) = value {
                for (key, text) in pairs {
                    map.insert(key.clone(), text.clone().into());
                }
            }
        });
    }
}

fn labels(object: &mut Value, identity: &Identity, wanted: &Labels, fields: &Fields) -> bool {
    put(object, identity, &[FieldSpec::everywhere("metadata/labels")], &wanted.pairs);
    if wanted.selectors {
        put(object, identity, &fields.selectors, &wanted.pairs);
    }
    if wanted.selectors || wanted.templates {
        put(object, identity, &fields.templates, &wanted.pairs);
    }
    put(object, identity, &wanted.fields, &wanted.pairs);
    true
}

/// Other images for the containers of an object, wherever it has some.
fn images(value: &mut Value, image: &Image) -> bool {
    if value.get("kind").and_then(Value::as_str) == Some("CustomResourceDefinition") {
        return false;
    }
    let mut found = false;
    walk(value, image, &mut found);
    found
}

fn walk(value: &mut Value, image: &Image, found: &mut bool) {
    match value {
        Value::Object(map) => {
            for (key, child) in map {
                if matches!(key.as_str(), "containers" | "initContainers")
                    && let Value::Array(items) = child
                {
                    let references = items.iter_mut().filter_map(|item| item.get_mut("image"));
                    references.for_each(|reference| rename(reference, image, found));
                }
                if key == "volumes"
                    && let Value::Array(items) = child
                {
                    let references = items.iter_mut().filter_map(|item| item.pointer_mut("/image/reference"));
                    references.for_each(|reference| rename(reference, image, found));
                }
                walk(child, image, found);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, image, found)),
        _ => {}
    }
}

fn rename(reference: &mut Value, image: &Image, found: &mut bool) {
    if let Some(new) = reference.as_str().and_then(|text| renamed(text, image)) {
        *reference = new.into();
        *found = true;
    }
}

/// The new reference of an image; none when it has another name.
fn renamed(text: &str, image: &Image) -> Option<String> {
    if !image.name.is_match(text) {
        return None;
    }
    let (rest, old_digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
    let colon = rest.rfind(':').filter(|at| !rest[*at..].contains('/'));
    let (name, old_tag) = colon.map_or((rest, None), |at| (&rest[..at], Some(&rest[at + 1..])));
    let (tag, digest) = match (&image.new_tag, &image.digest) {
        (None, None) => (old_tag, old_digest),
        (tag, digest) => (tag.as_deref(), digest.as_deref()),
    };
    let mut new = image.new_name.as_deref().unwrap_or(name).to_owned();
    if let Some(tag) = tag {
        new.push_str(&format!(":{tag}"));
    }
    if let Some(digest) = digest {
        new.push_str(&format!("@{digest}"));
    }
    Some(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_get_new_parts() {
        let image = |new_name: Option<&str>, new_tag: Option<&str>, digest: Option<&str>| Image {
            name: regex::Regex::new("^r:5000/a(:[a-z0-9.]*)?(@sha256:[a-z0-9]*)?$").expect("compiles"),
            text: "r:5000/a".into(),
            new_name: new_name.map(str::to_owned),
            new_tag: new_tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        };
        assert_eq!(renamed("r:5000/a:1", &image(None, Some("2"), None)).as_deref(), Some("r:5000/a:2"));
        assert_eq!(renamed("r:5000/a", &image(Some("b"), None, None)).as_deref(), Some("b"));
        assert_eq!(
            renamed("r:5000/a:1@sha256:ab", &image(Some("b"), None, None)).as_deref(),
            Some("b:1@sha256:ab")
        );
        assert_eq!(
            renamed("r:5000/a:1", &image(None, None, Some("sha256:c"))).as_deref(),
            Some("r:5000/a@sha256:c")
        );
        assert_eq!(renamed("r:5000/ab:1", &image(None, Some("2"), None)), None);
    }
}
