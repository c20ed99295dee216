//! The parameters of a recipe: checked, with places in the user's file, and filled with defaults.

use std::cell::OnceCell;

use serde_json::Value;

use super::{Recipe, RecipeUse};
use crate::diagnostic::Diagnostics;
use crate::schema::{Locate, Place};
use crate::text::Source;
use crate::yaml::Document;

/// The parameters of a use, or everything that is wrong with them.
pub(super) fn resolve(recipe: &Recipe, wanted: &RecipeUse) -> Result<Value, Diagnostics> {
    let given = Given { document: OnceCell::new(), wanted };
    let schema = &recipe.schema;
    let named = |found: Diagnostics| {
        let mut all = Diagnostics::new();
        for mut finding in found {
            finding.message = format!("{} {}: {}", wanted.label, wanted.name, finding.message);
            all.push(finding);
        }
        all
    };
    let mut found = schema.validate(&wanted.with, &given);
    found.extend(schema.check_secrets(&wanted.with, &given));
    if found.has_errors() {
        return Err(named(found.sorted()));
    }
    let parameters = schema.fill(&wanted.with, &|_, _| None).map_err(named)?;
    let mut found = schema.validate_resolved(&parameters, &given);
    if !found.has_errors() {
        found.extend(schema.check_rules(&parameters, &|_, _| Value::Null, &given));
    }
    if found.has_errors() { Err(named(found.sorted())) } else { Ok(parameters) }
}

/// The text of the parameters.
struct Given<'u> {
    /// Read when a finding needs a place in it: most uses have none.
    document: OnceCell<Option<Document>>,
    wanted: &'u RecipeUse,
}

impl Locate for Given<'_> {
    fn locate(&self, pointer: &str) -> Option<Place> {
        let read = || Document::parse(self.wanted.source.clone()).ok();
        let document = self.document.get_or_init(read).as_ref()?;
        let found = document.locate(&format!("{}{pointer}", self.wanted.pointer));
        // A use without `with` is marked at its name.
        found.or_else(|| {
            let whole = pointer.is_empty();
            whole.then(|| self.at_name(&self.wanted.source))
        })
    }
}

impl Given<'_> {
    fn at_name(&self, source: &Source) -> Place {
        Place { source: source.clone(), key: None, value: self.wanted.span }
    }
}
