//! What a target that found nothing might have meant.

use super::Work;
use super::config::{Hooks, Pattern, Target};
use crate::manifest::Identity;

/// How many candidates a message names.
const SHOWN: usize = 3;

impl Work<'_> {
    /// Sentences that help with a target that found nothing.
    pub(super) fn explain(&mut self, target: &Target) -> Vec<String> {
        for manifest in &mut self.manifests {
            // What cannot be read is no candidate.
            manifest.parse().ok();
        }
        let objects = || self.manifests.iter().flat_map(|manifest| &manifest.objects);
        let mut help = Vec::new();
        let skipped = objects().filter(|object| target.selects(object) && object.is_hook()).count();
        if skipped > 0 && self.hooks == Hooks::Skip {
            help.push(format!("it fits {skipped} hooks or tests, which `hooks: skip` leaves alone"));
        }
        let same = objects().find(|object| target.fits(&object.identity));
        if let Some(object) = same.filter(|object| object.value.is_some() && !object.is_hook()) {
            help.push(format!("{} fits but for its labels or annotations", object.identity));
        }
        let mut ranked: Vec<(usize, &Identity)> =
            objects().map(|object| (distance(target, &object.identity), &object.identity)).collect();
        ranked.sort();
        ranked.dedup_by(|a, b| a.1 == b.1);
        let nearest: Vec<String> = ranked
            .iter()
            .filter(|(distance, _)| *distance > 0)
            .take(SHOWN)
            .map(|(_, i)| describe(target, i))
            .collect();
        match nearest.as_slice() {
            [] if ranked.is_empty() => help.push("the input holds no object".to_owned()),
            // The target names nothing that an object could be near to.
            [] => {}
            nearest => help.push(format!("the nearest objects are {}", nearest.join(", "))),
        }
        help
    }
}

/// An identity, with group and version where the target names them.
fn describe(target: &Target, identity: &Identity) -> String {
    let differs = target.group.as_ref().is_some_and(|p| !p.matches(&identity.group))
        || target.version.as_ref().is_some_and(|p| !p.matches(&identity.version));
    if differs { format!("{identity} ({})", identity.api_version()) } else { identity.to_string() }
}

/// How far an object is from what the target names; kind and name count most.
fn distance(target: &Target, identity: &Identity) -> usize {
    let part = |pattern: &Option<Pattern>, text: &str, weight: usize| match pattern {
        Some(pattern) if !pattern.matches(text) => weight * strsim::damerau_levenshtein(pattern.text(), text),
        _ => 0,
    };
    part(&target.kind, &identity.kind, 2)
        + part(&target.name, &identity.name, 2)
        + part(&target.namespace, identity.effective_namespace(), 1)
        + part(&target.group, &identity.group, 1)
        + part(&target.version, &identity.version, 1)
}
