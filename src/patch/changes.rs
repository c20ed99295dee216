//! The changes that lead from one value to another, as few and as small as possible.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::Spelling;
use crate::yaml::{Change, equal, pointer};

/// Fields that tell the items of a list apart; good enough to line two versions of a list up.
const NAMES: [&str; 9] =
    ["name", "mountPath", "containerPort", "port", "protocol", "key", "ip", "topologyKey", "devicePath"];
/// More comparisons of items than this are not made; such lists are lined up by position.
const COMPARISONS: usize = 1_000_000;

/// The changes that make `new` of `old`.
pub(super) fn between<'a>(old: &Value, new: &'a Value, spelling: &'a Spelling) -> Vec<Change<'a>> {
    let mut changes = Changes { list: Vec::new(), spelling };
    changes.value("", old, new);
    changes.list
}

struct Changes<'a> {
    list: Vec<Change<'a>>,
    spelling: &'a Spelling,
}

impl<'a> Changes<'a> {
    fn value(&mut self, at: &str, old: &Value, new: &'a Value) {
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => self.map(at, old, new),
            (Value::Array(old), Value::Array(new)) => self.items(at, old, new),
            _ if equal(old, new) => {}
            _ => self.list.push(Change::set(at, self.spelling.fragment(new))),
        }
    }

    fn map(&mut self, at: &str, old: &Map<String, Value>, new: &'a Map<String, Value>) {
        for key in old.keys().filter(|key| !new.contains_key(*key)) {
            self.list.push(Change::remove(pointer::join(at, key)));
        }
        for (key, value) in new {
            let place = pointer::join(at, key);
            match old.get(key) {
                Some(old) => self.value(&place, old, value),
                None => self.list.push(Change::set(place, self.spelling.fragment(value))),
            }
        }
    }

    fn items(&mut self, at: &str, old: &[Value], new: &'a [Value]) {
        let place = |index: usize| pointer::join(at, &index.to_string());
        let mut done = (0, 0);
        for (old_index, new_index) in pairs(old, new).into_iter().chain([(old.len(), new.len())]) {
            let (mut from, mut to) = done;
            // Between two pairs, scalars change in place; maps are other items, which come and go.
            while from < old_index && to < new_index && replaceable(&old[from], &new[to]) {
                self.value(&place(from), &old[from], &new[to]);
                (from, to) = (from + 1, to + 1);
            }
            for gone in from..old_index {
                self.list.push(Change::remove(place(gone)));
            }
            for item in &new[to..new_index] {
                self.list.push(Change::insert(place(old_index), self.spelling.fragment(item)));
            }
            if let (Some(old), Some(new)) = (old.get(old_index), new.get(new_index)) {
                self.value(&place(old_index), old, new);
            }
            done = (old_index + 1, new_index + 1);
        }
    }
}

fn replaceable(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Object(_), Value::Object(_)) => names(old).is_empty() && names(new).is_empty(),
        (Value::Array(_), Value::Array(_)) => true,
        (old, new) => !(old.is_object() || old.is_array() || new.is_object() || new.is_array()),
    }
}

/// Indexes of the items that stay, in both lists.
fn pairs(old: &[Value], new: &[Value]) -> Vec<(usize, usize)> {
    let head = old.iter().zip(new).take_while(|(old, new)| equal(old, new)).count();
    let rest = old.len().min(new.len()) - head;
    let tail =
        old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(old, new)| equal(old, new)).count();
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let mut pairs: Vec<_> = (0..head).map(|at| (at, at)).collect();
    let middle = common(&old[head..old_end], &new[head..new_end]);
    pairs.extend(middle.into_iter().map(|(a, b)| (head + a, head + b)));
    pairs.extend((0..tail).map(|at| (old_end + at, new_end + at)));
    pairs
}

/// The longest common subsequence of two lists, where items of one name are the same item.
fn common(old: &[Value], new: &[Value]) -> Vec<(usize, usize)> {
    if old.is_empty() || new.is_empty() {
        return Vec::new();
    }
    if old.len().saturating_mul(new.len()) > COMPARISONS {
        return by_name(old, new);
    }
    let same: Vec<Vec<bool>> =
        old.iter().map(|old| new.iter().map(|new| is_same(old, new)).collect()).collect();
    // lengths[a][b]: the longest common subsequence of old[a..] and new[b..].
    let mut lengths = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            lengths[a][b] =
                if same[a][b] { lengths[a + 1][b + 1] + 1 } else { lengths[a + 1][b].max(lengths[a][b + 1]) };
        }
    }
    let (mut a, mut b) = (0, 0);
    let mut pairs = Vec::new();
    while a < old.len() && b < new.len() {
        if same[a][b] {
            pairs.push((a, b));
            (a, b) = (a + 1, b + 1);
        } else if lengths[a + 1][b] >= lengths[a][b + 1] {
            a += 1;
        } else {
            b += 1;
        }
    }
    pairs
}

/// A cheaper pairing for long lists: items of one name, as long as they come in the same order.
fn by_name(old: &[Value], new: &[Value]) -> Vec<(usize, usize)> {
    let key = |value: &Value| match value {
        Value::Object(_) => format!("{:?}", names(value)),
        other => other.to_string(),
    };
    let mut places: HashMap<String, usize> = HashMap::new();
    for (at, value) in new.iter().enumerate() {
        places.entry(key(value)).or_insert(at);
    }
    let mut next = 0;
    let mut pairs = Vec::new();
    for (at, value) in old.iter().enumerate() {
        if let Some(found) = places.get(&key(value)).copied().filter(|found| *found >= next) {
            pairs.push((at, found));
            next = found + 1;
        }
    }
    pairs
}

fn is_same(old: &Value, new: &Value) -> bool {
    let (a, b) = (names(old), names(new));
    if a.is_empty() && b.is_empty() {
        return equal(old, new);
    }
    // A protocol that only one side has does not make them two items.
    a.iter().any(|(key, _)| *key != "protocol")
        && a.iter().all(|(key, value)| b.iter().all(|(other, found)| key != other || value == found))
        && a.iter().any(|(key, value)| {
            !matches!(*key, "protocol" | "kind")
                && b.iter().any(|(other, found)| key == other && value == found)
        })
}

/// The fields of an item that tell it apart.
fn names(value: &Value) -> Vec<(&'static str, &Value)> {
    let Value::Object(map) = value else { return Vec::new() };
    // The items of a `List` are objects of their own.
    if let Some(name) = value.pointer("/metadata/name") {
        return map.get("kind").map(|kind| ("kind", kind)).into_iter().chain([("metadata", name)]).collect();
    }
    NAMES
        .iter()
        .filter_map(|name| map.get(*name).filter(|v| !v.is_object() && !v.is_array()).map(|v| (*name, v)))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn places(old: Value, new: Value) -> Vec<String> {
        let spelling = Spelling::default();
        let describe = |change: &Change<'_>| {
            let verb = match change {
                Change::Set(..) => "set",
                Change::Insert(..) => "insert",
                Change::Remove(..) => "remove",
            };
            format!("{verb} {}", change.pointer())
        };
        between(&old, &new, &spelling).iter().map(describe).collect()
    }

    #[test]
    fn only_what_differs_changes() {
        assert!(places(json!({"a": [1, {"b": 2}]}), json!({"a": [1, {"b": 2.0}]})).is_empty());
        assert_eq!(
            places(json!({"a": 1, "b": 2}), json!({"b": 3, "c": 4})),
            ["remove /a", "set /b", "set /c"]
        );
        assert_eq!(places(json!([1, 2, 3]), json!([1, 9, 3])), ["set /1"]);
        assert_eq!(places(json!([1, 2, 3]), json!([1, 3])), ["remove /1"]);
        assert_eq!(places(json!([1]), json!([0, 1, 2])), ["insert /0", "insert /1"]);
    }

    #[test]
    fn items_are_lined_up_by_name() {
        let old = json!([{"name": "a", "v": 1}, {"name": "b", "v": 1}, {"name": "c", "v": 1}]);
        let new = json!([{"name": "x"}, {"name": "a", "v": 2}, {"name": "c", "v": 3}]);
        assert_eq!(places(old, new), ["insert /0", "set /0/v", "remove /1", "set /2/v"]);
        let old = json!([{"name": "a", "mountPath": "/x"}, {"name": "a", "mountPath": "/y"}]);
        let new = json!([{"name": "a", "mountPath": "/y", "readOnly": true}]);
        assert_eq!(places(old, new), ["remove /0", "set /1/readOnly"]);
    }
}
