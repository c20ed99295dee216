//! What recipes found and did: a recipe that does nothing is as wrong as a patch that does nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Origin;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::post_render::Line;

/// The outcomes of the recipes of a configuration, in the order of their first steps.
#[derive(Default)]
pub struct Outcomes(Vec<Outcome>);

struct Outcome {
    origin: Arc<Origin>,
    found: BTreeSet<String>,
    changed: usize,
}

impl Outcomes {
    /// Adds what a step of a recipe did.
    pub(in crate::post_render) fn add(&mut self, origin: &Arc<Origin>, lines: &[Line]) {
        let known = self.0.iter().position(|outcome| Arc::ptr_eq(&outcome.origin, origin));
        let at = known.unwrap_or_else(|| {
            self.0.push(Outcome { origin: origin.clone(), found: BTreeSet::new(), changed: 0 });
            self.0.len() - 1
        });
        for line in lines {
            self.0[at].found.extend(line.found.iter().cloned());
            self.0[at].changed += line.changed + line.deleted;
        }
    }

    /// Findings for recipes that found the wrong number of objects or changed nothing.
    pub(in crate::post_render) fn check(&self) -> Diagnostics {
        let mut findings = Diagnostics::new();
        for outcome in self.0.iter().filter(|outcome| !outcome.origin.optional) {
            let origin = &outcome.origin;
            let found = outcome.found.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            let finding = |code: &str, message: &str| {
                Diagnostic::error(code, format!("{} {message}", origin.name)).at(
                    &origin.source,
                    origin.span,
                    "",
                )
            };
            let count = outcome.found.len();
            if count == 0 && origin.expect.min > 0 {
                findings.push(finding("no-match", "finds nothing that it is for").help(
                    "what each recipe is for is in docs/recipes.md; `optional: true` lets it find nothing",
                ));
            } else if !origin.expect.holds(count) {
                findings.push(
                    finding("unexpected-count", "finds another number of objects than it expects")
                        .found(count.to_string())
                        .expected(origin.expect.to_string())
                        .help(format!("it found {found}")),
                );
            } else if outcome.changed == 0 && count > 0 {
                findings.push(
                    finding("no-effect", "changes nothing: everything is like this already")
                        .help(format!("it found {found}"))
                        .help("remove it; `optional: true` lets it stay"),
                );
            }
        }
        findings
    }
}
