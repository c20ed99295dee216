//! How dangerous a change is: rules from the catalogue (`_kubernetes/risks.yaml`).

use serde::Deserialize;

use super::platform::Part;
use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::text::{Source, Span};

/// What a change may cost, from low to high.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// Nothing that runs is touched.
    #[default]
    None,
    /// Pods are replaced.
    Restart,
    /// Something does not run until a person acts.
    Outage,
    /// Kubernetes or Helm refuses the change.
    Immutable,
    /// Data may go.
    DataLoss,
}

impl Risk {
    /// The word of the data and of the command line.
    pub fn word(self) -> &'static str {
        match self {
            Risk::None => "none",
            Risk::Restart => "restart",
            Risk::Outage => "outage",
            Risk::Immutable => "immutable",
            Risk::DataLoss => "data-loss",
        }
    }
}

/// The rules.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    fields: Vec<FieldRule>,
    removed: Vec<RemovedRule>,
    parts: Vec<PartRule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldRule {
    kinds: Vec<String>,
    #[serde(default)]
    at: String,
    #[serde(default)]
    except: Vec<String>,
    #[serde(default)]
    ends: Vec<String>,
    risk: Risk,
    why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RemovedRule {
    kinds: Vec<String>,
    risk: Risk,
    why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartRule {
    part: String,
    at: Option<String>,
    #[serde(default)]
    contains: Vec<String>,
    risk: Risk,
    why: String,
}

const PATH: &str = "_kubernetes/risks.yaml";

impl Rules {
    /// Reads the rules of a catalogue; one without the file knows no risk.
    pub fn of(catalog: &Catalog) -> Result<Self, Diagnostic> {
        let Some(text) = catalog.shared().get(PATH) else { return Ok(Self::default()) };
        serde_yaml::from_str(text).map_err(|error: serde_yaml::Error| {
            let source = Source::new(PATH, text);
            let at = error.location().map_or(0, |place| place.index().min(text.len()));
            Diagnostic::error("unreadable-catalog-file", error.to_string()).at(&source, Span::new(at, at), "")
        })
    }

    /// The risk of a field's change; `path` is dotted, without list items.
    pub(super) fn field(&self, part: &Part, path: &str) -> (Risk, Option<&str>) {
        let objects = self.fields.iter().filter(|rule| {
            part.kinds.iter().any(|kind| rule.kinds.iter().any(|wanted| wanted == "*" || wanted == kind))
                && begins(path, &rule.at)
                && !rule.except.iter().any(|other| begins(path, other))
                && (rule.ends.is_empty() || rule.ends.iter().any(|end| ends(path, end)))
        });
        let parts = self.parts.iter().filter(|rule| {
            let lower = path.to_lowercase();
            rule.part == part.identity.kind
                && rule.at.as_ref().is_none_or(|at| at == path)
                && (rule.contains.is_empty() || rule.contains.iter().any(|word| lower.contains(word)))
        });
        let objects = objects.map(|rule| (rule.risk, rule.why.as_str()));
        highest(objects.chain(parts.map(|rule| (rule.risk, rule.why.as_str()))))
    }

    /// The risk of something that goes away.
    pub(super) fn removed(&self, part: &Part) -> (Risk, Option<&str>) {
        let named = |rule: &&RemovedRule| {
            rule.kinds.iter().any(|kind| *kind == part.identity.kind || part.kinds.contains(kind))
        };
        highest(self.removed.iter().filter(named).map(|rule| (rule.risk, rule.why.as_str())))
    }
}

fn highest<'r>(all: impl Iterator<Item = (Risk, &'r str)>) -> (Risk, Option<&'r str>) {
    // The first of equals: max_by_key would take the last.
    all.fold((Risk::None, None), |best, (risk, why)| if risk > best.0 { (risk, Some(why)) } else { best })
}

/// True when a path is `start` or lies below it.
fn begins(path: &str, start: &str) -> bool {
    start.is_empty() || path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn ends(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
