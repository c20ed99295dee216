//! One patch on the objects that it is for.

use serde_json::Value;

use super::config::{Body, Config, Dialect, Hooks, Patch};
use super::{Line, Work};
use crate::diagnostic::{Diagnostic, Severity};
use crate::manifest::{Identity, Object};
use crate::patch::merge::{self, Outcome};
use crate::patch::{Fault, Table, file, json, text};
use crate::yaml::equal;

impl Work<'_> {
    /// Applies one patch; whatever does not fit becomes a finding.
    pub(super) fn patch(&mut self, patch: &Patch, config: &Config) {
        let mut line = Line { step: patch.name.clone(), found: Vec::new(), changed: 0, deleted: 0 };
        let mut failed = false;
        let (table, hooks) = (self.table, self.hooks);
        let mut findings = Vec::new();
        for object in self.manifests.iter_mut().flat_map(|manifest| &mut manifest.objects) {
            let open = is_open(object, hooks) || (object.value.is_some() && patch.target.means_hooks());
            if !open || !patch.target.selects(object) {
                continue;
            }
            let identity = object.current_identity().unwrap_or_else(|| object.identity.clone());
            line.found.push(identity.to_string());
            match patched(object, &identity, patch, config.dialect, table) {
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
        if !failed {
            self.check(patch, &line, config.dialect);
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
        self.bodies.iter().all(|body| matches!(body, Body::Json(operations, _) if operations.iter().all(json::Operation::is_test)))
    }
}

/// What a patch makes of an object; none when it deletes the object.
fn patched(
    object: &Object,
    identity: &Identity,
    patch: &Patch,
    dialect: Dialect,
    table: &Table,
) -> Result<Option<Value>, Fault> {
    let Some(mut value) = object.value.clone() else { return Ok(None) };
    let known = table.object(&identity.api_version(), &identity.kind, dialect == Dialect::PostRender);
    for body in &patch.bodies {
        match body {
            Body::Merge(wanted) => {
                let wanted = without_identity(wanted, patch);
                if merge::merge(&mut value, &wanted, known, dialect.directives())? == Outcome::Deleted {
                    return Ok(None);
                }
            }
            Body::Json(operations, parents) => json::apply(&mut value, operations, *parents)?,
            Body::Text(replacements) => {
                replacements.iter().try_for_each(|replacement| text::replace(&mut value, replacement))?;
            }
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
    let found = Diagnostic::error(
        "patch-does-not-fit",
        format!("{} does not fit {identity}: {}", patch.name, fault.message),
    );
    let found = found.at(&patch.source, patch.span, "");
    fault.help.into_iter().fold(found, Diagnostic::help)
}

fn unexpected(patch: &Patch, count: usize, line: &Line) -> Diagnostic {
    let found = match count {
        0 => Diagnostic::error("no-match", format!("{} finds nothing: {}", line.step, patch.target)),
        _ => Diagnostic::error(
            "unexpected-count",
            format!("{} finds another number of objects than it expects: {}", line.step, patch.target),
        ),
    };
    found.at(&patch.source, patch.span, "").found(count.to_string()).expected(patch.expect.to_string())
}
