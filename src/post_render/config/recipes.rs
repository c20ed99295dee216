//! The entries of `recipes`.

use serde_json::{Map, Value};

use super::fields::Fields;
use super::target::Target;
use super::{Expect, Reading, Step};
use crate::text::{Source, Span};
use crate::yaml::Kind;

/// The use of a recipe.
#[derive(Debug)]
pub struct RecipeUse {
    /// What messages call it: `recipes[0]`.
    pub label: String,
    /// The recipe.
    pub name: String,
    /// Its parameters as they were given.
    pub with: Value,
    /// Only these objects of those that the recipe is for.
    pub target: Option<Target>,
    /// How many objects it must find.
    pub expect: Expect,
    /// Finding or changing nothing is fine.
    pub optional: bool,
    /// Versions of charts on which it was not tested are fine.
    pub any_version: bool,
    /// Where it stands.
    pub source: Source,
    /// Its first line.
    pub span: Span,
    /// The parameters, as a JSON pointer into the source.
    pub pointer: String,
}

const ENTRY: [&str; 6] = ["name", "with", "target", "expect", "optional", "anyVersion"];

impl Reading<'_, '_> {
    pub(super) fn recipes(&mut self, fields: &Fields<'_>, steps: &mut Vec<Step>) {
        for (index, node) in fields.items("recipes", self).into_iter().enumerate() {
            let Some(entry) = Fields::read(node, "the use of a recipe", &ENTRY, self) else { continue };
            let options = self.options(&entry);
            let Some(name) = entry.needed("name", self) else { continue };
            let with = match entry.get("with") {
                None => Value::Object(Map::new()),
                Some(with) if with.kind() == Kind::Mapping => match with.to_value() {
                    Ok(value) => value,
                    Err(found) => {
                        self.findings.extend(found);
                        continue;
                    }
                },
                Some(with) => {
                    self.report(with, "wrong-type", "`with` must be a map of parameters");
                    continue;
                }
            };
            let target = entry.get("target").and_then(|target| Target::read(target, self));
            let any_version = entry.flag("anyVersion", self);
            let place = entry.get("name").unwrap_or(node);
            let (source, span) = super::first_line(place);
            steps.push(Step::Recipe(Box::new(RecipeUse {
                label: format!("recipes[{index}]"),
                name,
                with,
                target,
                expect: options.expect,
                optional: options.optional,
                any_version,
                source,
                span,
                pointer: format!("/recipes/{index}/with"),
            })));
        }
    }
}
