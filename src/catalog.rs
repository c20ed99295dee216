//! The catalogue: components found by walking a folder. `chart-templates/README.md` is its contract.

pub mod component;
pub mod source;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Diagnostics};
pub use component::{Chart, Component, Upstream};
pub use source::Files;
pub use tables::Tables;

/// All components, each after those that it requires.
#[derive(Debug)]
pub struct Catalog {
    components: Vec<Component>,
    /// Files of the folders whose name starts with `_`, by path below the catalogue.
    shared: Files,
    is_embedded: bool,
}

impl Catalog {
    /// The catalogue that the program was built with.
    pub fn embedded() -> Result<Self, Diagnostics> {
        Ok(Self { is_embedded: true, ..Self::load(Files::embedded())? })
    }

    /// Reads every component of a set of files.
    pub fn load(files: Files) -> Result<Self, Diagnostics> {
        let mut folders: BTreeMap<String, Files> = BTreeMap::new();
        let (shared, own): (Vec<_>, Vec<_>) = files.into_iter().partition(|(path, _)| is_shared(path));
        for (path, text) in own {
            // What is in no folder is the catalogue's own README and the like.
            if let Some((folder, rest)) = path.split_once('/') {
                folders.entry(folder.to_owned()).or_default().add(rest.to_owned(), text);
            }
        }
        let shared = Files::from_iter(shared);
        let mut findings = Diagnostics::new();
        let mut components = Vec::new();
        let folders: Vec<_> = folders.into_iter().collect();
        let loaded: Vec<_> =
            folders.into_par_iter().map(|(name, files)| Component::load(name, files)).collect();
        for loaded in loaded {
            match loaded {
                Ok(component) => components.push(component),
                Err(found) => findings.extend(found),
            }
        }
        if components.is_empty() && findings.is_empty() {
            findings.push(
                Diagnostic::error("empty-catalog", "the catalogue holds no component")
                    .help("A component is a folder with a component.yaml; see chart-templates/README.md."),
            );
        }
        let common = Tables::read("_shared", &shared, "_shared/data")?;
        for component in components.iter_mut().filter(|_| !common.is_empty()) {
            component.data.share("shared", &common);
        }
        if findings.has_errors() {
            return Err(findings);
        }
        Ok(Self { components: in_order(components)?, shared, is_embedded: false })
    }

    /// True for the catalogue of the program itself, whose expressions and templates are known to hold: the tests of the
    /// project check them.
    pub fn is_embedded(&self) -> bool {
        self.is_embedded
    }

    /// The components, each after those that it requires.
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// One component by name.
    pub fn component(&self, name: &str) -> Option<&Component> {
        self.components.iter().find(|c| c.name == name)
    }

    /// Files that belong to no component (`_shared/…`).
    pub fn shared(&self) -> &Files {
        &self.shared
    }

    /// Names of the components that `name` requires, directly or not.
    pub fn required_by(&self, name: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&str> = vec![name];
        while let Some(next) = open.pop() {
            for required in self.component(next).map(|c| c.requires.as_slice()).unwrap_or_default() {
                if found.insert(required.as_str()) {
                    open.push(required);
                }
            }
        }
        found
    }
}

/// The files of a catalogue that belong to no component.
pub fn shared(files: Files) -> Files {
    files.into_iter().filter(|(path, _)| is_shared(path)).collect()
}

fn is_shared(path: &str) -> bool {
    path.starts_with('_') && path.contains('/')
}

/// Orders by requirement, then by name; a missing or circular requirement is a finding.
fn in_order(components: Vec<Component>) -> Result<Vec<Component>, Diagnostics> {
    let names: BTreeSet<String> = components.iter().map(|c| c.name.clone()).collect();
    let mut findings = Diagnostics::new();
    for component in &components {
        for required in component.requires.iter().filter(|r| !names.contains(*r)) {
            findings.push(component.finding(
                "unknown-component",
                format!("component {} requires {required}, which is not in the catalogue", component.name),
                required,
            ));
        }
    }
    if findings.has_errors() {
        return Err(findings);
    }
    let mut waiting = components;
    let mut placed: BTreeSet<String> = BTreeSet::new();
    let mut order = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let Some(next) = waiting.iter().position(|c| c.requires.iter().all(|r| placed.contains(r))) else {
            let names: Vec<_> = waiting.iter().map(|c| c.name.as_str()).collect();
            return Err(waiting[0]
                .finding(
                    "circular-requirement",
                    format!("these components require each other: {}", names.join(", ")),
                    "requires",
                )
                .into());
        };
        let component = waiting.remove(next);
        placed.insert(component.name.clone());
        order.push(component);
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(folders: &[(&str, &str)]) -> Result<Catalog, Diagnostics> {
        let mut files = Files::default();
        for (name, text) in folders {
            files.insert(format!("{name}/component.yaml"), format!("title: T\nsummary: S.\n{text}"));
        }
        Catalog::load(files)
    }

    #[test]
    fn a_component_comes_after_what_it_requires() {
        let catalog = catalog(&[("a", "requires: [c]"), ("b", ""), ("c", "requires: [b]")]).expect("loads");
        let names: Vec<_> = catalog.components().iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["b", "c", "a"]);
        assert_eq!(catalog.required_by("a").into_iter().collect::<Vec<_>>(), ["b", "c"]);
    }

    #[test]
    fn unknown_and_circular_requirements_are_findings() {
        let unknown = catalog(&[("a", "requires: [zz]")]).expect_err("unknown");
        assert_eq!(unknown.iter().next().map(|d| d.code.as_str()), Some("unknown-component"));
        let circular = catalog(&[("a", "requires: [b]"), ("b", "requires: [a]")]).expect_err("circular");
        assert_eq!(circular.iter().next().map(|d| d.code.as_str()), Some("circular-requirement"));
    }

    #[test]
    fn an_empty_catalogue_is_a_finding() {
        assert!(Catalog::load(Files::default()).is_err());
    }
}
