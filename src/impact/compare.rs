//! What changes from one platform to another.

use serde_json::Value;

use super::fields::differences;
use super::{Part, Platform, Risk, Rules};
use crate::diagnostic::redact::is_credential;
use crate::manifest::Identity;

/// What happens to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It is new.
    Added,
    /// It goes.
    Removed,
    /// It stays and differs.
    Changed,
}

/// A part that is not the same on both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The release that it belongs to.
    pub release: String,
    /// Who it is.
    pub identity: Identity,
    /// What happens to it.
    pub what: What,
    /// The kinds that a template renders to.
    pub kinds: Vec<String>,
    /// What differs, for a part that stays.
    pub fields: Vec<FieldChange>,
    /// The highest risk of it and its fields.
    pub risk: Risk,
    /// Why, for a part that goes.
    pub why: Option<String>,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// `spec.template.spec.containers[name=x].image`
    pub path: String,
    /// Before; none when it is new. Values of Secrets are not given.
    pub before: Option<Value>,
    /// After; none when it goes.
    pub after: Option<Value>,
    /// What the change may cost.
    pub risk: Risk,
    /// Why.
    pub why: Option<String>,
}

/// All changes, release by release in the order of installation.
pub fn compare(before: &Platform, after: &Platform, rules: &Rules) -> Vec<Change> {
    let gone = before.releases.iter().filter(|name| !after.releases.contains(name));
    let mut changes = Vec::new();
    for release in after.releases.iter().chain(gone) {
        let of = |platform: &Platform| platform.parts.get(release).cloned().unwrap_or_default();
        let (old, new) = (of(before), of(after));
        let other = |parts: &[Part], part: &Part| parts.iter().find(|p| key(p) == key(part)).cloned();
        for part in &old {
            changes.extend(match other(&new, part) {
                None => Some(change(release, part, What::Removed, rules)),
                Some(now) => changed(release, part, &now, rules),
            });
        }
        for part in new.iter().filter(|part| other(&old, part).is_none()) {
            changes.push(change(release, part, What::Added, rules));
        }
    }
    changes
}

/// An object keeps its identity when its version changes.
fn key(part: &Part) -> (&str, &str, &str, &str) {
    let identity = &part.identity;
    (&identity.group, &identity.kind, identity.effective_namespace(), &identity.name)
}

fn change(release: &str, part: &Part, what: What, rules: &Rules) -> Change {
    let (risk, why) = if what == What::Removed { rules.removed(part) } else { (Risk::None, None) };
    Change {
        release: release.to_owned(),
        identity: part.identity.clone(),
        what,
        kinds: part.kinds.clone(),
        fields: Vec::new(),
        risk,
        why: why.map(str::to_owned),
    }
}

fn changed(release: &str, old: &Part, new: &Part, rules: &Rules) -> Option<Change> {
    let secret = new.identity.kind == "Secret";
    let fields: Vec<_> = differences(&old.content, &new.content)
        .into_iter()
        .map(|field| {
            let (risk, why) = rules.field(new, &field.plain);
            let last = field.plain.rsplit('.').next().unwrap_or_default();
            let hidden = secret || is_credential(last);
            let show = |value: Option<Value>| {
                value.map(|value| if hidden { Value::from("(not shown)") } else { value })
            };
            FieldChange {
                path: field.path,
                before: show(field.before),
                after: show(field.after),
                risk,
                why: why.map(str::to_owned),
            }
        })
        .collect();
    let risk = fields.iter().map(|field| field.risk).max()?;
    Some(Change { fields, risk, ..change(release, new, What::Changed, rules) })
}

#[cfg(test)]
mod tests;
