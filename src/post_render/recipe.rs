//! Recipes: named steps with parameters, from the catalogue's `_recipes/<name>/`.

mod definition;
mod origin;
mod outcome;
mod parameters;
mod reference;

use std::collections::BTreeMap;

use super::config::{self, Checksum, Config, RecipeUse, Step};
use crate::catalog::Files;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::patch::Spelling;
use crate::render::{Renderer, Variables};
use crate::schema::near::near;
use crate::text::Source;
pub use definition::Recipe;
pub use origin::Origin;
pub(super) use outcome::Outcomes;

/// The folder of the catalogue.
pub(super) const FOLDER: &str = "_recipes";

/// The recipes of a catalogue, by name; each is read when it is used.
#[derive(Debug, Default)]
pub struct Recipes(BTreeMap<String, Texts>);

/// The files of a recipe.
#[derive(Debug, Default)]
struct Texts {
    definition: String,
    steps: String,
}

/// The steps that the use of a recipe stands for.
#[derive(Debug)]
pub struct Expanded {
    /// The steps, with the place of the use.
    pub steps: Vec<Step>,
    /// What comes after all steps.
    pub checksums: Vec<Checksum>,
    /// How the recipe and its parameters spell scalars.
    pub spelling: Spelling,
}

impl Recipes {
    /// Finds the recipes of a catalogue, among what its components share.
    pub fn of(shared: &Files) -> Self {
        let mut recipes: BTreeMap<String, Texts> = BTreeMap::new();
        for (path, text) in shared.below(FOLDER) {
            match path.split_once('/') {
                Some((name, "recipe.yaml")) => {
                    recipes.entry(name.to_owned()).or_default().definition = text.to_owned()
                }
                Some((name, "steps.yaml.tera")) => {
                    recipes.entry(name.to_owned()).or_default().steps = text.to_owned()
                }
                _ => {}
            }
        }
        Self(recipes)
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Reads one recipe; none when there is none of this name.
    pub fn read(&self, name: &str) -> Option<Result<Recipe, Diagnostics>> {
        self.0.get(name).map(|texts| Recipe::read(name, &texts.definition, &texts.steps))
    }

    /// The steps that a use of a recipe stands for.
    pub fn expand(&self, wanted: &RecipeUse) -> Result<Expanded, Diagnostics> {
        let recipe = self.read(&wanted.name).ok_or_else(|| self.unknown(wanted))??;
        let parameters = parameters::resolve(&recipe, wanted)?;
        let text = render(&recipe, &parameters).map_err(|found| at_use(found.into(), wanted))?;
        let source = Source::new(format!("recipe {} of {}", recipe.name, wanted.source.name()), text);
        let config = Config::parse_steps(source).map_err(|found| at_use(found, wanted))?;
        let origin = Origin::new(recipe, wanted);
        let steps = config.steps.into_iter().map(|step| origin.own(step)).collect();
        let checksums = config.checksums.into_iter().map(|mut checksum| {
            origin.own_patch(&mut checksum.patch);
            checksum
        });
        Ok(Expanded { steps, checksums: checksums.collect(), spelling: config.spelling })
    }

    fn unknown(&self, wanted: &RecipeUse) -> Diagnostics {
        let found = Diagnostic::error("unknown-recipe", format!("there is no recipe `{}`", wanted.name)).at(
            &wanted.source,
            wanted.span,
            "",
        );
        let found = match near(&wanted.name, self.names()) {
            Some(near) => found.help(format!("did you mean `{near}`?")).suggest(near),
            None => found,
        };
        found.help(format!("the recipes are {}", self.names().collect::<Vec<_>>().join(", "))).into()
    }
}

/// The text of a recipe's steps.
fn render(recipe: &Recipe, parameters: &serde_json::Value) -> Result<String, Diagnostic> {
    let renderer = Renderer::of(&recipe.steps)?;
    let mut variables = Variables::default();
    variables.set(definition::ROOT, parameters);
    renderer.render_source(&recipe.steps, &variables)
}

/// Findings about the text of a recipe, with the place that used it.
fn at_use(found: Diagnostics, wanted: &RecipeUse) -> Diagnostics {
    let mut all = Diagnostics::new();
    for mut finding in found {
        finding.message = format!("{} {}: {}", wanted.label, wanted.name, finding.message);
        all.push(finding.at(&wanted.source, wanted.span, "used here"));
    }
    all
}

impl Config {
    /// What its recipes stand for; everything that is wrong with them in one go. Without a recipe `recipes` is not asked.
    pub(super) fn expand<'r>(&self, recipes: impl Fn() -> &'r Recipes) -> Result<Vec<Expanded>, Diagnostics> {
        let mut findings = Diagnostics::new();
        let mut expanded = Vec::new();
        for step in &self.steps {
            let Step::Recipe(wanted) = step else { continue };
            match recipes().expand(wanted) {
                Ok(steps) => expanded.push(steps),
                Err(found) => findings.extend(found),
            }
        }
        if findings.has_errors() { Err(findings) } else { Ok(expanded) }
    }

    /// Everything that is wrong with its uses of recipes.
    pub fn check_recipes(&self, recipes: &Recipes) -> Result<(), Diagnostics> {
        self.expand(|| recipes).map(|_| ())
    }
}

/// The steps of a configuration and those that its recipes bring, in the order of work.
pub(super) fn plan<'c>(config: &'c Config, brought: &'c [Expanded]) -> Vec<&'c Step> {
    let own = config.steps.iter().filter(|step| !matches!(step, Step::Recipe(_)));
    let mut steps: Vec<&Step> = brought.iter().flat_map(|recipe| &recipe.steps).chain(own).collect();
    if config.dialect == config::Dialect::PostRender && !brought.is_empty() {
        steps.sort_by_key(|step| step.phase());
    }
    steps
}

/// The checksums of a configuration and its recipes.
pub(super) fn checksums<'c>(config: &'c Config, brought: &'c [Expanded]) -> Vec<&'c Checksum> {
    brought.iter().flat_map(|recipe| &recipe.checksums).chain(&config.checksums).collect()
}
