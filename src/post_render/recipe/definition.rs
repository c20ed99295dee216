//! What a recipe is: `recipe.yaml` and the template of its steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::render::lint;
use crate::schema::{Fragment, Schema};
use crate::text::Source;
use crate::yaml::Document;

/// What the template calls its parameters.
pub(super) const ROOT: &str = "parameters";

/// A recipe, read and checked.
pub struct Recipe {
    /// The name of its folder.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What it does and for whom.
    pub summary: String,
    /// The charts on which it was tested, with their versions.
    pub charts: BTreeMap<String, Vec<String>>,
    /// How to go on with another version of these charts.
    pub otherwise: Option<String>,
    /// A configuration that uses it.
    pub example: String,
    /// Its parameters.
    pub schema: Schema,
    pub(super) steps: Source,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    summary: String,
    #[serde(default)]
    charts: BTreeMap<String, Vec<String>>,
    otherwise: Option<String>,
    example: String,
    parameters: Value,
}

impl Recipe {
    /// Reads a recipe; its template may read only the parameters that it has.
    pub(super) fn read(name: &str, definition: &str, steps: &str) -> Result<Self, Diagnostics> {
        let path = |file: &str| format!("{}/{name}/{file}", super::FOLDER);
        let fault = |what: String| {
            Diagnostics::from(Diagnostic::error("unreadable-recipe", format!("recipe {name}: {what}")))
        };
        let file: File = serde_yaml::from_str(definition).map_err(|error| fault(error.to_string()))?;
        if steps.trim().is_empty() {
            return Err(fault("it has no steps.yaml.tera".to_owned()));
        }
        let document = Document::parse(Source::new(path("recipe.yaml"), definition))?;
        let fragment = Fragment {
            component: name.to_owned(),
            value: file.parameters,
            locate: Arc::new(Parameters(document)),
        };
        let schema = Schema::compose(vec![fragment])?;
        let recipe = Self {
            name: name.to_owned(),
            title: file.title,
            summary: file.summary,
            charts: file.charts,
            otherwise: file.otherwise,
            example: file.example,
            schema,
            steps: Source::new(path("steps.yaml.tera"), steps),
        };
        recipe.check()?;
        Ok(recipe)
    }

    fn check(&self) -> Result<(), Diagnostics> {
        let mut findings = Diagnostics::new();
        for used in lint::uses(&self.steps, ROOT) {
            if let Err(near) = self.schema.has_path(&used.path) {
                let finding = Diagnostic::error(
                    "unknown-template-path",
                    format!("recipe {} has no parameter {}", self.name, used.path),
                );
                let finding = finding.at(&self.steps, used.span, "always undefined");
                findings.push(match near {
                    Some(near) => finding.help(format!("Did you mean {ROOT}.{near}?")),
                    None => finding,
                });
            }
        }
        if findings.has_errors() { Err(findings.sorted()) } else { Ok(()) }
    }
}

impl std::fmt::Debug for Recipe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recipe").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The schema of the parameters within the text of a recipe.
struct Parameters(Document);

impl crate::schema::Locate for Parameters {
    fn locate(&self, pointer: &str) -> Option<crate::schema::Place> {
        self.0.locate(&format!("/parameters{pointer}"))
    }
}
