//! JSON Patch (RFC 6902).

use serde_json::{Map, Value};

use super::Fault;
use super::path::{self, get, get_mut, join, locate};
use crate::yaml::{equal, pointer};

/// One operation of a patch.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Puts a value at a place; a list moves up to make room.
    Add(String, Value),
    /// Takes the value at a place away.
    Remove(String),
    /// Puts a value in the place of another.
    Replace(String, Value),
    /// Takes a value from the first place to the second.
    Move(String, String),
    /// Puts a copy of the value at the first place to the second.
    Copy(String, String),
    /// Goes on only when the place has this value.
    Test(String, Value),
}

impl Operation {
    /// True for an operation that changes nothing.
    pub fn is_test(&self) -> bool {
        matches!(self, Operation::Test(..))
    }
}

/// Whether `add` makes the maps above its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parents {
    /// They must be there, as the RFC says.
    #[default]
    Required,
    /// They are made.
    Ensured,
}

/// Applies the operations in order; on a fault the value is half changed and of no use.
pub fn apply(value: &mut Value, operations: &[Operation], parents: Parents) -> Result<(), Fault> {
    operations.iter().try_for_each(|operation| match operation {
        Operation::Add(path, new) => {
            if parents == Parents::Ensured {
                ensure_parents(value, path)?;
            }
            add(value, path, new.clone())
        }
        Operation::Remove(path) => remove(value, path).map(|_| ()),
        Operation::Replace(path, new) => replace(value, path, new.clone(), parents),
        Operation::Move(from, path) => {
            let below = path.strip_prefix(from.as_str()).is_some_and(|rest| rest.starts_with('/'));
            if below {
                return Err(Fault::new(from, "a value cannot move into itself"));
            }
            let moved = remove(value, from)?;
            add(value, path, moved)
        }
        Operation::Copy(from, path) => {
            let copied = existing(value, from)?.clone();
            add(value, path, copied)
        }
        Operation::Test(path, wanted) => {
            if equal(existing(value, path)?, wanted) {
                Ok(())
            } else {
                Err(Fault::new(path, format!("`test` failed: `{path}` has another value")))
            }
        }
    })
}

fn existing<'v>(value: &'v Value, path: &str) -> Result<&'v Value, Fault> {
    let steps = locate(value, path)?;
    get(value, &steps).ok_or_else(|| missing(value, &steps))
}

fn add(value: &mut Value, path: &str, new: Value) -> Result<(), Fault> {
    let mut steps = locate(value, path)?;
    let place = join(&steps);
    let Some(last) = steps.pop() else {
        *value = new;
        return Ok(());
    };
    let Some(parent) = path::get(value, &steps) else {
        let fault = missing(value, &steps);
        return Err(match fault.help {
            Some(_) => fault,
            None => fault.help("give the patch `ensure: parents` to make the maps above it"),
        });
    };
    if !parent.is_object() && !parent.is_array() {
        return Err(Fault::new(join(&steps), "this is no map and no list, so nothing can be added to it"));
    }
    match get_mut(value, &steps) {
        Some(Value::Object(map)) => {
            map.insert(last, new);
        }
        Some(Value::Array(items)) if last == "-" => items.push(new),
        Some(Value::Array(items)) => {
            let at = pointer::index(&last).filter(|at| *at <= items.len());
            items.insert(at.ok_or_else(|| no_index(&place, items.len()))?, new);
        }
        _ => {}
    }
    Ok(())
}

fn remove(value: &mut Value, path: &str) -> Result<Value, Fault> {
    let mut steps = locate(value, path)?;
    if get(value, &steps).is_none() {
        return Err(missing(value, &steps));
    }
    let Some(last) = steps.pop() else {
        return Err(
            Fault::new("", "the whole object cannot be removed").help("delete it with `$patch: delete`")
        );
    };
    let removed = match get_mut(value, &steps) {
        Some(Value::Object(map)) => map.shift_remove(&last),
        Some(Value::Array(items)) => pointer::index(&last).map(|at| items.remove(at)),
        _ => None,
    };
    removed.ok_or_else(|| Fault::new(join(&steps), "nothing is there to remove"))
}

fn replace(value: &mut Value, path: &str, new: Value, parents: Parents) -> Result<(), Fault> {
    let steps = locate(value, path)?;
    match get_mut(value, &steps) {
        Some(old) => {
            *old = new;
            Ok(())
        }
        None if parents == Parents::Ensured => {
            ensure_parents(value, path)?;
            add(value, path, new)
        }
        None => {
            let fault = missing(value, &steps);
            Err(if fault.help.is_some() {
                fault
            } else {
                fault.help("`replace` needs a value that is there; `add` makes one")
            })
        }
    }
}

/// Makes the maps above a place that are not there.
fn ensure_parents(value: &mut Value, path: &str) -> Result<(), Fault> {
    let mut steps = locate(value, path)?;
    steps.pop();
    for end in 1..=steps.len() {
        let (above, last) = (&steps[..end - 1], &steps[end - 1]);
        if let Some(Value::Object(map)) = get_mut(value, above) {
            let child = map.entry(last.clone()).or_insert(Value::Null);
            if child.is_null() {
                *child = Value::Object(Map::new());
            }
        }
    }
    Ok(())
}

/// The fault for a place that is not there, with the key that was probably meant.
fn missing(value: &Value, steps: &[String]) -> Fault {
    let there = (0..steps.len()).rev().find(|end| get(value, &steps[..*end]).is_some()).unwrap_or(0);
    let (place, step) = (join(&steps[..there]), &steps[there.min(steps.len().saturating_sub(1))]);
    let shown = if place.is_empty() { "the object".to_owned() } else { format!("`{place}`") };
    match get(value, &steps[..there]) {
        Some(Value::Object(map)) => {
            let fault = Fault::new(place, format!("{shown} has no `{step}`"));
            match crate::schema::near::near(step, map.keys().map(String::as_str)) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault,
            }
        }
        Some(Value::Array(items)) => no_index(&join(&steps[..=there]), items.len()),
        _ => Fault::new(place, format!("{shown} is no map and no list, so it has no `{step}`")),
    }
}

fn no_index(place: &str, length: usize) -> Fault {
    let (list, step) = place.rsplit_once('/').unwrap_or(("", place));
    let fault = Fault::new(list, format!("the list at `{list}` has no place `{step}`"));
    let help = match step {
        "-" => "`-` is the end of a list: only `add` can use it".to_owned(),
        _ => format!("it has {length} items, counted from 0 without leading zeros"),
    };
    fault.help(help)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Operation::*;
    use super::*;

    fn run(mut value: Value, operations: &[Operation]) -> Result<Value, String> {
        apply(&mut value, operations, Parents::Required).map(|()| value).map_err(|fault| fault.message)
    }

    fn at(path: &str) -> String {
        path.to_owned()
    }

    #[test]
    fn operations_do_what_the_rfc_says() {
        let value = json!({"a": [1, 2], "b": {"c": 1}});
        let done = run(
            value,
            &[
                Test(at("/a/0"), json!(1.0)),
                Add(at("/a/1"), json!(9)),
                Add(at("/a/-"), json!(8)),
                Copy(at("/b/c"), at("/d")),
                Move(at("/a/0"), at("/b/e")),
                Replace(at("/b/c"), json!(null)),
                Remove(at("/a/0")),
            ],
        );
        assert_eq!(done, Ok(json!({"a": [2, 8], "b": {"c": null, "e": 1}, "d": 1})));
    }

    #[test]
    fn what_is_not_there_is_a_fault() {
        for operation in [
            Add(at("/x/y"), json!(1)),
            Add(at("/a/5"), json!(1)),
            Add(at("/a/01"), json!(1)),
            Add(at("/b/c/d"), json!(1)),
            Remove(at("/x")),
            Remove(at("/a/2")),
            Remove(at("/a/-")),
            Replace(at("/x"), json!(1)),
            Move(at("/b"), at("/b/c")),
            Copy(at("/x"), at("/y")),
            Test(at("/x"), json!(null)),
            Test(at("/b/c"), json!("1")),
            Remove(at("")),
        ] {
            assert!(
                run(json!({"a": [1, 2], "b": {"c": 1}}), std::slice::from_ref(&operation)).is_err(),
                "{operation:?}"
            );
        }
    }

    #[test]
    fn a_slip_is_recognised() {
        let mut value = json!({"spec": {"replicas": 1}});
        let fault = apply(&mut value, &[Replace(at("/spec/replica"), json!(2))], Parents::Required)
            .expect_err("a slip");
        assert_eq!(fault.help.as_deref(), Some("did you mean `replicas`?"));
    }

    #[test]
    fn parents_are_made_when_asked() {
        let mut value = json!({"metadata": {"annotations": null}});
        let operation = Add(at("/metadata/annotations/a~1b"), json!("x"));
        assert_eq!(apply(&mut value, &[operation], Parents::Ensured), Ok(()));
        assert_eq!(value, json!({"metadata": {"annotations": {"a/b": "x"}}}));
    }
}
