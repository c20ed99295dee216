//! Whether an edited file may be written.

use serde_json::Value;

use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostics, Severity};
use crate::generate::{Engine, Inputs, values};
use crate::text::{Source, Span};
use crate::yaml::Document;

/// What an edited file is held against.
pub struct Context<'a> {
    /// The schema and the templates.
    pub engine: &'a Engine<'a>,
    /// The components of the engine, for presets.
    pub catalog: &'a Catalog,
    /// Values files below the edited one.
    pub below: &'a [Source],
}

/// An edit that may be written.
pub struct Accepted {
    /// Findings of the edited file: warnings, and errors that were there before.
    pub remaining: Diagnostics,
}

impl Context<'_> {
    /// The resolved values of a file together with the files below it, or what is wrong.
    pub fn resolve(&self, file: &Source) -> Result<(Value, Diagnostics), Diagnostics> {
        values::resolve(self.engine.schema(), self.catalog, &self.inputs(file))
    }

    /// All findings of a file: what `generate` would say.
    pub fn findings(&self, file: &Source) -> Diagnostics {
        self.engine.generate(&self.inputs(file)).map_or_else(|found| found, |made| made.warnings)
    }

    fn inputs(&self, file: &Source) -> Inputs {
        let mut values = self.below.to_vec();
        values.push(file.clone());
        Inputs { values, ..Inputs::default() }
    }
}

/// Accepts a valid result. A file that was not valid before may be repaired step by step: then only an error at one of
/// the edited places stops the edit. `edited` are pointers into the edited document.
pub fn accept(
    context: &Context<'_>,
    before: &Document,
    after: &Document,
    edited: &[String],
) -> Result<Accepted, Diagnostics> {
    let remaining = context.findings(after.source());
    if !remaining.has_errors() {
        return Ok(Accepted { remaining });
    }
    if !context.findings(before.source()).has_errors() {
        return Err(remaining);
    }
    let spans: Vec<Span> = edited
        .iter()
        .filter_map(|at| after.get(at))
        .map(|node| Span::new(node.key_span().unwrap_or(node.span()).start, node.span().end))
        .collect();
    let stops = remaining.iter().any(|finding| {
        finding.severity == Severity::Error
            && finding.labels.first().is_some_and(|label| {
                label.source.name() == after.source().name()
                    && spans.iter().any(|span| span.start <= label.span.start && label.span.end <= span.end)
            })
    });
    if stops { Err(remaining) } else { Ok(Accepted { remaining }) }
}
