//! Where the steps of a recipe come from, and what they may touch.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Recipe;
use crate::diagnostic::Diagnostic;
use crate::manifest::Object;
use crate::post_render::config::{Expect, Patch, RecipeUse, Step, Target};
use crate::text::{Source, Span};

/// The label by which charts say who they are.
const CHART: &str = "helm.sh/chart";

/// The use of a recipe, as its steps know it.
#[derive(Debug)]
pub struct Origin {
    /// What messages call it: `recipes[0] NAME`.
    pub name: String,
    /// How many objects its steps must find together.
    pub expect: Expect,
    /// Finding or changing nothing is fine.
    pub optional: bool,
    /// Where it is used.
    pub source: Source,
    /// The line there.
    pub span: Span,
    within: Option<Target>,
    charts: BTreeMap<String, Vec<String>>,
    otherwise: Option<String>,
}

impl Origin {
    pub(super) fn new(recipe: Recipe, wanted: &RecipeUse) -> Arc<Self> {
        Arc::new(Self {
            name: format!("{} {}", wanted.label, wanted.name),
            expect: wanted.expect,
            optional: wanted.optional,
            source: wanted.source.clone(),
            span: wanted.span,
            within: wanted.target.clone(),
            charts: if wanted.any_version { BTreeMap::new() } else { recipe.charts },
            otherwise: recipe.otherwise,
        })
    }

    /// A step that belongs to this use: its messages name the recipe and the user's line.
    pub(super) fn own(self: &Arc<Self>, mut step: Step) -> Step {
        match &mut step {
            Step::Patch(patch) => self.own_patch(patch),
            Step::Change(change) => {
                change.name = format!("{}: {}", self.name, change.name);
                change.source = self.source.clone();
                change.span = self.span;
                change.optional |= self.optional;
                change.recipe = Some(self.clone());
            }
            Step::Recipe(_) => {}
        }
        step
    }

    /// The same for one patch.
    pub(super) fn own_patch(self: &Arc<Self>, patch: &mut Patch) {
        patch.name = format!("{}: {}", self.name, patch.name);
        patch.source = self.source.clone();
        patch.span = self.span;
        patch.optional |= self.optional;
        if patch.optional {
            patch.expect.min = 0;
        }
        patch.recipe = Some(self.clone());
    }

    /// True for objects that the use is for.
    pub(in crate::post_render) fn is_for(&self, object: &Object) -> bool {
        self.within.as_ref().is_none_or(|target| target.selects(object))
    }

    /// True when the use itself is for hooks.
    pub(in crate::post_render) fn means_hooks(&self) -> bool {
        self.within.as_ref().is_some_and(Target::means_hooks)
    }

    /// The finding for an object of a chart in a version on which the recipe was not tested.
    pub(in crate::post_render) fn guard(&self, object: &Object) -> Option<Diagnostic> {
        let label = object.metadata("labels")?.get(CHART)?.as_str()?;
        let (chart, version, tested) = self.charts.iter().find_map(|(chart, tested)| {
            let version = label.strip_prefix(chart.as_str())?.strip_prefix('-')?;
            version.starts_with(|c: char| c.is_ascii_digit()).then_some((chart, version, tested))
        })?;
        // Helm writes `+` of a version as `_`.
        if tested.iter().any(|known| known.replace('+', "_") == version) {
            return None;
        }
        let identity = object.current_identity().unwrap_or_else(|| object.identity.clone());
        let found = Diagnostic::error(
            "untested-chart-version",
            format!("{} was not tested on {chart} {version}, to which {identity} belongs", self.name),
        )
        .at(&self.source, self.span, "")
        .found(version)
        .expected(format!("{chart} {}", tested.join(", ")));
        let found = match &self.otherwise {
            Some(otherwise) => found.help(otherwise.clone()),
            None => found,
        };
        Some(
            found.help("look at what it changes (`--diff`), then accept the version with `anyVersion: true`"),
        )
    }
}
