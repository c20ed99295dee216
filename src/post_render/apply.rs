//! One patch on the objects that it is for.

use serde_json::Value;

use super::config::{Body, Config, Dialect, Hooks, Patch, PodsPatch, Requirement};
use super::pods::{Pods, Tally};
use super::require;
use super::{Line, Work};
use crate::diagnostic::{Diagnostic, Severity};
use crate::manifest::{Identity, Object};
use crate::patch::merge::{self, Outcome};
use crate::patch::{Fault, file, json, text};
use crate::yaml::equal;

impl Work<'_> {
    /// Applies one patch; whatever does not fit becomes a finding.
    pub(super) fn patch(&mut self, patch: &Patch, config: &Config) {
        let mut line = Line { step: patch.name.clone(), found: Vec::new(), changed: 0, deleted: 0 };
        let mut failed = false;
        let (pods, hooks) = (Pods(self.known), self.hooks);
        let mut tally = Tally::default();
        let mut findings = Vec::new();
        for object in self.manifests.iter_mut().flat_map(|manifest| &mut manifest.objects) {
            let open = is_open(object, hooks) || (object.value.is_some() && patch.means_hooks());
            if !open || !patch.target.selects(object) {
                continue;
            }
            if !patch.concerns(object, pods) {
                tally.pass_by(object, pods, patch.pods());
                continue;
            }
            if let Some(untested) = patch.recipe.as_ref().and_then(|recipe| recipe.guard(object)) {
                failed = true;
                findings.push(untested);
                continue;
            }
            let identity = object.current_identity().unwrap_or_else(|| object.identity.clone());
            line.found.push(identity.to_string());
            match patched(object, &identity, patch, config.dialect, pods, &mut tally) {
                Ok(None) => {
                    line.deleted += 1;
                    object.value = None;
                }
                Ok(Some(value)) => {
                    line.changed += usize::from(object.value.as_ref().is_none_or(|old| !equal(old, &value)));
                    object.value = Some(value);
                }
                Err(fault) => {
                    failed = true;
                    findings.push(misfit(patch, &identity, fault));
                }
            }
        }
        self.findings.extend(findings);
        if !failed && line.found.is_empty() && patch.expect.min > 0 && tally.passed_by() {
            self.findings.push(tally.nothing(patch));
        } else if !failed {
            self.check(patch, &line, config.dialect);
            if !line.found.is_empty() {
                self.findings.extend(patch.pods().map(|pods| tally.check(pods, patch)).unwrap_or_default());
            }
        }
        self.report.push(line);
    }

    /// Holds what a patch found and did against what it should.
    pub(super) fn check(&mut self, patch: &Patch, line: &Line, dialect: Dialect) {
        let count = line.found.len();
        if !patch.expect.holds(count) {
            let help = match count {
                0 => self.explain(&patch.target),
                _ => vec![format!("it found {}", line.found.join(", "))],
            };
            self.findings.push(help.into_iter().fold(unexpected(patch, count, line), Diagnostic::help));
            return;
        }
        if count > 0 && line.changed + line.deleted == 0 && !patch.optional && !patch.only_tests() {
            // To kustomize a patch without effect is fine.
            let severity = if dialect == Dialect::Kustomize { Severity::Warning } else { Severity::Error };
            let message = format!(
                "{} changes nothing: {} already",
                patch.name,
                if count == 1 { "the object is like this" } else { "all objects are like this" }
            );
            self.findings.push(
                Diagnostic::new(severity, "no-effect", message)
                    .at(&patch.source, patch.span, "")
                    .help(format!("it found {}", line.found.join(", ")))
                    .help("remove the patch; `optional: true` lets it stay"),
            );
        }
    }
}

/// True for an object that patches may see.
pub(super) fn is_open(object: &Object, hooks: Hooks) -> bool {
    object.value.is_some()
        && match hooks {
            Hooks::Skip => !object.is_hook(),
            Hooks::Patch => true,
            Hooks::Only => object.is_hook(),
        }
}

impl Patch {
    /// True for a patch that only makes sure of something.
    fn only_tests(&self) -> bool {
        self.bodies.iter().all(|body| match body {
            Body::Json(operations, _) => operations.iter().all(json::Operation::is_test),
            Body::Require(_) => true,
            _ => false,
        })
    }

    /// True for a patch that is for hooks.
    fn means_hooks(&self) -> bool {
        self.target.means_hooks() || self.recipe.as_ref().is_some_and(|recipe| recipe.means_hooks())
    }

    /// The requirement that it is.
    fn requirement(&self) -> Option<&Requirement> {
        self.bodies
            .iter()
            .find_map(|body| if let Body::Require(wanted) = body { Some(&**wanted) } else { None })
    }

    /// The change of pods that it is.
    fn pods(&self) -> Option<&PodsPatch> {
        self.bodies.iter().find_map(|body| if let Body::Pods(pods) = body { Some(pods) } else { None })
    }

    /// True for an object that it is for, once the target fits.
    fn concerns(&self, object: &Object, pods: Pods<'_>) -> bool {
        let (Some(value), Some(identity)) = (&object.value, object.current_identity()) else { return false };
        self.recipe.as_ref().is_none_or(|recipe| recipe.is_for(object))
            && self.pods().is_none_or(|patch| pods.concern(value, &identity, patch))
    }
}

/// What a patch makes of an object; none when it deletes the object.
fn patched(
    object: &Object,
    identity: &Identity,
    patch: &Patch,
    dialect: Dialect,
    pods: Pods<'_>,
    tally: &mut Tally,
) -> Result<Option<Value>, Fault> {
    let Some(mut value) = object.value.clone() else { return Ok(None) };
    for body in &patch.bodies {
        match body {
            Body::Merge(wanted) => {
                let wanted = without_identity(wanted, patch);
                let own = dialect == Dialect::PostRender;
                let known = pods.0.table().object(&identity.api_version(), &identity.kind, own);
                if merge::merge(&mut value, &wanted, known, dialect.directives())? == Outcome::Deleted {
                    return Ok(None);
                }
            }
            Body::Json(operations, parents) => json::apply(&mut value, operations, *parents)?,
            Body::Text(replacements) => {
                replacements.iter().try_for_each(|replacement| text::replace(&mut value, replacement))?;
            }
            Body::Pods(patch) => pods.apply(&mut value, identity, patch, tally)?,
            Body::Require(requirement) => require::hold(&value, requirement)?,
            Body::File(patch) => file::apply(&mut value, patch)?,
        }
    }
    if Identity::of(&value).is_none() {
        return Err(Fault::new("/kind", "without its kind it would be no Kubernetes object"));
    }
    Ok(Some(value))
}

/// The patch without the fields that only say what it is for.
fn without_identity(patch: &Value, of: &Patch) -> Value {
    let mut patch = patch.clone();
    if let Value::Object(map) = &mut patch {
        map.shift_remove("apiVersion");
        if !of.allow_kind_change {
            map.shift_remove("kind");
        }
        if let Some(Value::Object(metadata)) = map.get_mut("metadata") {
            metadata.shift_remove("namespace");
            if !of.allow_name_change {
                metadata.shift_remove("name");
            }
            if metadata.is_empty() {
                map.shift_remove("metadata");
            }
        }
    }
    patch
}

fn misfit(patch: &Patch, identity: &Identity, fault: Fault) -> Diagnostic {
    let (code, what) = match patch.requirement() {
        Some(_) => ("refused", "refuses"),
        None => ("patch-does-not-fit", "does not fit"),
    };
    let found = Diagnostic::error(code, format!("{} {what} {identity}: {}", patch.name, fault.message));
    let found = found.at(&patch.source, patch.span, "");
    fault.help.into_iter().fold(found, Diagnostic::help)
}

fn unexpected(patch: &Patch, count: usize, line: &Line) -> Diagnostic {
    let said = patch.requirement().filter(|requirement| requirement.path.is_none());
    let found = match count {
        _ if said.is_some() => {
            let message = said.map(|requirement| requirement.message.as_str()).unwrap_or_default();
            let found = Diagnostic::error("refused", format!("{}: {message}", line.step));
            said.and_then(|requirement| requirement.help.clone()).into_iter().fold(found, Diagnostic::help)
        }
        0 => Diagnostic::error("no-match", format!("{} finds nothing: {}", line.step, patch.target)),
        _ => Diagnostic::error(
            "unexpected-count",
            format!("{} finds another number of objects than it expects: {}", line.step, patch.target),
        ),
    };
    found.at(&patch.source, patch.span, "").found(count.to_string()).expected(patch.expect.to_string())
}
