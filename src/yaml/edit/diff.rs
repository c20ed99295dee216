//! A new collection for an old one, as changes of its children: what stays equal keeps its bytes.

use std::collections::HashSet;

use serde_json::Value;

use super::plan::Plan;
use crate::yaml::{Fragment, Kind, Node, Style, value};

/// The changes that make `node` read as `new`; none when it must be written anew.
pub(super) fn diff<'f>(node: Node<'_>, new: &Fragment<'f>) -> Option<Plan<'f>> {
    if node.tag().is_some() || node.style() == Style::FlowPair {
        return None;
    }
    match (node.kind(), new.kind()) {
        (Kind::Mapping, Kind::Mapping) => mapping(node, &new.entries()),
        (Kind::Sequence, Kind::Sequence) => sequence(node, &new.items()),
        _ => None,
    }
}

fn mapping<'f>(node: Node<'_>, new: &[(String, Fragment<'f>)]) -> Option<Plan<'f>> {
    let wanted: HashSet<&str> = new.iter().map(|(key, _)| key.as_str()).collect();
    let mut known = HashSet::new();
    let mut plan = Plan::default();
    for entry in node.entries() {
        let key = entry.key.key_text().filter(|_| !entry.key.is_merge_key())?;
        if entry.key.indicator().is_some() || entry.key.kind() == Kind::Alias || !known.insert(key.clone()) {
            return None;
        }
        if !wanted.contains(key.as_str()) {
            plan.children.push((key, Plan::remove()));
        }
    }
    if !new.iter().any(|(key, _)| known.contains(key)) {
        return None;
    }
    plan.children.extend(new.iter().map(|(key, value)| (key.clone(), Plan::set(value.clone()))));
    Some(plan)
}

fn sequence<'f>(node: Node<'_>, new: &[Fragment<'f>]) -> Option<Plan<'f>> {
    let old: Vec<Value> = node.items().map(|item| value::read_lenient(item).ok()).collect::<Option<_>>()?;
    let wanted: Vec<Value> = new.iter().map(Fragment::to_value).collect();
    if old.is_empty() || wanted.is_empty() {
        return None;
    }
    let shorter = old.len().min(wanted.len());
    let head = (0..shorter).take_while(|n| value::equal(&old[*n], &wanted[*n])).count();
    let from_end = |n: usize| value::equal(&old[old.len() - 1 - n], &wanted[wanted.len() - 1 - n]);
    let tail = (0..shorter - head).take_while(|n| from_end(*n)).count();
    let (old_end, new_end) = (old.len() - tail, wanted.len() - tail);
    let both = old_end.min(new_end);
    let mut plan = Plan::default();
    plan.children.extend((head..both).map(|n| (n.to_string(), Plan::set(new[n].clone()))));
    plan.children.extend((both..old_end).map(|n| (n.to_string(), Plan::remove())));
    plan.inserts.extend((both..new_end).map(|n| (Some(old_end), new[n].clone())));
    Some(plan)
}
