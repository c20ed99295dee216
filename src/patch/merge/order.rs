//! Orders of lists: `$setElementOrder` puts the listed items into its order, the others where they stood among
//! them; kustomize puts what a patch names to the front.

use serde_json::{Map, Value};

use super::list::matches;
use crate::yaml::equal;

/// Orders a list; `keys` tell its items apart, no keys when they are scalars.
pub(super) fn sort(items: &mut Vec<Value>, wanted: &[Value], keys: &[String]) {
    let is = |item: &Value, wanted: &Value| match (wanted, keys) {
        (Value::Object(wanted), [first, ..]) => wanted.contains_key(first) && matches(item, wanted, keys),
        _ => equal(item, wanted),
    };
    let rank = |item: &Value| wanted.iter().position(|wanted| is(item, wanted));
    let old = std::mem::take(items);
    let mut listed: Vec<(usize, usize, Value)> = Vec::new();
    let mut others: Vec<(usize, Value)> = Vec::new();
    for (at, item) in old.into_iter().enumerate() {
        match rank(&item) {
            Some(rank) => listed.push((rank, at, item)),
            None => others.push((at, item)),
        }
    }
    listed.sort_by_key(|(rank, _, _)| *rank);
    let (mut listed, mut others) = (listed.into_iter().peekable(), others.into_iter().peekable());
    while let (Some((_, at, _)), Some((other, _))) = (listed.peek(), others.peek()) {
        let next = if other < at {
            others.next().map(|(_, item)| item)
        } else {
            listed.next().map(|(_, _, item)| item)
        };
        items.extend(next);
    }
    items.extend(listed.map(|(_, _, item)| item));
    items.extend(others.map(|(_, item)| item));
}

/// The items of a patch first, in its order, as kustomize has it; `patched` says which of them are new.
///
/// In a list whose items have several keys only new items come first.
pub(super) fn front(items: &mut Vec<Value>, patched: &[(&Map<String, Value>, bool)], keys: &[String]) {
    let has = |item: &Value, key: &String| item.get(key).is_some_and(|value| !value.is_null());
    let several = keys.len() > 1 && keys[1..].iter().any(|key| items.iter().any(|item| has(item, key)));
    let mut first = Vec::new();
    for (wanted, new) in patched {
        if several && !new {
            continue;
        }
        if let Some(at) = items.iter().rposition(|item| matches(item, wanted, keys)) {
            first.push(items.remove(at));
        }
    }
    first.append(items);
    *items = first;
}

/// Scalars in the order of a patch.
pub(super) fn by_patch(mut items: Vec<Value>, patch: &[&Value]) -> Vec<Value> {
    items.sort_by_key(|item| patch.iter().position(|wanted| equal(wanted, item)));
    items
}
