//! Changes of pods, wherever objects keep them.

mod overlay;
mod place;
mod view;

use serde_json::{Map, Value};

use super::config::{ContainerPatch, Patch, PodsPatch};
use super::rules::Knowledge;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{Identity, Object};
use crate::patch::merge::{self, Directives};
use crate::patch::table::Known;
use crate::patch::{self, Fault, locate};
use crate::yaml::equal;
use place::Place;
pub use place::Places;

/// How often each entry of `containers` found something, and what there was to find.
#[derive(Debug, Default)]
pub(super) struct Tally {
    found: Vec<usize>,
    seen: Vec<String>,
    /// Objects that the target fits and that the patch is not for.
    others: Vec<String>,
}

/// What is known of pods.
#[derive(Clone, Copy)]
pub(super) struct Pods<'r>(pub Knowledge<'r>);

impl Pods<'_> {
    /// True when the object has a pod that the patch is about: where it names containers, one that has them.
    pub(super) fn concern(self, object: &Value, identity: &Identity, patch: &PodsPatch) -> bool {
        self.0.rules.places().of(identity).iter().any(|place| {
            let pod = view::read(object, place, self.0.rules.places().layout(place));
            pod.is_some_and(|pod| patch.is_for(&pod))
        })
    }

    /// Changes the pods of an object.
    pub(super) fn apply(
        self,
        object: &mut Value,
        identity: &Identity,
        patch: &PodsPatch,
        tally: &mut Tally,
    ) -> Result<(), Fault> {
        let known = self.0.table().named("PodTemplateSpec");
        let before = self.misaligned(object, identity, known).is_some();
        tally.found.resize(patch.containers.len(), 0);
        // Read again for each: pods of one object may share fields.
        for place in self.0.rules.places().of(identity) {
            let layout = self.0.rules.places().layout(place);
            let Some(old) = view::read(object, place, layout) else { continue };
            // An overlay lists what it changes; the containers of the pod below it are its containers too.
            if !place.overlay && !patch.is_for(&old) {
                continue;
            }
            let mut pod = old.clone();
            if let Some(template) = &patch.template {
                merge_part(&mut pod, template, known, place.overlay)?;
            }
            append(pod.get_mut("spec"), &patch.append, place.overlay)?;
            for (at, entry) in patch.containers.iter().enumerate() {
                tally.found[at] += containers(&mut pod, entry, known, place.overlay)?;
            }
            tally.see(&pod);
            if pod != old {
                view::write(object, place, layout, pod)?;
            }
        }
        match self.misaligned(object, identity, known) {
            Some(fault) if !before => Err(fault),
            _ => Ok(()),
        }
    }

    /// The fault of an object whose overlays merge by position and do not fit what they are laid over.
    fn misaligned(self, object: &Value, identity: &Identity, known: Known<'_>) -> Option<Fault> {
        let setting = self.0.rules.places().by_name(identity)?;
        let (holder, key) = setting.rsplit_once('/')?;
        let on = object.pointer(holder).and_then(|settings| settings.get(key));
        if on.is_some_and(|on| on == "true" || on == true) {
            return None;
        }
        let template = |place: &Place| object.pointer(place.template.as_deref()?);
        let (base, overlays) = self.0.rules.places().of(identity).split_first()?;
        let base = template(base)?;
        overlays.iter().find_map(|place| {
            let list = overlay::misaligned(base, template(place)?, known, "")?;
            Some(overlay::fault(&list, place.template.as_deref()?, setting))
        })
    }
}

/// The first of some names, and how many more there are.
fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let more = names.len().saturating_sub(SHOWN);
    let shown = names[..names.len() - more].join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// The lists of containers that an entry looks through.
fn lists<'v>(entry: &'v ContainerPatch, pod: &'v Value) -> impl Iterator<Item = &'v Vec<Value>> {
    entry.of.iter().filter_map(|list| pod.get("spec")?.get(list)?.as_array())
}

/// Merges one entry into the containers that it is for; gives their number.
fn containers(
    pod: &mut Value,
    entry: &ContainerPatch,
    known: Known<'_>,
    overlay: bool,
) -> Result<usize, Fault> {
    let mut found = 0;
    for list in &entry.of {
        let items = pod.get_mut("spec").and_then(|spec| spec.get_mut(list)).and_then(Value::as_array_mut);
        let known = known.field("spec").field(list).item();
        for container in items.into_iter().flatten().filter(|container| entry.is_for(container)) {
            found += 1;
            entry.absent.iter().try_for_each(|path| refuse(container, path))?;
            merge_part(container, &entry.patch, known, overlay)?;
            append(Some(container), &entry.append, overlay)?;
        }
    }
    Ok(found)
}

/// A fault when a container has something at a path.
fn refuse(container: &Value, path: &str) -> Result<(), Fault> {
    let there = locate(container, path).is_ok_and(|steps| patch::get(container, &steps).is_some());
    if !there {
        return Ok(());
    }
    let name = container.get("name").and_then(Value::as_str).unwrap_or_default();
    Err(Fault::new(path, format!("container {name} has {path} already, which this would replace"))
        .help("set it in one place: in the chart's values or here"))
}

fn merge_part(value: &mut Value, patch: &Value, known: Known<'_>, overlay: bool) -> Result<(), Fault> {
    let restricted = if overlay { overlay::restrict(patch, value, known) } else { patch.clone() };
    merge::merge(value, &restricted, known, Directives::Kubernetes).map(|_| ())
}

/// Adds items at the end of lists, but for those that are there already.
fn append(holder: Option<&mut Value>, lists: &Map<String, Value>, overlay: bool) -> Result<(), Fault> {
    let Some(holder) = holder.and_then(Value::as_object_mut) else { return Ok(()) };
    for (name, items) in lists {
        if overlay && !holder.contains_key(name) {
            continue;
        }
        let list = holder.entry(name.clone()).or_insert(Value::Null);
        if list.is_null() {
            *list = Value::Array(Vec::new());
        }
        let list = list.as_array_mut().ok_or_else(|| Fault::new(name, format!("`{name}` is no list")))?;
        for item in items.as_array().into_iter().flatten() {
            if !list.iter().any(|known| equal(known, item)) {
                list.push(item.clone());
            }
        }
    }
    Ok(())
}

impl PodsPatch {
    /// True for every pod, or for those with a container that it names.
    fn is_for(&self, pod: &Value) -> bool {
        let mut entries = self.containers.iter();
        self.containers.is_empty()
            || entries.any(|entry| lists(entry, pod).flatten().any(|c| entry.is_for(c)))
    }
}

impl ContainerPatch {
    fn is_for(&self, container: &Value) -> bool {
        container.get("name").and_then(Value::as_str).is_some_and(|name| self.name.matches(name))
    }
}

impl Tally {
    /// Notes an object that the target fits and that the patch is not for.
    pub(super) fn pass_by(&mut self, object: &Object, pods: Pods<'_>, patch: Option<&PodsPatch>) {
        let (Some(value), Some(identity)) = (&object.value, object.current_identity()) else { return };
        self.others.push(identity.to_string());
        if patch.is_some() {
            let places = pods.0.rules.places().of(&identity).iter();
            let read =
                places.filter_map(|place| view::read(value, place, pods.0.rules.places().layout(place)));
            read.for_each(|pod| self.see(&pod));
        }
    }

    /// True when the target fitted something.
    pub(super) fn passed_by(&self) -> bool {
        !self.others.is_empty()
    }

    /// The finding for a patch that is for none of the objects that its target fits.
    pub(super) fn nothing(mut self, patch: &Patch) -> Diagnostic {
        let found = Diagnostic::error("no-match", format!("{} finds nothing to change", patch.name))
            .at(&patch.source, patch.span, "")
            .help(format!("its target fits {}", shortened(&self.others)));
        self.seen.sort();
        self.seen.dedup();
        if self.seen.is_empty() {
            found.help("none of them has pods, or the recipe's `target` leaves them out")
        } else {
            found.help(format!("the containers there are {}", self.seen.join(", ")))
        }
    }

    /// Remembers the containers of a pod.
    fn see(&mut self, pod: &Value) {
        let lists =
            ["containers", "initContainers"].into_iter().filter_map(|list| pod.get("spec")?.get(list));
        let names = lists.filter_map(Value::as_array).flatten().filter_map(|c| c.get("name")?.as_str());
        self.seen.extend(names.map(str::to_owned));
    }

    /// Findings for entries of `containers` that found nothing.
    pub(super) fn check(mut self, pods: &PodsPatch, patch: &Patch) -> Diagnostics {
        let mut findings = Diagnostics::new();
        self.seen.sort();
        self.seen.dedup();
        for (entry, found) in pods.containers.iter().zip(&self.found) {
            if *found == 0 && !entry.optional && !patch.optional {
                // The line of a recipe's own text says nothing to its user.
                let (source, span) = match &patch.recipe {
                    Some(_) => (&patch.source, patch.span),
                    None => (&entry.source, entry.span),
                };
                let message = format!("{}: no container is called {}", patch.name, entry.name.text());
                let found = Diagnostic::error("no-match", message)
                    .at(source, span, "")
                    .help(format!("the containers are {}", self.seen.join(", ")));
                findings.push(found);
            }
        }
        findings
    }
}
