//! Giving a path a value.

use serde_json::Value;

use super::typed::typed;
use super::{Assignment, Path, Step};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Schema, pointer};
use crate::yaml::{Change, Document, Fragment, apply_in_order};

/// The document with one path set, and the pointer of what was set. Missing maps and lists above it are written too,
/// each key at its place in the order of the schema.
///
/// `resolved` is what holds without the file's word: a list that comes from a preset or a default is not replaced by
/// one with a single item.
pub fn set(
    document: &Document,
    schema: &Schema,
    assignment: &Assignment,
    resolved: &Value,
) -> Result<(Document, String), Diagnostics> {
    let path = &assignment.path;
    let node = path.nodes(schema)?.last().copied().flatten();
    let value = typed(node, &assignment.value)?;
    let written = document.to_value()?;
    let (change, at) = change(path, &written, resolved, spelt(document, value, &assignment.value))?;
    let edited = apply_in_order(document, &[change], &|map, key| rank(schema, map, key))?;
    Ok((edited, at))
}

/// The value as it is to be written: an amount with its unit (`8Gi`, `4g`, `30s`) without quotes, as people write it.
fn spelt<'a>(document: &Document, value: Value, text: &'a str) -> Fragment<'a> {
    // A file in JSON quotes every text.
    let json = document.source().text().trim_start().starts_with('{');
    if !json && is_amount(text) && value.as_str() == Some(text) {
        Fragment::Author { text, value }
    } else {
        Fragment::Owned(value)
    }
}

/// Digits and then a unit of letters that no reader takes for a number of another form (`1e3`, `0x1F`).
fn is_amount(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (1..=3).contains(&unit.len())
        && unit.len() < text.len()
        && unit.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !unit.starts_with(['b', 'B', 'e', 'E', 'o', 'O', 'x', 'X'])
}

/// The place of a key in the order of the schema.
fn rank(schema: &Schema, map: &str, key: &str) -> Option<usize> {
    let node = schema.node_at(map)?;
    let position = |node: &crate::schema::Node| node.properties.iter().position(|(name, _)| name == key);
    position(node).or_else(|| node.branches.iter().find_map(position))
}

/// The one change of the text that makes the path hold the value, and the path's pointer afterwards.
fn change<'a>(
    path: &Path,
    written: &Value,
    resolved: &Value,
    value: Fragment<'a>,
) -> Result<(Change<'a>, String), Diagnostic> {
    let mut here = written;
    let mut at = String::new();
    for (index, step) in path.steps().enumerate() {
        let above = at.clone();
        let segment = path.segment_in(index, here)?;
        at = pointer::join(&at, &segment);
        let next = match (step, here) {
            (Step::Key(_), Value::Object(map)) => map.get(&segment),
            (Step::Index(_) | Step::Select(..) | Step::Append, Value::Array(items)) => {
                segment.parse::<usize>().ok().and_then(|at| items.get(at))
            }
            (_, Value::Null) => None,
            (Step::Key(_), _) => {
                return Err(path.finding(
                    "not-a-map",
                    format!("{} is no map in the file", name(&above)),
                    index,
                ));
            }
            _ => {
                return Err(path.finding(
                    "not-a-list",
                    format!("{} is no list in the file", name(&above)),
                    index,
                ));
            }
        };
        if let Some(next) = next {
            here = next;
            continue;
        }
        // From here on everything is new.
        let (below, rest) = nested(path, index + 1, value)?;
        let length = here.as_array().map_or(0, Vec::len);
        let is_item = !matches!(step, Step::Key(_));
        if is_item && segment != length.to_string() {
            return Err(path
                .finding("no-such-item", format!("{} has {length} items", name(&above)), index)
                .expected(format!("an index up to {length}, or [+] for a new item")));
        }
        kept_whole(path, index, is_item && here.is_null(), (&at, &above), resolved)?;
        let change = match here {
            Value::Array(_) => Change::insert(format!("{above}/-"), below),
            Value::Null if is_item => Change::set(above, Fragment::Sequence(vec![below])),
            _ => Change::set(at.clone(), below),
        };
        return Ok((change, at + &rest));
    }
    Ok((Change::set(at.clone(), value), at))
}

/// The value of the first missing step, made of the steps below it, and the pointer of those steps.
fn nested<'a>(path: &Path, from: usize, value: Fragment<'a>) -> Result<(Fragment<'a>, String), Diagnostic> {
    let (mut value, mut below) = (value, String::new());
    for (index, step) in path.steps().enumerate().skip(from).collect::<Vec<_>>().into_iter().rev() {
        let segment = match step {
            Step::Key(key) => {
                value = Fragment::Mapping(vec![(key.clone().into(), value)]);
                key.as_str()
            }
            Step::Index(0) | Step::Append => {
                value = Fragment::Sequence(vec![value]);
                "0"
            }
            Step::Index(_) | Step::Select(..) => return Err(path.not_written(index)),
        };
        below = pointer::join("", segment) + &below;
    }
    Ok((value, below))
}

/// Refuses to write the first item of a list that has items without the file: the new list would replace them.
fn kept_whole(
    path: &Path,
    index: usize,
    is_list: bool,
    (at, above): (&str, &str),
    resolved: &Value,
) -> Result<(), Diagnostic> {
    let mut list = is_list.then(|| above.to_owned());
    let mut below = at.to_owned();
    for step in path.steps().skip(index + 1) {
        match step {
            Step::Key(key) => below = pointer::join(&below, key),
            _ => {
                list.get_or_insert(below);
                break;
            }
        }
    }
    let Some(list) = list else { return Ok(()) };
    let items = resolved.pointer(&list).and_then(Value::as_array).map_or(0, Vec::len);
    if items == 0 {
        return Ok(());
    }
    let message = format!("{} is not written in the file, and its default has {items} items", name(&list));
    Err(path.finding("list-of-default", message, index).help(
        "A list in the file replaces the default as a whole: set the whole list, for example with [a, b].",
    ))
}

fn name(at: &str) -> String {
    if at.is_empty() { "the file".to_owned() } else { format!("`{}`", pointer::dotted(at)) }
}

#[cfg(test)]
mod tests;
