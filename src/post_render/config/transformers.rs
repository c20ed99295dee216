//! `labels`, `commonAnnotations` and `replicas`; the changes of all lists.

use super::fields::{Fields, text};
use super::images::{Image, Mirror};
use super::namespace::Placement;
use super::{Dialect, Reading, Step};
use crate::post_render::fields::FieldSpec;
use crate::yaml::{Kind, Node, Scalar};

/// Labels and the fields that get them.
#[derive(Debug)]
pub struct Labels {
    /// Labels in order.
    pub pairs: Vec<(String, String)>,
    /// Also in selectors and pod templates.
    pub selectors: bool,
    /// Also in pod templates.
    pub templates: bool,
    /// More fields.
    pub fields: Vec<FieldSpec>,
}

/// A number of replicas for the workloads of one name.
#[derive(Debug)]
pub struct Replicas {
    /// The name.
    pub name: String,
    /// How many.
    pub count: u64,
}

impl Reading<'_, '_> {
    pub(super) fn labels(&mut self, fields: &Fields<'_>, steps: &mut Vec<Step>) {
        for (index, node) in fields.items("labels", self).into_iter().enumerate() {
            let known = ["pairs", "includeSelectors", "includeTemplates", "fields"];
            let Some(entry) = Fields::read(node, "an entry of `labels`", &known, self) else { continue };
            let pairs = entry.get("pairs").map(|pairs| self.pairs(pairs, "pairs")).unwrap_or_default();
            let (selectors, templates) =
                (entry.flag("includeSelectors", self), entry.flag("includeTemplates", self));
            let mut more = Vec::new();
            for field in entry.items("fields", self) {
                let known = ["path", "kind", "group", "version", "create"];
                let Some(spec) = Fields::read(field, "a field", &known, self) else { continue };
                let Some(path) = spec.needed("path", self) else { continue };
                let mut get = |key| spec.text(key, self).unwrap_or_default();
                let (kind, group, version) = (get("kind"), get("group"), get("version"));
                more.push(FieldSpec { path, kind, group, version, create: spec.flag("create", self) });
            }
            let labels = Labels { pairs, selectors, templates, fields: more };
            steps.push(self.step(format!("labels[{index}]"), node, Work::Labels(labels), false));
        }
    }

    pub(super) fn annotations(&mut self, fields: &Fields<'_>, steps: &mut Vec<Step>) {
        let Some(node) = fields.get("commonAnnotations") else { return };
        let pairs = self.pairs(node, "commonAnnotations");
        steps.push(self.step("commonAnnotations".to_owned(), node, Work::Annotations(pairs), false));
    }

    pub(super) fn replicas(&mut self, fields: &Fields<'_>, steps: &mut Vec<Step>) {
        for (index, node) in fields.items("replicas", self).into_iter().enumerate() {
            let Some(entry) = Fields::read(node, "an entry of `replicas`", &["name", "count"], self) else {
                continue;
            };
            let Some(name) = entry.needed("name", self) else { continue };
            let count = match entry.get("count").map(|node| (node, node.value())) {
                None if self.dialect == Dialect::Kustomize => 0,
                Some((_, Some(Scalar::Int(count)))) if count >= 0 => count.unsigned_abs(),
                _ => {
                    self.report(node, "wrong-type", "`count` must be a number of replicas");
                    continue;
                }
            };
            steps.push(self.step(
                format!("replicas[{index}]"),
                node,
                Work::Replicas(Replicas { name, count }),
                false,
            ));
        }
    }

    /// A map of strings.
    fn pairs(&mut self, node: Node<'_>, what: &str) -> Vec<(String, String)> {
        if node.kind() != Kind::Mapping {
            self.report(node, "wrong-type", format!("`{what}` must be a map of strings"));
            return Vec::new();
        }
        let mut pairs = Vec::new();
        for entry in node.entries() {
            let Some(key) = entry.key.key_text() else { continue };
            pairs.extend(text(entry.value, &key, self).map(|value| (key, value)));
        }
        pairs
    }

    pub(super) fn step(&self, name: String, node: Node<'_>, work: Work, optional: bool) -> Step {
        let found = super::finding(node, "", "");
        let (source, span) = found
            .labels
            .into_iter()
            .next()
            .map(|label| (label.source, label.span))
            .unwrap_or_else(|| (node.document().source().clone(), node.span()));
        Step::Change(Box::new(Change { name, source, span, work, optional, recipe: None }))
    }
}

/// A change of many objects that the configuration names by its kind.
#[derive(Debug)]
pub struct Change {
    /// What messages call it: `images[0]`.
    pub name: String,
    /// Where it stands.
    pub source: crate::text::Source,
    /// Its first line.
    pub span: crate::text::Span,
    /// What it does.
    pub work: Work,
    /// The use of a recipe that brought it.
    pub recipe: Option<std::sync::Arc<crate::post_render::recipe::Origin>>,
    /// Finding nothing, or changing nothing, is fine.
    pub optional: bool,
}

/// The kinds of changes.
#[derive(Debug)]
pub enum Work {
    /// Other images.
    Images(Image),
    /// Images from another registry.
    Mirror(Mirror),
    /// Labels.
    Labels(Labels),
    /// Annotations of objects and pod templates.
    Annotations(Vec<(String, String)>),
    /// Another namespace for everything that has one.
    Namespace(String),
    /// A namespace for some objects.
    Placement(Placement),
    /// Another number of replicas.
    Replicas(Replicas),
    /// Values from one object in others.
    Replacement(super::Replacement),
}
