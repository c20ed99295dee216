//! Which generated files a value changes: found by generating with another one.

use serde_json::{Map, Value};

use super::Place;
use super::candidates::candidates;
use crate::catalog::Catalog;
use crate::generate::{Engine, Inputs};
use crate::schema::pointer;
use crate::text::Source;
use crate::tree::lock;

/// More tries than this would let a person wait.
const TRIES: usize = 10;

/// What one change of a value changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Influence {
    /// The name of the values file that it was tried on.
    pub base: String,
    /// What held before.
    pub before: Value,
    /// What was tried instead.
    pub after: Value,
    /// The files that came out differently, in order; the lock does not count.
    pub files: Vec<String>,
}

/// Tries other values on each of the files until something changes; none when no try is accepted or none has an effect.
pub fn influence(catalog: &Catalog, place: &Place<'_>, bases: &[Source]) -> Option<Influence> {
    let engine = Engine::new(catalog).ok()?;
    let at = place.pointer();
    for base in bases {
        let inputs = |values| Inputs { values, ..Inputs::default() };
        let Ok(plain) = engine.generate(&inputs(vec![base.clone()])) else { continue };
        let before = plain.values.pointer(&at).cloned().unwrap_or(Value::Null);
        for after in candidates(place.node(), &before).into_iter().take(TRIES) {
            let Some(over) = overlay(&at, &plain.values, after.clone()) else { break };
            let over = Source::new("another value", over.to_string());
            let Ok(changed) = engine.generate(&inputs(vec![base.clone(), over])) else { continue };
            let files: Vec<String> = plain
                .tree
                .iter()
                .filter(|(path, file)| changed.tree.get(path) != Some(file))
                .chain(changed.tree.iter().filter(|(path, _)| plain.tree.get(path).is_none()))
                .map(|(path, _)| path.to_owned())
                .filter(|path| path != lock::NAME)
                .collect();
            if !files.is_empty() {
                return Some(Influence { base: base.name().to_owned(), before, after, files });
            }
        }
    }
    None
}

/// A values file that says one thing. Lists on the way are taken over as a whole, as a user would have to.
fn overlay(at: &str, values: &Value, value: Value) -> Option<Value> {
    let mut inner = value;
    let mut at = at.to_owned();
    while let Some(above) = pointer::parent(&at).map(str::to_owned) {
        let step = pointer::last(&at)?.into_owned();
        inner = match values.pointer(&above) {
            Some(Value::Array(items)) => {
                let mut items = items.clone();
                crate::schema::merge(items.get_mut(step.parse::<usize>().ok()?)?, &inner);
                Value::Array(items)
            }
            _ => Value::Object(Map::from_iter([(step, inner)])),
        };
        at = above;
    }
    Some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_overlay_says_one_thing_and_takes_lists_over() {
        assert_eq!(overlay("/a/b", &json!({}), json!(1)), Some(json!({"a": {"b": 1}})));
        let values = json!({"jobs": [{"name": "x", "size": 1}, {"name": "y"}]});
        assert_eq!(
            overlay("/jobs/0/size", &values, json!(2)),
            Some(json!({"jobs": [{"name": "x", "size": 2}, {"name": "y"}]})),
        );
        assert_eq!(overlay("/jobs/7/size", &values, json!(2)), None);
    }
}
