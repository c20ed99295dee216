//! Pods that are laid over another pod of the same object: an operator merges the two at run time.

use serde_json::{Map, Value};

use crate::patch::Fault;
use crate::patch::table::Known;

/// Lists whose items are patched field by field, not as a whole.
const CONTAINERS: [&str; 2] = ["containers", "initContainers"];

/// The part of a patch that is about something that the overlay says itself; the rest comes from below it.
pub(super) fn restrict(patch: &Value, overlay: &Value, known: Known<'_>) -> Value {
    let (Value::Object(patch), Value::Object(overlay)) = (patch, overlay) else { return patch.clone() };
    let mut kept = Map::new();
    for (key, wanted) in patch {
        let Some(own) = overlay.get(key) else { continue };
        let known = known.field(key);
        let wanted = match (wanted, own, known.merge_keys()) {
            (Value::Array(wanted), Value::Array(own), Some(keys)) if !keys.is_empty() => {
                let same = |item: &Value| {
                    own.iter().find(|own| keys.iter().all(|key| own.get(key) == item.get(key)))
                };
                let items: Vec<Value> = wanted
                    .iter()
                    .filter_map(|item| match same(item)? {
                        own if CONTAINERS.contains(&key.as_str()) => {
                            Some(named(item, own, keys, known.item()))
                        }
                        _ => Some(item.clone()),
                    })
                    .collect();
                if items.is_empty() {
                    continue;
                }
                items.into()
            }
            (Value::Object(_), Value::Object(_), _) => restrict(wanted, own, known),
            _ => wanted.clone(),
        };
        kept.insert(key.clone(), wanted);
    }
    Value::Object(kept)
}

/// A restricted item with the keys that it merges by.
fn named(item: &Value, own: &Value, keys: &[String], known: Known<'_>) -> Value {
    let mut kept = restrict(item, own, known);
    if let Value::Object(map) = &mut kept {
        for key in keys {
            map.extend(item.get(key).map(|value| (key.clone(), value.clone())));
        }
    }
    kept
}

/// The place of the first list in which base and overlay have different items at one position: merged by
/// position, one would become the other.
pub(super) fn misaligned(base: &Value, overlay: &Value, known: Known<'_>, at: &str) -> Option<String> {
    match (base, overlay) {
        (Value::Object(base), Value::Object(overlay)) => overlay
            .iter()
            .find_map(|(key, own)| misaligned(base.get(key)?, own, known.field(key), &format!("{at}/{key}"))),
        (Value::Array(base), Value::Array(overlay)) => {
            let keys = known.merge_keys()?;
            base.iter().zip(overlay).find_map(|(base, own)| {
                let differs = keys.iter().any(|key| base.get(key) != own.get(key));
                if differs { Some(at.to_owned()) } else { misaligned(base, own, known.item(), at) }
            })
        }
        _ => None,
    }
}

/// The fault for lists that would be merged by position.
pub(super) fn fault(list: &str, overlay: &str, setting: &str) -> Fault {
    let name = setting.rsplit('/').next().unwrap_or(setting);
    Fault::new(
        overlay,
        format!("{list} of the pod template and of {overlay} would merge by position and mix up their items"),
    )
    .help(format!("set `{name}: \"true\"` in the object, or say everything in one of the two templates"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::patch::Table;

    const TYPES: &str = "objects: {}\ntypes:\n  PodTemplateSpec: {spec: PodSpec}\n  PodSpec:\n    containers: {list: Container, merge: [name]}\n    volumes: {merge: [name]}\n  Container: {env: {merge: [name]}}\n";

    #[test]
    fn an_overlay_keeps_to_what_it_says() {
        let table = Table::read(TYPES, "{}").expect("reads");
        let known = table.named("PodTemplateSpec");
        let patch = json!({"spec": {"priorityClassName": "p", "volumes": [{"name": "v"}],
            "containers": [{"name": "m", "image": "i", "env": [{"name": "A", "value": "1"}, {"name": "B"}]}]}});
        let overlay = json!({"spec": {"volumes": [{"name": "w"}],
            "containers": [{"name": "m", "env": [{"name": "A", "value": "0"}]}]}});
        let kept = restrict(&patch, &overlay, known);
        assert_eq!(
            kept,
            json!({"spec": {"containers": [{"env": [{"name": "A", "value": "1"}], "name": "m"}]}})
        );
        let base = json!({"spec": {"volumes": [{"name": "v"}]}});
        assert_eq!(misaligned(&base, &overlay, known, "").as_deref(), Some("/spec/volumes"));
        assert_eq!(misaligned(&base, &base, known, ""), None);
    }
}
