//! Strategic merge: maps merge by key, lists by the keys that Kubernetes gives them, `null` deletes, and
//! `$patch`, `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList` say more.

mod directive;
mod list;
mod order;

use serde_json::{Map, Value};

use super::Fault;
use super::table::Known;
use crate::yaml::pointer;
pub use directive::Directives;
use directive::{Verb, element_order, primitive_deletions, retained, verb};

/// What a patch made of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is there, changed or not.
    Kept,
    /// `$patch: delete` at the root.
    Deleted,
}

/// Merges a patch into an object; on a fault the object is half changed and of no use.
pub fn merge(
    object: &mut Value,
    patch: &Value,
    known: Known<'_>,
    directives: Directives,
) -> Result<Outcome, Fault> {
    let (Value::Object(target), Value::Object(patch)) = (object, patch) else {
        return Err(Fault::new("", "a strategic merge patch must be a map"));
    };
    if verb(patch, "")? == Some(Verb::Delete) {
        return Ok(Outcome::Deleted);
    }
    Merge { directives }.map(target, patch, known, "")?;
    Ok(Outcome::Kept)
}

#[derive(Clone, Copy)]
struct Merge {
    directives: Directives,
}

impl Merge {
    /// Merges a map into a map; `$patch: delete` is the caller's.
    fn map(
        self,
        target: &mut Map<String, Value>,
        patch: &Map<String, Value>,
        known: Known<'_>,
        at: &str,
    ) -> Result<(), Fault> {
        if verb(patch, at)? == Some(Verb::Replace) {
            *target = self.created_map(patch, known, at)?;
            return Ok(());
        }
        for (key, wanted) in patch {
            let place = pointer::join(at, key);
            let known = known.field(key);
            match wanted {
                _ if self.directives.is_directive(key, at)? => {}
                Value::Null => {
                    target.shift_remove(key);
                }
                _ => match (target.get_mut(key), wanted) {
                    (Some(Value::Object(old)), Value::Object(new)) if known.replaces() => {
                        *old = self.created_map(new, known, &place)?;
                    }
                    (Some(Value::Object(old)), Value::Object(new)) => {
                        if verb(new, &place)? == Some(Verb::Delete) {
                            target.shift_remove(key);
                        } else {
                            self.map(old, new, known, &place)?;
                        }
                    }
                    (Some(Value::Array(_)), Value::Array(new))
                        if known.merge_keys().is_some() && list::deletes_all(new) =>
                    {
                        target.shift_remove(key);
                    }
                    (Some(Value::Array(old)), Value::Array(new)) => self.list(old, new, known, &place)?,
                    (_, wanted) => {
                        if let Some(created) = self.created(wanted, known, &place)? {
                            target.insert(key.clone(), created);
                        }
                    }
                },
            }
        }
        self.finish_map(target, patch, known, at)
    }

    /// The directives that concern the whole map.
    fn finish_map(
        self,
        target: &mut Map<String, Value>,
        patch: &Map<String, Value>,
        known: Known<'_>,
        at: &str,
    ) -> Result<(), Fault> {
        for (list, gone) in primitive_deletions(patch, at)? {
            if let Some(Value::Array(items)) = target.get_mut(list) {
                items.retain(|item| !gone.iter().any(|gone| crate::yaml::equal(gone, item)));
            }
        }
        for (list, wanted) in element_order(patch, at)? {
            if let Some(Value::Array(items)) = target.get_mut(list) {
                let keys = known.field(list).merge_keys().unwrap_or_default();
                order::sort(items, wanted, keys);
            }
        }
        if let Some(keys) = retained(patch, at)? {
            target.retain(|key, _| keys.contains(&key.as_str()));
        }
        Ok(())
    }

    /// What a patch makes where nothing is: its value without what it deletes.
    fn created(self, patch: &Value, known: Known<'_>, at: &str) -> Result<Option<Value>, Fault> {
        Ok(match patch {
            Value::Object(map) if verb(map, at)? == Some(Verb::Delete) => None,
            Value::Object(map) => Some(Value::Object(self.created_map(map, known, at)?)),
            Value::Array(items) if known.merge_keys().is_some() => {
                let mut created = Vec::new();
                self.list(&mut created, items, known, at)?;
                Some(Value::Array(created))
            }
            Value::Array(items) => Some(Value::Array(self.atomic(items, at)?)),
            other => Some(other.clone()),
        })
    }

    fn created_map(
        self,
        patch: &Map<String, Value>,
        known: Known<'_>,
        at: &str,
    ) -> Result<Map<String, Value>, Fault> {
        let mut created = Map::new();
        for (key, value) in patch {
            if value.is_null() || self.directives.is_directive(key, at)? {
                continue;
            }
            if let Some(value) = self.created(value, known.field(key), &pointer::join(at, key))? {
                created.insert(key.clone(), value);
            }
        }
        Ok(created)
    }
}

#[cfg(test)]
mod tests;
