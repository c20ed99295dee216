//! Where objects keep pods. The table is data of the catalogue: `_kubernetes/pods.yaml`.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::diagnostic::Diagnostic;
use crate::manifest::Identity;

/// The pods of every kind that has some.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Places {
    layouts: HashMap<String, Layout>,
    /// By `group/Kind`.
    kinds: BTreeMap<String, Vec<Place>>,
    /// The setting that makes overlays merge by name.
    by_name: HashMap<String, String>,
}

/// One pod of an object.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    /// Pointer to a PodTemplateSpec.
    pub template: Option<String>,
    /// The container that is there at run time in any case.
    pub main: Option<String>,
    /// Only what it says itself is changed in it.
    #[serde(default)]
    pub overlay: bool,
    layout: Option<String>,
    /// Pointer to the fields of a layout.
    #[serde(default)]
    pub at: String,
    /// Pointer to the fields that all pods of the object share.
    #[serde(default)]
    pub shared: String,
}

/// A pod that is spread over fields of its own: names in the pod, and names in the object.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Layout {
    pub metadata: BTreeMap<String, String>,
    pub pod: BTreeMap<String, String>,
    /// Fields of the main container.
    pub container: BTreeMap<String, String>,
    /// The list of the other containers.
    pub sidecars: String,
    pub shared: BTreeMap<String, String>,
    /// Lists of names where the pod has lists of maps with a `name`.
    pub names: BTreeMap<String, String>,
}

impl Places {
    /// Reads the table.
    pub fn read(text: &str) -> Result<Self, Diagnostic> {
        let fault = |reason: String| {
            Diagnostic::error(
                "unreadable-table",
                format!("the catalogue's pods.yaml cannot be read: {reason}"),
            )
        };
        let places: Self = serde_yaml::from_str(text).map_err(|error| fault(error.to_string()))?;
        for place in places.kinds.values().flatten() {
            let sound = match (&place.template, &place.layout) {
                (Some(_), None) => true,
                (None, Some(layout)) => places.layouts.contains_key(layout) && place.main.is_some(),
                _ => false,
            };
            if !sound {
                return Err(fault("a place needs `template`, or `main` and a `layout` that is there".into()));
            }
        }
        Ok(places)
    }

    /// The pods of a kind; empty for kinds without pods.
    pub(super) fn of(&self, identity: &Identity) -> &[Place] {
        self.kinds.get(&key(identity)).map_or(&[], Vec::as_slice)
    }

    /// The layout of a place that has one.
    pub(super) fn layout(&self, place: &Place) -> Option<&Layout> {
        self.layouts.get(place.layout.as_deref()?)
    }

    /// Where a kind says that its overlays merge by name.
    pub(super) fn by_name(&self, identity: &Identity) -> Option<&str> {
        self.by_name.get(&key(identity)).map(String::as_str)
    }
}

fn key(identity: &Identity) -> String {
    format!("{}/{}", identity.group, identity.kind)
}
