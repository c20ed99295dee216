//! A pod of an object as a PodTemplateSpec, and the way back into the object.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::place::{Layout, Place};
use crate::patch::Fault;
use crate::yaml::pointer;

/// The pod at a place; none when the object has none there.
pub(super) fn read(object: &Value, place: &Place, layout: Option<&Layout>) -> Option<Value> {
    let mut pod = match (layout, &place.template) {
        (Some(layout), _) => spread(object, place, layout)?,
        (None, Some(at)) => match object.pointer(at) {
            Some(template) if template.is_object() => template.clone(),
            // A template that only run time knows.
            None | Some(Value::Null) if place.main.is_some() => json!({}),
            _ => return None,
        },
        (None, None) => return None,
    };
    if let Some(main) = &place.main {
        let containers = map_below(&mut pod, "spec")?.entry("containers").or_insert(Value::Null);
        if containers.is_null() {
            *containers = json!([]);
        }
        let containers = containers.as_array_mut()?;
        if !containers.iter().any(|container| is_named(container, main)) {
            containers.insert(0, json!({"name": main}));
        }
    }
    Some(pod)
}

/// Puts a changed pod back.
pub(super) fn write(
    object: &mut Value,
    place: &Place,
    layout: Option<&Layout>,
    mut pod: Value,
) -> Result<(), Fault> {
    if let Some(layout) = layout {
        return gather(object, place, layout, &pod);
    }
    let Some(at) = &place.template else { return Ok(()) };
    if let Some(main) = &place.main {
        let own = object.pointer(at).and_then(|template| template.pointer("/spec/containers"));
        let listed = own.and_then(Value::as_array).into_iter().flatten().any(|own| is_named(own, main));
        if !listed {
            drop_placeholder(&mut pod, main);
        }
    }
    if at.is_empty() {
        *object = pod;
        return Ok(());
    }
    set(object, at, pod)
}

/// Takes the main container away again when nobody said anything about it.
fn drop_placeholder(pod: &mut Value, main: &str) {
    let Some(spec) = pod.get_mut("spec").and_then(Value::as_object_mut) else { return };
    if let Some(Value::Array(containers)) = spec.get_mut("containers") {
        containers.retain(|container| *container != json!({"name": main}));
        if containers.is_empty() {
            spec.shift_remove("containers");
        }
    }
    if spec.is_empty()
        && let Some(pod) = pod.as_object_mut()
    {
        pod.shift_remove("spec");
    }
}

/// The pod of an object that spreads it over fields of its own.
fn spread(object: &Value, place: &Place, layout: &Layout) -> Option<Value> {
    let own = object.pointer(&place.at)?.as_object()?;
    let shared = object.pointer(&place.shared)?.as_object()?;
    let take = |from: &Map<String, Value>, names: &BTreeMap<String, String>| -> Map<String, Value> {
        names.iter().filter_map(|(name, field)| Some((name.clone(), from.get(field)?.clone()))).collect()
    };
    let mut spec = take(own, &layout.pod);
    spec.extend(take(shared, &layout.shared));
    for (name, field) in &layout.names {
        if let Some(Value::Array(names)) = shared.get(field) {
            spec.insert(name.clone(), names.iter().map(|name| json!({"name": name})).collect());
        }
    }
    let mut main = Map::from_iter([("name".to_owned(), json!(place.main))]);
    main.extend(take(own, &layout.container));
    let mut containers = vec![Value::Object(main)];
    containers.extend(own.get(&layout.sidecars).and_then(Value::as_array).into_iter().flatten().cloned());
    spec.insert("containers".into(), containers.into());
    Some(json!({"metadata": take(own, &layout.metadata), "spec": spec}))
}

/// The fields of a spread pod; whatever has no field is a fault.
fn gather(object: &mut Value, place: &Place, layout: &Layout, pod: &Value) -> Result<(), Fault> {
    let mut main = Value::Null;
    let mut sidecars = Vec::new();
    for container in pod.pointer("/spec/containers").and_then(Value::as_array).into_iter().flatten() {
        match &place.main {
            Some(name) if is_named(container, name) => main = container.clone(),
            _ => sidecars.push(container.clone()),
        }
    }
    let listed = object.pointer(&place.at).is_some_and(|own| own.get(&layout.sidecars).is_some());
    let mut put = |base: &str, field: &str, value: Option<Value>| {
        let at = format!("{base}/{field}");
        match value {
            Some(value) if object.pointer(&at) != Some(&value) => set(object, &at, value),
            Some(_) => Ok(()),
            None => {
                if let Some(Value::Object(map)) = object.pointer_mut(base) {
                    map.shift_remove(field);
                }
                Ok(())
            }
        }
    };
    let null = Value::Null;
    let part = |name: &str| pod.get(name).unwrap_or(&null);
    unmapped(part("metadata"), &["metadata"], place, &[&layout.metadata])?;
    unmapped(&main, &["spec", "containers", "main"], place, &[&layout.container])?;
    unmapped(part("spec"), &["spec"], place, &[&layout.pod, &layout.shared, &layout.names])?;
    for (name, field) in &layout.metadata {
        put(&place.at, field, part("metadata").get(name).cloned())?;
    }
    for (name, field) in &layout.pod {
        put(&place.at, field, part("spec").get(name).cloned())?;
    }
    for (name, field) in &layout.container {
        put(&place.at, field, main.get(name).cloned())?;
    }
    put(&place.at, &layout.sidecars, (listed || !sidecars.is_empty()).then(|| sidecars.into()))?;
    for (name, field) in &layout.shared {
        put(&place.shared, field, part("spec").get(name).cloned())?;
    }
    for (name, field) in &layout.names {
        let names = part("spec").get(name).and_then(Value::as_array).map(|items| {
            items.iter().filter_map(|item| item.get("name").cloned()).collect::<Vec<_>>().into()
        });
        put(&place.shared, field, names)?;
    }
    Ok(())
}

/// Refuses fields that the object has no place for.
fn unmapped(
    part: &Value,
    at: &[&str],
    place: &Place,
    known: &[&BTreeMap<String, String>],
) -> Result<(), Fault> {
    for key in part.as_object().into_iter().flat_map(Map::keys) {
        let is_known = known.iter().any(|names| names.contains_key(key));
        if is_known || (at == ["spec"] && key == "containers") || (at.len() > 1 && key == "name") {
            continue;
        }
        let path = at.join(".").replace(
            "containers.main",
            &format!("containers[{}]", place.main.as_deref().unwrap_or_default()),
        );
        let names: Vec<&str> = known.iter().flat_map(|names| names.keys()).map(String::as_str).collect();
        return Err(Fault::new(
            pointer::join(&place.at, key),
            format!("the pod at {} has no field for {path}.{key}", place.at),
        )
        .help(format!("it has fields for {}", names.join(", "))));
    }
    Ok(())
}

/// True for a container of this name.
pub(super) fn is_named(container: &Value, name: &str) -> bool {
    container.get("name").and_then(Value::as_str) == Some(name)
}

fn map_below<'v>(value: &'v mut Value, key: &str) -> Option<&'v mut Map<String, Value>> {
    let child = value.as_object_mut()?.entry(key).or_insert(Value::Null);
    if child.is_null() {
        *child = json!({});
    }
    child.as_object_mut()
}

/// Puts a value at a pointer and makes the maps above it.
fn set(object: &mut Value, at: &str, value: Value) -> Result<(), Fault> {
    let malformed = || Fault::new(at, format!("`{at}` cannot be reached: what is above it is no map"));
    let steps = pointer::steps(at).ok_or_else(malformed)?;
    let (last, above) = steps.split_last().ok_or_else(malformed)?;
    let mut here = object;
    for step in above {
        let map = here.as_object_mut().ok_or_else(malformed)?;
        here = map.entry(step.clone()).or_insert(Value::Null);
        if here.is_null() {
            *here = json!({});
        }
    }
    here.as_object_mut().ok_or_else(malformed)?.insert(last.clone(), value);
    Ok(())
}
