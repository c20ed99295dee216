//! Lists of a strategic merge patch.
//!
//! Items that are there stay where they are. A new item stands after the item that precedes it in the patch,
//! or before the one that follows it; when neither is there, at the end. In a kustomization the items of the
//! patch move to the front, as kustomize has it.

use serde_json::{Map, Value};

use super::directive::{PATCH, Verb, verb};
use super::{Directives, Merge, order};
use crate::patch::Fault;
use crate::patch::table::Known;
use crate::yaml::{equal, pointer};

/// What a missing key of an item stands for.
const DEFAULTS: [(&str, &str); 1] = [("protocol", "TCP")];

impl Merge {
    pub(super) fn list(
        self,
        target: &mut Vec<Value>,
        patch: &[Value],
        known: Known<'_>,
        at: &str,
    ) -> Result<(), Fault> {
        match known.merge_keys() {
            None => {
                *target = self.atomic(patch, at)?;
                Ok(())
            }
            Some([]) => self.set_of_scalars(target, patch, at),
            Some(keys) => self.keyed(target, patch, keys, known, at),
        }
    }

    /// A list that is replaced as a whole; a directive in it would end up in the manifest.
    pub(super) fn atomic(self, patch: &[Value], at: &str) -> Result<Vec<Value>, Fault> {
        for (index, item) in patch.iter().enumerate() {
            self.refuse_directives(item, &pointer::join(at, &index.to_string()))?;
        }
        Ok(patch.to_vec())
    }

    fn refuse_directives(self, value: &Value, at: &str) -> Result<(), Fault> {
        match value {
            Value::Array(items) => {
                let mut items = items.iter().enumerate();
                items.try_for_each(|(n, item)| {
                    self.refuse_directives(item, &pointer::join(at, &n.to_string()))
                })
            }
            Value::Object(map) => map.iter().try_for_each(|(key, value)| {
                if self.directives.is_directive(key, at)? {
                    return Err(Fault::new(
                        pointer::join(at, key),
                        format!("`{key}` has no meaning in a list that is replaced as a whole"),
                    )
                    .help("this list has no merge key; change it with a JSON patch"));
                }
                self.refuse_directives(value, &pointer::join(at, key))
            }),
            _ => Ok(()),
        }
    }

    /// Items for a list that was not there.
    fn keyless(self, patch: &[Value], known: Known<'_>, at: &str) -> Result<Vec<Value>, Fault> {
        let items = patch.iter().enumerate();
        let items =
            items.map(|(n, item)| self.created(item, known.item(), &pointer::join(at, &n.to_string())));
        Ok(items.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    fn keyed(
        self,
        target: &mut Vec<Value>,
        patch: &[Value],
        keys: &[String],
        known: Known<'_>,
        at: &str,
    ) -> Result<(), Fault> {
        let keyless = |item: &Value| {
            item.as_object().is_some_and(|item| !item.contains_key(&keys[0]) && !item.contains_key(PATCH))
        };
        if target.is_empty() && self.directives == Directives::Kustomize && patch.iter().any(keyless) {
            // Kustomize takes them as they are when there is nothing to merge with.
            *target = self.keyless(patch, known, at)?;
            return Ok(());
        }
        let mut items = Vec::with_capacity(patch.len());
        for (index, item) in patch.iter().enumerate() {
            let place = pointer::join(at, &index.to_string());
            let Value::Object(item) = item else {
                return Err(Fault::new(
                    place,
                    format!("an item of this list must be a map with `{}`", keys[0]),
                ));
            };
            match verb(item, &place)? {
                // `- $patch: replace` beside the new items, `- $patch: delete` alone.
                Some(Verb::Replace | Verb::Delete) if item.len() == 1 => target.clear(),
                _ if item.len() == 1 && item.contains_key(PATCH) => {}
                verb => {
                    if !item.contains_key(&keys[0]) {
                        return Err(Fault::new(
                            place,
                            format!("an item of this list needs its merge key `{}`", keys[0]),
                        )
                        .help("without it nobody can tell which item is meant"));
                    }
                    items.push((item, verb, place));
                }
            }
        }
        let mut after = None;
        let mut front: Vec<(&Map<String, Value>, bool)> = Vec::new();
        for (n, (item, verb, place)) in items.iter().enumerate() {
            let found = find(target, item, keys, place)?;
            front.extend((*verb != Some(Verb::Delete)).then_some((*item, found.is_none())));
            match (found, verb) {
                (found, Some(Verb::Delete)) => {
                    if found.is_some() {
                        let before = target.len();
                        target.retain(|old| !matches(old, item, keys));
                        after = after.map(|after: usize| after.saturating_sub(before - target.len()));
                    }
                }
                (Some(found), Some(Verb::Replace)) => {
                    target[found] = Value::Object(self.created_map(item, known.item(), place)?);
                    after = Some(found);
                }
                (Some(found), _) => {
                    if let Value::Object(old) = &mut target[found] {
                        self.map(old, item, known.item(), place)?;
                    }
                    after = Some(found);
                }
                (None, _) => {
                    let created = self.created_map(item, known.item(), place)?;
                    let following = || {
                        let mut following =
                            items[n + 1..].iter().filter(|(_, verb, _)| *verb != Some(Verb::Delete));
                        following
                            .find_map(|(item, _, _)| target.iter().position(|old| matches(old, item, keys)))
                    };
                    let index = after.map(|after| after + 1).or_else(following).unwrap_or(target.len());
                    target.insert(index, Value::Object(created));
                    after = Some(index);
                }
            }
        }
        if self.directives == Directives::Kustomize {
            order::front(target, &front, keys);
        }
        Ok(())
    }
}

/// True for a patch of a list that only takes it away: `- $patch: delete`.
pub(super) fn deletes_all(patch: &[Value]) -> bool {
    let deletes = |item: &Value| {
        item.as_object()
            .is_some_and(|item| item.len() == 1 && item.get(PATCH).and_then(Value::as_str) == Some("delete"))
    };
    patch.iter().any(deletes) && patch.iter().all(|item| deletes(item) || !item.is_object())
}

/// The item that a patch item means. Of several with the same keys the last one counts, as in a pod's `env`.
fn find(
    target: &[Value],
    item: &Map<String, Value>,
    keys: &[String],
    place: &str,
) -> Result<Option<usize>, Fault> {
    let found: Vec<usize> = (0..target.len()).filter(|at| matches(&target[*at], item, keys)).collect();
    let partial = keys.iter().any(|key| value_of(item, key).is_none());
    if partial && found.len() > 1 {
        let missing: Vec<&str> =
            keys.iter().map(String::as_str).filter(|key| !item.contains_key(*key)).collect();
        return Err(Fault::new(place, format!("{} items fit this one", found.len()))
            .help(format!("give it `{}` as well", missing.join("` and `"))));
    }
    Ok(found.last().copied())
}

/// True when all keys that the patch item has are those of the item.
pub(super) fn matches(old: &Value, item: &Map<String, Value>, keys: &[String]) -> bool {
    let Value::Object(old) = old else { return false };
    keys.iter().all(|key| match (value_of(old, key), value_of(item, key)) {
        (Some(old), Some(new)) => equal(&old, &new),
        (None, Some(_)) => false,
        (_, None) => true,
    })
}

fn value_of(item: &Map<String, Value>, key: &str) -> Option<Value> {
    let default = || DEFAULTS.iter().find(|(name, _)| *name == key).map(|(_, value)| Value::from(*value));
    item.get(key).filter(|value| !value.is_null()).cloned().or_else(default)
}

impl Merge {
    fn set_of_scalars(self, target: &mut Vec<Value>, patch: &[Value], at: &str) -> Result<(), Fault> {
        for (index, item) in patch.iter().enumerate() {
            if let Value::Object(map) = item {
                let place = pointer::join(at, &index.to_string());
                match verb(map, &place)? {
                    Some(Verb::Replace | Verb::Delete) if map.len() == 1 => target.clear(),
                    _ => return Err(Fault::new(place, "this list holds scalars, no maps")),
                }
            }
        }
        let scalars: Vec<&Value> = patch.iter().filter(|item| !item.is_object()).collect();
        let mut after = None;
        for (n, item) in scalars.iter().enumerate() {
            let place = |item: &Value| target.iter().position(|old| equal(old, item));
            after = match place(item) {
                Some(found) => Some(found),
                None => {
                    let following = || scalars[n + 1..].iter().find_map(|item| place(item));
                    let index = after.map(|after| after + 1).or_else(following).unwrap_or(target.len());
                    target.insert(index, (*item).clone());
                    Some(index)
                }
            };
        }
        if self.directives == Directives::Kustomize {
            let is_new = |item: &Value| scalars.iter().any(|scalar| equal(scalar, item));
            let (patched, others) = std::mem::take(target).into_iter().partition(is_new);
            *target = order::by_patch(patched, &scalars);
            target.extend::<Vec<Value>>(others);
        }
        Ok(())
    }
}
