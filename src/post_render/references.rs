//! Which objects an object names. The paths are data of the catalogue, `_kubernetes/references.yaml`.

use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;
use serde_json::Value;

use super::fields::{FieldSpec, values};
use crate::diagnostic::Diagnostic;
use crate::manifest::Identity;
use crate::patch::{Steps, Table, get};
use crate::yaml::pointer;

/// Kind and name of an object of the same namespace.
pub type Name = (String, String);

/// The paths.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct References {
    reads: Paths,
    names: Paths,
    pieces: HashMap<String, Vec<Piece>>,
    objects: Vec<Reference>,
    /// Labels that select pods.
    pub selectors: Vec<FieldSpec>,
}

/// Paths by the kind of what they name.
type Paths = HashMap<String, Vec<String>>;

/// A pod that a custom resource describes in fields of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Piece {
    annotations: String,
    reads: Paths,
    names: Paths,
}

/// A field that names an object.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reference {
    kind: String,
    #[serde(default)]
    group: String,
    to: String,
    path: String,
}

/// A pod of an object.
pub struct Pod {
    /// The keys that lead to its annotations.
    pub annotations: Steps,
    /// The ConfigMaps and Secrets that it mounts or reads.
    pub reads: BTreeSet<Name>,
    /// What else of its namespace it names.
    pub names: BTreeSet<Name>,
}

impl References {
    /// Reads the paths.
    pub fn read(text: &str) -> Result<Self, Diagnostic> {
        serde_yaml::from_str(text).map_err(|error| {
            Diagnostic::error(
                "unreadable-table",
                format!("the catalogue's references.yaml cannot be read: {error}"),
            )
        })
    }

    /// The pods that an object describes.
    pub fn pods(&self, object: &Value, identity: &Identity, table: &Table) -> Vec<Pod> {
        let mut pods = Vec::new();
        for place in table.pods(&identity.api_version(), &identity.kind) {
            let mut annotations = pointer::steps(&place).unwrap_or_default();
            let Some(pod) = get(object, &annotations) else { continue };
            annotations.extend(["metadata".to_owned(), "annotations".to_owned()]);
            pods.push(Pod { annotations, reads: named(pod, &self.reads), names: named(pod, &self.names) });
        }
        let key = format!("{}/{}", identity.group, identity.kind);
        for piece in self.pieces.get(&key).into_iter().flatten() {
            let annotations = piece.annotations.split('/').map(str::to_owned).collect();
            let (reads, names) = (named(object, &piece.reads), named(object, &piece.names));
            pods.push(Pod { annotations, reads, names });
        }
        pods
    }

    /// Visits every name of another object in the pods and fields of a built-in kind, whatever its group: the kind
    /// that it names, and the name.
    pub(super) fn each_name(
        &self,
        object: &mut Value,
        identity: &Identity,
        table: &Table,
        visit: &mut dyn FnMut(&str, &mut Value),
    ) {
        for place in table.pods_of_kind(&identity.kind) {
            let Some(pod) = object.pointer_mut(&place) else { continue };
            for (kind, path) in self
                .reads
                .iter()
                .chain(&self.names)
                .flat_map(|(kind, paths)| paths.iter().map(move |path| (kind, path)))
            {
                FieldSpec::at(path).change(pod, &mut |name| visit(kind, name));
            }
        }
        for reference in self.objects.iter().filter(|reference| reference.kind == identity.kind) {
            let (holder, field) = reference.path.rsplit_once('/').unwrap_or(("", &reference.path));
            FieldSpec::at(holder).change(object, &mut |holders| {
                for holder in match holders {
                    Value::Array(items) => items.iter_mut().collect(),
                    one => vec![one],
                } {
                    let kind = match reference.to.as_str() {
                        "*" => holder.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned(),
                        kind => kind.to_owned(),
                    };
                    holder.get_mut(field).into_iter().for_each(|name| visit(&kind, name));
                }
            });
        }
    }

    /// All objects of its namespace that an object names.
    pub fn of(&self, object: &Value, identity: &Identity, table: &Table) -> BTreeSet<Name> {
        let mut found = BTreeSet::new();
        for pod in self.pods(object, identity, table) {
            found.extend(pod.reads);
            found.extend(pod.names);
        }
        for reference in self.objects.iter().filter(|reference| reference.fits(identity)) {
            let (holder, field) = reference.path.rsplit_once('/').unwrap_or(("", &reference.path));
            for holder in values(object, holder) {
                let text = |key: &str| holder.get(key).and_then(Value::as_str);
                let kind = if reference.to == "*" { text("kind") } else { Some(reference.to.as_str()) };
                found.extend(kind.zip(text(field)).map(|(kind, name)| (kind.to_owned(), name.to_owned())));
            }
        }
        found
    }
}

impl Reference {
    fn fits(&self, identity: &Identity) -> bool {
        self.kind == identity.kind && self.group == identity.group
    }
}

fn named(value: &Value, paths: &Paths) -> BTreeSet<Name> {
    let mut found = BTreeSet::new();
    for (kind, paths) in paths {
        let names = paths.iter().flat_map(|path| values(value, path)).filter_map(Value::as_str);
        found.extend(names.map(|name| (kind.clone(), name.to_owned())));
    }
    found
}
