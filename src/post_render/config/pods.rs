//! The entries of `pods`.

use serde_json::{Map, Value};

use super::fields::{Fields, text};
use super::patches::Body;
use super::target::{Pattern, Target};
use super::{Reading, Step, finding};
use crate::text::{Source, Span};
use crate::yaml::{Kind, Node};

/// What changes in every pod of the objects.
#[derive(Debug)]
pub struct PodsPatch {
    /// A strategic merge patch of a PodTemplateSpec.
    pub template: Option<Value>,
    /// Items for the ends of lists of the PodSpec that do not merge.
    pub append: Map<String, Value>,
    /// Patches of containers.
    pub containers: Vec<ContainerPatch>,
}

/// What changes in every container of a name.
#[derive(Debug)]
pub struct ContainerPatch {
    /// The name.
    pub name: Pattern,
    /// The lists to look through: `containers`, `initContainers`.
    pub of: Vec<String>,
    /// A strategic merge patch of a Container.
    pub patch: Value,
    /// Items for the ends of lists of the container that do not merge.
    pub append: Map<String, Value>,
    /// Paths in the container where nothing may be yet.
    pub absent: Vec<String>,
    /// Finding no container is fine.
    pub optional: bool,
    /// Where it stands.
    pub source: Source,
    /// Its first line.
    pub span: Span,
}

const ENTRY: [&str; 6] = ["target", "template", "append", "containers", "expect", "optional"];
const CONTAINER: [&str; 6] = ["name", "of", "patch", "append", "absent", "optional"];
const LISTS: [&str; 2] = ["containers", "initContainers"];

impl Reading<'_, '_> {
    pub(super) fn pods(&mut self, fields: &Fields<'_>, steps: &mut Vec<Step>) {
        for (index, node) in fields.items("pods", self).into_iter().enumerate() {
            let Some(entry) = Fields::read(node, "an entry of `pods`", &ENTRY, self) else { continue };
            let options = self.options(&entry);
            let Some(target) = entry.get("target") else {
                self.report(node, "missing-field", "an entry of `pods` needs a `target`");
                continue;
            };
            let Some(target) = Target::read(target, self) else { continue };
            let template = entry.get("template").and_then(|node| self.map(node, "template"));
            if let Some(Value::Object(map)) = &template
                && let Some(key) = map.keys().find(|key| !["metadata", "spec"].contains(&key.as_str()))
            {
                let message = format!("a pod template has no field `{key}`");
                let place = entry.get("template").unwrap_or(node);
                self.findings
                    .push(finding(place, "unknown-field", message).help("its fields are metadata and spec"));
            }
            let items = entry.items("containers", self).into_iter();
            let containers: Vec<_> = items.filter_map(|node| self.container(node)).collect();
            let append = self.lists(&entry);
            if template.is_none() && append.is_empty() && containers.is_empty() {
                let message = "an entry of `pods` needs `template`, `append` or `containers`";
                self.report(node, "missing-field", message);
                continue;
            }
            let mut patch = self.patch(node, &format!("pods[{index}]"), target, &options);
            patch.bodies = vec![Body::Pods(PodsPatch { template, append, containers })];
            steps.push(Step::Patch(Box::new(patch)));
        }
    }

    fn container(&mut self, node: Node<'_>) -> Option<ContainerPatch> {
        let entry = Fields::read(node, "an entry of `containers`", &CONTAINER, self)?;
        let name = entry.needed("name", self)?;
        let name = match Pattern::new(&name) {
            Ok(pattern) => pattern,
            Err(_) => {
                let place = entry.get("name").unwrap_or(node);
                self.findings.push(
                    finding(place, "invalid-expression", "`name` is no regular expression").found(name),
                );
                return None;
            }
        };
        let mut of: Vec<String> = Vec::new();
        for item in entry.items("of", self) {
            match text(item, "of", self) {
                Some(list) if LISTS.contains(&list.as_str()) => of.push(list),
                Some(_) => self.findings.push(
                    finding(item, "invalid-value", "`of` names the lists to look through")
                        .found(item.text())
                        .expected(LISTS.join(" or ")),
                ),
                None => {}
            }
        }
        if of.is_empty() {
            of.push(LISTS[0].to_owned());
        }
        let absent = entry.items("absent", self).into_iter();
        let absent = absent.filter_map(|node| text(node, "absent", self)).collect();
        let append = self.lists(&entry);
        let patch = match entry.get("patch") {
            Some(patch) => self.map(patch, "patch")?,
            None if !append.is_empty() => Value::Object(Map::new()),
            None => {
                self.report(node, "missing-field", "an entry of `containers` needs `patch` or `append`");
                return None;
            }
        };
        let optional = entry.flag("optional", self);
        let (source, span) = super::first_line(node);
        Some(ContainerPatch { name, of, patch, append, absent, optional, source, span })
    }

    /// The lists of `append`.
    fn lists(&mut self, entry: &Fields<'_>) -> Map<String, Value> {
        let Some(node) = entry.get("append") else { return Map::new() };
        match self.map(node, "append") {
            Some(Value::Object(lists)) if lists.values().all(Value::is_array) => lists,
            Some(_) => {
                self.report(node, "wrong-type", "`append` must be a map of lists");
                Map::new()
            }
            None => Map::new(),
        }
    }

    /// A map as a value.
    fn map(&mut self, node: Node<'_>, what: &str) -> Option<Value> {
        if node.kind() != Kind::Mapping {
            self.report(node, "wrong-type", format!("`{what}` must be a map"));
            return None;
        }
        match node.to_value() {
            Ok(value) => Some(value),
            Err(found) => {
                self.findings.extend(found);
                None
            }
        }
    }
}
