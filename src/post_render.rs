//! Manifests in, patched manifests out.
//!
//! A document that no step can select is copied without being parsed. Everything is computed before anything
//! is given out: either all patches fit, or there is no output at all.

mod apply;
mod candidates;
mod change;
mod checksum;
pub mod config;
mod definitions;
mod field_path;
pub mod fields;
mod images;
mod namespace;
mod output;
mod placement;
mod pods;
mod prefilter;
pub mod recipe;
pub mod references;
mod rename;
mod replacement;
mod report;
mod require;
pub mod resources;
mod rules;
pub mod schema;

use std::collections::HashSet;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{self, Finished, Manifest};
use crate::patch::{self, Spelling};
pub use config::Config;
use config::{Checksum, Dialect, Hooks, Step};
use fields::Fields;
pub use output::Output;
pub use pods::Places;
use prefilter::Prefilter;
use recipe::{Origin, Outcomes};
use references::References;
pub use report::Line;
use resources::InstallOrder;
use rules::Knowledge;
pub use rules::Rules;

/// What the post-renderer gives out.
#[derive(Debug)]
pub struct Rendered<'s> {
    /// The stream.
    pub output: Output<'s>,
    /// What each step did.
    pub report: Vec<Line>,
    /// The documents that differ from what came in.
    pub edited: Vec<Edited>,
    /// Findings that do not stop the work.
    pub warnings: Diagnostics,
}

/// A document that differs from what came in.
#[derive(Debug)]
pub struct Edited {
    /// What messages call it.
    pub name: String,
    /// Its text before and after; none for a Secret.
    pub texts: Option<(String, String)>,
}

/// What a stream without a document becomes: Helm deletes a release whose post-renderer gives nothing.
const NOTHING: &[u8] = b"# lakehelm: no manifests\n";

/// Applies the configurations, one after the other, to a stream.
pub fn run<'s>(stream: &'s [u8], configs: &[Config], rules: &Rules) -> Result<Rendered<'s>, Diagnostics> {
    refuse_empty(stream, configs)?;
    let added = resources::documents(stream, configs)?;
    let mut manifests = manifest::read(stream);
    resources::insert(&mut manifests, &added, rules);
    let brought =
        configs.iter().map(|config| config.expand(|| rules.recipes())).collect::<Result<Vec<_>, _>>()?;
    let plans = || configs.iter().zip(&brought);
    let own_kind = plans().filter(|(config, _)| config.dialect == Dialect::PostRender);
    let merging: Vec<&Step> = own_kind.flat_map(|(config, brought)| recipe::plan(config, brought)).collect();
    let learned = definitions::learned(&mut manifests, &merging, rules);
    let mut work = Work {
        manifests,
        known: Knowledge { rules, learned: learned.as_ref() },
        unreadable: HashSet::new(),
        findings: Diagnostics::new(),
        report: Vec::new(),
        hooks: Hooks::default(),
        recipe: None,
    };
    work.refuse_doubles(configs);
    let mut spelling = Spelling::default();
    let mut outcomes = Outcomes::default();
    for (config, brought) in plans() {
        work.findings.extend(config.warnings.clone());
        let steps = recipe::plan(config, brought);
        work.parse_candidates(&steps, &recipe::checksums(config, brought), config.dialect);
        work.hooks = config.hooks;
        let before = work.identities();
        work.steps(&steps, config, &mut outcomes);
        if config.dialect == Dialect::Kustomize {
            work.follow_renames(&before);
        }
        spelling.extend(&config.spelling);
        brought.iter().for_each(|recipe| spelling.extend(&recipe.spelling));
    }
    // Only now is everything as it goes out.
    for (config, brought) in plans() {
        work.hooks = config.hooks;
        recipe::checksums(config, brought)
            .into_iter()
            .for_each(|checksum| work.checksum(checksum, &mut outcomes));
    }
    // What kept a recipe from its work is said already.
    if !work.findings.has_errors() {
        work.findings.extend(outcomes.check());
    }
    work.refuse_new_hooks(stream);
    if work.findings.has_errors() {
        return Err(work.findings);
    }
    let (output, edited) = work.output(stream, &spelling)?;
    Ok(Rendered { output, report: work.report, edited, warnings: work.findings })
}

/// Patches for an empty stream: Helm 3 runs the post-renderer without input for `--output-dir`.
fn refuse_empty(stream: &[u8], configs: &[Config]) -> Result<(), Diagnostics> {
    let required = configs.iter().any(|config| {
        config.steps.iter().any(|step| match step {
            Step::Patch(patch) => patch.expect.min > 0,
            Step::Recipe(wanted) => !wanted.optional,
            Step::Change(change) => config.dialect == Dialect::PostRender && !change.optional,
        }) || config.checksums.iter().any(|checksum| checksum.patch.expect.min > 0)
    });
    if !stream.is_empty() || !required {
        return Ok(());
    }
    Err(Diagnostic::error("empty-input", "there is nothing to patch: the input is empty")
        .help("Helm 3 gives the post-renderer nothing for `--output-dir`; write the output of `helm template` to a file instead")
        .help("a chart that renders nothing, or only hooks, has nothing to patch either")
        .into())
}

/// A stream on its way.
struct Work<'s> {
    manifests: Vec<Manifest<'s>>,
    known: Knowledge<'s>,
    /// Manifests that do not parse and that a step might have selected.
    unreadable: HashSet<usize>,
    findings: Diagnostics,
    report: Vec<Line>,
    hooks: Hooks,
    /// The use of a recipe that the step belongs to.
    recipe: Option<Arc<Origin>>,
}

impl Work<'_> {
    /// Takes steps one after the other.
    fn steps(&mut self, steps: &[&Step], config: &Config, outcomes: &mut Outcomes) {
        for step in steps {
            let before = self.report.len();
            self.recipe = step.recipe().cloned();
            match step {
                Step::Patch(patch) => self.patch(patch, config),
                Step::Change(change) => self.change(change, config.dialect),
                // Its steps are among the others.
                Step::Recipe(_) => {}
            }
            if let Some(origin) = step.recipe() {
                outcomes.add(origin, &self.report[before..]);
            }
        }
    }

    /// Parses the documents that a step might select.
    fn parse_candidates(&mut self, steps: &[&Step], checksums: &[&Checksum], dialect: Dialect) {
        let prefilter = Prefilter::of(steps, checksums, dialect);
        for (index, manifest) in self.manifests.iter_mut().enumerate() {
            if manifest.is_parsed() || !prefilter.may_select(manifest) || manifest.is_blank() {
                continue;
            }
            if let Err(found) = manifest.parse()
                && self.unreadable.insert(index)
            {
                self.findings.push(unreadable(manifest, &found));
            }
        }
    }

    /// The patched stream, and what is not as it was.
    fn output<'i>(
        &self,
        stream: &'i [u8],
        spelling: &Spelling,
    ) -> Result<(Output<'i>, Vec<Edited>), Diagnostics> {
        let mut edited = Vec::new();
        let mut output = Output::of(stream);
        let mut findings = Diagnostics::new();
        for manifest in &self.manifests {
            let secret = || manifest.objects.iter().any(manifest::Object::is_secret);
            let finished = match manifest
                .finish(|document, old, wanted| patch::write(document, old, wanted, spelling))
            {
                Ok(finished) => finished,
                Err(found) => {
                    findings.push(uneditable(manifest, found, secret()));
                    continue;
                }
            };
            let new: Option<&[u8]> = match &finished {
                Finished::Same => None,
                Finished::Changed(bytes) => Some(bytes),
                Finished::Deleted => Some(&[]),
            };
            if let Some(new) = new {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let texts = (!secret()).then(|| (text(manifest.bytes()), text(new)));
                edited.push(Edited { name: manifest.name(), texts });
            }
            // Behind a new document even the first one of the input needs a marker.
            let marked = manifest.has_marker() || manifest.is_blank();
            match (finished, manifest.span()) {
                (Finished::Same, Some(span)) => output.pass(span, marked),
                (Finished::Same, None) => output.add(manifest.bytes().to_vec(), marked),
                (Finished::Changed(bytes), _) => output.add(bytes, marked),
                (Finished::Deleted, _) => {}
            }
        }
        if findings.has_errors() {
            return Err(findings);
        }
        if self.manifests.iter().all(|manifest| manifest.is_deleted() && !manifest.is_blank()) {
            output = Output::of(&[]);
            output.add(NOTHING.to_vec(), true);
        }
        Ok((output, edited))
    }
}

/// The finding for a document that a patch might select and that does not parse.
fn unreadable(manifest: &Manifest<'_>, found: &Diagnostics) -> Diagnostic {
    // Only the place and the reason: the document might be a Secret.
    let first = found.iter().next();
    let line = first.and_then(Diagnostic::place).map(|(_, start, _)| manifest.line() + start.line - 1);
    let reason = first.map_or("it cannot be read", |found| found.message.as_str());
    let place = line.map_or_else(String::new, |line| format!(" (line {line} of the input)"));
    Diagnostic::error("unreadable-manifest", format!("{} cannot be read{place}: {reason}", manifest.name()))
        .help("a patch might be for it, so it cannot pass unread; name kind and name of what the patches are for")
}

/// The finding for a document that cannot be edited.
fn uneditable(manifest: &Manifest<'_>, mut found: Diagnostic, secret: bool) -> Diagnostic {
    if secret {
        return Diagnostic::error(
            found.code,
            format!("{} holds a Secret that cannot be edited safely", manifest.name()),
        )
        .help("its values are not shown");
    }
    found.message = format!("{} cannot be edited: {}", manifest.name(), found.message);
    found
}
