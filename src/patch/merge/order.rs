//! `$setElementOrder`: the listed items in this order, the others where they stood among them.

use serde_json::Value;

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
