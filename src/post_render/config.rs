//! What the post-renderer shall do: our own `kind: PostRender`, or a kustomization.

mod checksums;
mod expect;
mod fields;
mod files;
mod images;
mod namespace;
mod patches;
mod pods;
mod recipes;
mod replacements;
mod require;
mod resources;
mod target;
mod transformers;

use std::sync::Arc;

use super::recipe::Origin;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::patch::Spelling;
use crate::patch::merge::Directives;
use crate::text::{Source, Span};
use crate::yaml::{Document, Node};
pub use checksums::Checksum;
pub use expect::Expect;
use fields::Fields;
pub use images::{Image, Mirror};
pub use namespace::Placement;
pub use patches::{Body, Patch};
pub use pods::{ContainerPatch, PodsPatch};
pub use recipes::RecipeUse;
pub use replacements::{Destination, Part, Replacement, ValueSource};
pub use require::Requirement;
pub use resources::Resource;
pub use target::{Pattern, Target};
pub use transformers::{Change, Labels, Replicas, Work as ChangeWork};

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
                // Targets of later steps name the namespace that a recipe has given.
                ChangeWork::Placement(_) if change.recipe.is_some() => 0,
                ChangeWork::Namespace(_) | ChangeWork::Placement(_) => 4,
                ChangeWork::Labels(_) | ChangeWork::Annotations(_) => 3,
                ChangeWork::Replicas(_) | ChangeWork::Images(_) | ChangeWork::Mirror(_) => 2,
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
    /// Objects to add before anything else happens.
    pub resources: Vec<Resource>,
    /// The work, in order.
    pub steps: Vec<Step>,
    /// What is done when all configurations have done their steps.
    pub checksums: Vec<Checksum>,
    /// How the file spells its scalars.
    pub spelling: Spelling,
    /// Findings that do not stop the work.
    pub warnings: Diagnostics,
}

/// Fields of both dialects.
const COMMON: &[&str] = &[
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
const OWN: &[&str] = &["hooks", "recipes", "require", "resources", "pods", "files", "checksums"];

/// Fields of a kustomization alone. Its resources stand for what Helm renders.
const KUSTOMIZE: &[&str] = &["resources"];

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

    /// Reads a configuration that `generate` wrote, which names no files.
    pub fn parse_generated(source: Source) -> Result<Self, Diagnostics> {
        Self::parse(source, &mut |_| Err("a generated configuration names no files".to_owned()))
    }

    /// Reads the steps of a recipe: the fields of our own kind without its head.
    pub(super) fn parse_steps(source: Source) -> Result<Self, Diagnostics> {
        let no_files = &mut |_: &str| Err("a recipe has no files".to_owned());
        Self::read(&Document::parse(source)?, Dialect::PostRender, no_files)
    }

    fn read(
        document: &Document,
        dialect: Dialect,
        read_file: &mut ReadFile<'_>,
    ) -> Result<Self, Diagnostics> {
        document.to_value()?;
        let root = document.root();
        let source = document.source().clone();
        let mut reading =
            Reading { dialect, findings: Diagnostics::new(), spelling: Spelling::default(), read_file };
        reading.spelling.learn(document);
        let mut steps = Vec::new();
        let mut hooks = Hooks::default();
        let (mut checksums, mut resources) = (Vec::new(), Vec::new());
        let more = if dialect == Dialect::PostRender { OWN } else { KUSTOMIZE };
        let known: Vec<&str> = COMMON.iter().chain(more).copied().collect();
        if root.kind() != crate::yaml::Kind::Null
            && let Some(fields) = Fields::read(root, "a post-render configuration", &known, &mut reading)
        {
            reading.check_kind(&fields);
            hooks = reading.hooks(&fields);
            match dialect {
                Dialect::PostRender => reading.own_steps(&fields, &mut steps),
                Dialect::Kustomize => reading.kustomize_steps(&fields, &mut steps),
            }
            checksums = reading.checksums(&fields);
            if dialect == Dialect::PostRender {
                resources = reading.resources(&fields);
            }
        }
        if reading.findings.has_errors() {
            return Err(reading.findings.sorted());
        }
        Ok(Self {
            source,
            dialect,
            hooks,
            resources,
            steps,
            checksums,
            spelling: reading.spelling,
            warnings: reading.findings,
        })
    }
}

impl Reading<'_, '_> {
    /// What is patched first, then what is derived from it: images and labels also reach what patches have added.
    fn own_steps(&mut self, fields: &Fields<'_>, steps: &mut Vec<Step>) {
        self.recipes(fields, steps);
        self.requirements(fields, steps);
        self.merge_patches(fields, steps);
        self.patches(fields, steps);
        self.json_patches(fields, steps);
        self.pods(fields, steps);
        self.files(fields, steps);
        self.replacements(fields, steps);
        self.replicas(fields, steps);
        self.images(fields, steps);
        self.labels(fields, steps);
        self.annotations(fields, steps);
        self.namespace(fields, steps);
    }

    /// The order in which kustomize works.
    fn kustomize_steps(&mut self, fields: &Fields<'_>, steps: &mut Vec<Step>) {
        self.merge_patches(fields, steps);
        self.patches(fields, steps);
        self.namespace(fields, steps);
        self.labels(fields, steps);
        self.annotations(fields, steps);
        self.json_patches(fields, steps);
        self.replicas(fields, steps);
        self.images(fields, steps);
        self.replacements(fields, steps);
    }

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
