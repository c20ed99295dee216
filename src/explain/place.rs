//! A place of the values model: the nodes from the root down to it.

use crate::catalog::{Catalog, Component};
use crate::diagnostic::Diagnostic;
use crate::edit::{Path, Step};
use crate::schema::node::{Helm, Node};
use crate::schema::{Schema, pointer};

/// The nodes on the way to a place, with their steps.
pub struct Place<'s> {
    root: &'s Node,
    steps: Vec<(String, &'s Node)>,
}

/// Where Helm finds a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelmPath {
    /// The release to upgrade.
    pub release: String,
    /// The path for `--set`.
    pub path: String,
}

impl<'s> Place<'s> {
    /// The place of a path; `[]` in it is any item.
    pub fn find(schema: &'s Schema, text: &str) -> Result<Self, Diagnostic> {
        let path = Path::parse(&text.replace("[]", "[0]"))?;
        let mut steps = Vec::new();
        for (step, node) in path.steps().zip(path.nodes(schema)?) {
            let name = match step {
                Step::Key(key) => key.clone(),
                _ => "[]".to_owned(),
            };
            // Below a free map there is nothing to say but what the map says.
            match node {
                Some(node) => steps.push((name, node)),
                None => break,
            }
        }
        Ok(Self { root: schema.root(), steps })
    }

    /// The node.
    pub fn node(&self) -> &'s Node {
        self.steps.last().map_or(self.root, |(_, node)| node)
    }

    /// As messages write it: `a.b[].c`.
    pub fn path(&self) -> String {
        self.steps.iter().fold(String::new(), |path, (name, _)| match name.as_str() {
            "[]" => path + name,
            name if path.is_empty() => name.to_owned(),
            name => format!("{path}.{name}"),
        })
    }

    /// The pointer of the first item and of the named entries.
    pub fn pointer(&self) -> String {
        self.steps
            .iter()
            .fold(String::new(), |at, (name, _)| pointer::join(&at, if name == "[]" { "0" } else { name }))
    }

    /// Keys from the root down, `*` for an item.
    pub(super) fn segments(&self) -> Vec<&str> {
        self.steps.iter().map(|(name, _)| if name == "[]" { "*" } else { name.as_str() }).collect()
    }

    /// Where Helm finds it: the mark `x-helm` stands on the place or above it.
    pub(super) fn helm(&self, catalog: &Catalog) -> Option<HelmPath> {
        let mark = self.steps.iter().rev().find_map(|(_, node)| node.helm)?;
        if self.steps.iter().any(|(name, _)| name == "[]") {
            return None;
        }
        let path = self.path();
        let owners =
            catalog.components().iter().filter_map(|component| Some((component, component.chart.as_ref()?)));
        let mut best: Option<(usize, &Component, String)> = None;
        for (component, chart) in owners {
            let found = match mark {
                Helm::Global => {
                    (component.name == *self.node().component).then(|| (0, format!("global.{path}")))
                }
                Helm::Chart => chart.values_root.as_deref().and_then(|root| {
                    Some((root.len(), path.strip_prefix(root)?.strip_prefix('.')?.to_owned()))
                }),
            };
            if let Some((rank, path)) = found
                && best.as_ref().is_none_or(|(known, ..)| rank > *known)
            {
                best = Some((rank, component, path));
            }
        }
        let (_, component, path) = best?;
        let (release, above) = charts(catalog, component)?;
        let prefix = if mark == Helm::Global { String::new() } else { above };
        Some(HelmPath { release, path: format!("{prefix}{path}") })
    }
}

/// The release that a component's chart belongs to, and the names of the charts down to it as a prefix of values.
fn charts(catalog: &Catalog, component: &Component) -> Option<(String, String)> {
    let mut chart = component.chart.as_ref()?;
    let mut prefix = String::new();
    // As many parents as there are components, and no endless round.
    for _ in catalog.components() {
        let Some(parent) = &chart.parent else { return Some((chart.name.clone(), prefix)) };
        prefix = format!("{}.{prefix}", chart.name);
        chart = catalog
            .components()
            .iter()
            .find_map(|c| c.chart.as_ref().filter(|chart| chart.name == *parent))?;
    }
    None
}
