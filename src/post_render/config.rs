//! What the post-renderer shall do: our own `kind: PostRender`, or a kustomization.

mod fields;
mod patches;
mod pods;
mod recipes;
mod replacements;
mod require;
mod target;
mod transformers;

use std::sync::Arc;

use super::recipe::Origin;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::patch::Spelling;
use crate::patch::merge::Directives;
use crate::text::{Source, Span};
use crate::yaml::{Document, Node};
use fields::Fields;
pub use patches::{Body, Expect, Patch};
pub use pods::{ContainerPatch, PodsPatch};
pub use recipes::RecipeUse;
pub use replacements::{Destination, Part, Replacement, ValueSource};
pub use require::Requirement;
pub use target::{Pattern, Target};
pub use transformers::{Change, Image, Labels, Replicas, Work as ChangeWork};

/// Reads the file that a `path:` names, relative to the configuration.
pub type ReadFile<'r> = dyn FnMut(&str) -> Result<String, String> + 'r;

/// Whose rules a configuration follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `kind: PostRender`: everything this program can do, and strict.
    PostRender,
    /// A kustomization: its fields mean what they mean to kustomize.
    Kustomize,
}

/// What happens to hooks and tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hooks {
    /// They pass untouched: Helm 3 does not show them to a post-renderer at all.
    #[default]
    Skip,
    /// They are patched like everything else.
    Patch,
    /// Only they are patched.
    Only,
}

/// One piece of work, in the order in which it is done.
#[derive(Debug)]
pub enum Step {
    /// An entry of `recipes`, which stands for the steps that it brings.
    Recipe(Box<RecipeUse>),
    /// An entry of `patches`, `patchesStrategicMerge` or `patchesJson6902`.
    Patch(Box<Patch>),
    /// An entry of another list.
    Change(Box<Change>),
}

impl Step {
    /// Its turn in the order of work of our own kind.
    pub(super) fn phase(&self) -> u8 {
        match self {
            Step::Recipe(_) | Step::Patch(_) => 0,
            Step::Change(change) => match change.work {
                ChangeWork::Namespace(_) => 4,
                ChangeWork::Labels(_) | ChangeWork::Annotations(_) => 3,
                ChangeWork::Replicas(_) | ChangeWork::Images(_) => 2,
                ChangeWork::Replacement(_) => 1,
            },
        }
    }

    /// The use of a recipe that brought it.
    pub(super) fn recipe(&self) -> Option<&Arc<Origin>> {
        match self {
            Step::Recipe(_) => None,
            Step::Patch(patch) => patch.recipe.as_ref(),
            Step::Change(change) => change.recipe.as_ref(),
        }
    }
}

/// A configuration, read and checked.
#[derive(Debug)]
pub struct Config {
    /// The file.
    pub source: Source,
    /// Whose rules it follows.
    pub dialect: Dialect,
    /// What happens to hooks.
    pub hooks: Hooks,
    /// The work, in order.
    pub steps: Vec<Step>,
    /// How the file spells its scalars.
    pub spelling: Spelling,
}

/// Fields of both dialects.
const COMMON: [&str; 12] = [
    "apiVersion",
    "kind",
    "metadata",
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "namespace",
    "labels",
    "commonAnnotations",
    "replicas",
    "images",
    "replacements",
];

/// Fields of `kind: PostRender` alone.
const OWN: [&str; 4] = ["hooks", "recipes", "require", "pods"];

impl Dialect {
    /// The directives of its strategic merge patches.
    pub fn directives(self) -> Directives {
        match self {
            Dialect::PostRender => Directives::Kubernetes,
            Dialect::Kustomize => Directives::Kustomize,
        }
    }
}

/// What reading a configuration gathers.
pub(super) struct Reading<'r, 'f> {
    pub(super) dialect: Dialect,
    pub(super) findings: Diagnostics,
    pub(super) spelling: Spelling,
    pub(super) read_file: &'r mut ReadFile<'f>,
}

impl Config {
    /// Reads a configuration; files that it names come from `read_file`.
    pub fn parse(source: Source, read_file: &mut ReadFile<'_>) -> Result<Self, Diagnostics> {
        let document = Document::parse(source.clone())?;
        let dialect = match document.get("/kind").and_then(Node::content) {
            Some("PostRender") => Dialect::PostRender,
            _ => Dialect::Kustomize,
        };
        Self::read(&document, dialect, read_file)
    }

    /// Reads the steps of a recipe: the fields of our own kind without its head.
    pub(super) fn parse_steps(source: Source) -> Result<Self, Diagnostics> {
        let no_files = &mut |_: &str| Err("a recipe has no files".to_owned());
        Self::read(&Document::parse(source)?, Dialect::PostRender, no_files)
    }

    fn read(document: &Document, dialect: Dialect, read_file: &mut ReadFile<'_>) -> Result<Self, Diagnostics> {
        document.to_value()?;
        let root = document.root();
        let source = document.source().clone();
        let mut reading =
            Reading { dialect, findings: Diagnostics::new(), spelling: Spelling::default(), read_file };
        reading.spelling.learn(document);
        let mut steps = Vec::new();
        let mut hooks = Hooks::default();
        // The resources of a kustomization stand for what Helm renders.
        let own: &[&str] = if dialect == Dialect::PostRender { &OWN } else { &["resources"] };
        let known: Vec<&str> = COMMON.iter().chain(own).copied().collect();
        if root.kind() != crate::yaml::Kind::Null
            && let Some(fields) = Fields::read(root, "a post-render configuration", &known, &mut reading)
        {
            reading.check_kind(&fields);
            hooks = reading.hooks(&fields);
            reading.recipes(&fields, &mut steps);
            reading.requirements(&fields, &mut steps);
            reading.merge_patches(&fields, &mut steps);
            reading.patches(&fields, &mut steps);
            reading.pods(&fields, &mut steps);
            reading.namespace(&fields, &mut steps);
            reading.labels(&fields, &mut steps);
            reading.annotations(&fields, &mut steps);
            reading.json_patches(&fields, &mut steps);
            reading.replicas(&fields, &mut steps);
            reading.images(&fields, &mut steps);
            reading.replacements(&fields, &mut steps);
        }
        if reading.findings.has_errors() {
            return Err(reading.findings.sorted());
        }
        Ok(Self { source, dialect, hooks, steps, spelling: reading.spelling })
    }
}

impl Reading<'_, '_> {
    /// Adds a finding at a node.
    pub(super) fn report(&mut self, node: Node<'_>, code: &str, message: impl Into<String>) {
        self.findings.push(finding(node, code, message));
    }

    fn check_kind(&mut self, fields: &Fields<'_>) {
        let Some(kind) = fields.get("kind") else { return };
        match kind.content() {
            Some("PostRender") => {
                let version = fields.get("apiVersion");
                if version.and_then(Node::content) != Some("lakehelm.dev/v1alpha1") {
                    let finding = finding(
                        version.unwrap_or(kind),
                        "unknown-version",
                        "this version of PostRender is not known",
                    )
                    .expected("apiVersion: lakehelm.dev/v1alpha1");
                    self.findings.push(finding);
                }
            }
            Some("Kustomization") => {}
            _ => {
                let finding = finding(kind, "unknown-kind", "this is no configuration of the post-renderer")
                    .found(kind.text())
                    .expected("PostRender or Kustomization");
                self.findings.push(finding);
            }
        }
    }

    fn hooks(&mut self, fields: &Fields<'_>) -> Hooks {
        let Some(node) = fields.get("hooks") else { return Hooks::default() };
        match node.content() {
            Some("skip") => Hooks::Skip,
            Some("patch") => Hooks::Patch,
            Some("only") => Hooks::Only,
            _ => {
                self.findings.push(
                    finding(node, "invalid-value", "`hooks` says what happens to hooks and tests")
                        .found(node.text())
                        .expected("skip, patch or only"),
                );
                Hooks::default()
            }
        }
    }
}

/// A finding at the first line of a node.
pub(super) fn finding(node: Node<'_>, code: &str, message: impl Into<String>) -> Diagnostic {
    let (source, span) = first_line(node);
    Diagnostic::error(code, message).at(&source, span, "")
}

/// The first line of a node.
fn first_line(node: Node<'_>) -> (Source, Span) {
    let start = node.span().start;
    let end = start + node.text().lines().next().map_or(0, str::len);
    (node.document().source().clone(), Span::new(start, end))
}
