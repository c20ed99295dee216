//! Paths into a value: JSON pointers whose steps may also choose an item by a field, as in
//! `/spec/containers/[name=app]/env/[name=HOME]/value`.

use serde_json::Value;

use super::Fault;
use crate::yaml::pointer;

/// The steps of a path, with every choice replaced by the index that it chose.
pub type Steps = Vec<String>;

/// Reads a path and looks its choices up. Steps below a missing key stay as they are.
pub fn locate(value: &Value, path: &str) -> Result<Steps, Fault> {
    let malformed = || {
        let fault = Fault::new(path, format!("`{path}` is no JSON pointer"));
        if path.starts_with('/') {
            fault.help("write `~` as `~0` and `/` in a key as `~1`")
        } else {
            fault.help(format!("write `/{path}`"))
        }
    };
    let mut steps = pointer::steps(path).ok_or_else(malformed)?;
    let mut here = Some(value);
    let mut place = String::new();
    for step in &mut steps {
        if let Some((field, wanted)) = choice(step).filter(|_| !here.is_some_and(Value::is_object)) {
            let items = here.and_then(Value::as_array).ok_or_else(|| {
                Fault::new(place.clone(), format!("there is no list at `{place}` to choose `{step}` from"))
            })?;
            *step = choose(items, field, wanted, &place)?.to_string();
        }
        here = here.and_then(|value| child(value, step));
        pointer::push(&mut place, step);
    }
    Ok(steps)
}

/// The value at the end of steps.
pub fn get<'v>(value: &'v Value, steps: &[String]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| child(value, step))
}

/// The value at the end of steps, to change.
pub(super) fn get_mut<'v>(value: &'v mut Value, steps: &[String]) -> Option<&'v mut Value> {
    steps.iter().try_fold(value, |value, step| match value {
        Value::Object(map) => map.get_mut(step),
        Value::Array(items) => items.get_mut(pointer::index(step)?),
        _ => None,
    })
}

/// Steps as a JSON pointer.
pub(super) fn join(steps: &[String]) -> String {
    let mut joined = String::new();
    steps.iter().for_each(|step| pointer::push(&mut joined, step));
    joined
}

fn child<'v>(value: &'v Value, step: &str) -> Option<&'v Value> {
    match value {
        Value::Object(map) => map.get(step),
        Value::Array(items) => items.get(pointer::index(step)?),
        _ => None,
    }
}

/// Field and value of a step like `[name=x]`.
fn choice(step: &str) -> Option<(&str, &str)> {
    step.strip_prefix('[')?.strip_suffix(']')?.split_once('=')
}

fn choose(items: &[Value], field: &str, wanted: &str, place: &str) -> Result<usize, Fault> {
    let text = |item: &Value| {
        item.get(field).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let found: Vec<usize> =
        (0..items.len()).filter(|at| text(&items[*at]).as_deref() == Some(wanted)).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => {
            let fault = Fault::new(place, format!("no item of `{place}` has {field} `{wanted}`"));
            let names: Vec<String> = items.iter().filter_map(text).collect();
            let known = field == "name" && !names.is_empty() && names.len() <= 20;
            Err(if known { fault.help(format!("its items are {}", names.join(", "))) } else { fault })
        }
        _ => Err(Fault::new(place, format!("{} items of `{place}` have {field} `{wanted}`", found.len()))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn choices_become_indexes() {
        let value = json!({"c": [{"name": "a"}, {"name": "b", "env": [{"name": "X"}, {"name": "a/b"}]}]});
        let steps = |path| locate(&value, path).map(|steps| join(&steps));
        assert_eq!(steps("/c/[name=b]/env/[name=a~1b]/value").as_deref(), Ok("/c/1/env/1/value"));
        assert_eq!(steps("/x/y").as_deref(), Ok("/x/y"));
        assert_eq!(steps("").as_deref(), Ok(""));
        assert_eq!(
            steps("/c/[name=z]").map_err(|fault| fault.help),
            Err(Some("its items are a, b".to_owned()))
        );
        assert!(steps("/x/[name=z]").is_err());
        assert_eq!(steps("c/a").map_err(|fault| fault.help), Err(Some("write `/c/a`".to_owned())));
    }

    #[test]
    fn two_items_of_one_name_are_no_choice() {
        assert!(locate(&json!([{"name": "a"}, {"name": "a"}]), "/[name=a]").is_err());
    }
}
