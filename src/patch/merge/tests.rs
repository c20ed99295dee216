use serde_json::json;

use super::*;
use crate::patch::Table;

const BUILTIN: &str = "
objects: {v1: {Pod: Pod}}
types:
  Pod: {metadata: Meta, spec: Spec}
  Meta: {finalizers: {merge: []}}
  Spec:
    containers: {list: Container, merge: [name]}
    volumes: {merge: [name]}
    selector: {replace: true}
  Container:
    env: {merge: [name]}
    ports: {merge: [containerPort, protocol]}
";

fn run(object: Value, patch: Value) -> Result<Value, String> {
    with(object, patch, Directives::Kubernetes)
}

fn with(mut object: Value, patch: Value, directives: Directives) -> Result<Value, String> {
    let table = Table::read(BUILTIN, "{}").expect("a table");
    match merge(&mut object, &patch, table.object("v1", "Pod", true), directives) {
        Ok(Outcome::Kept) => Ok(object),
        Ok(Outcome::Deleted) => Ok(Value::Null),
        Err(fault) => Err(fault.message),
    }
}

#[test]
fn maps_merge_and_null_deletes() {
    let object = json!({"spec": {"a": {"x": 1, "y": 2}, "b": [1, 2], "c": 1}});
    let patch = json!({"spec": {"a": {"y": null, "z": 3}, "b": [3], "c": null, "d": {"e": null, "f": 1}}});
    assert_eq!(run(object, patch), Ok(json!({"spec": {"a": {"x": 1, "z": 3}, "b": [3], "d": {"f": 1}}})));
    let patch = json!({"spec": {"selector": {"b": 2}}});
    assert_eq!(
        run(json!({"spec": {"selector": {"a": 1}}}), patch),
        Ok(json!({"spec": {"selector": {"b": 2}}}))
    );
    let patch = json!({"spec": {"a": {"$patch": "replace", "z": 1}}});
    assert_eq!(run(json!({"spec": {"a": {"x": 1}}}), patch), Ok(json!({"spec": {"a": {"z": 1}}})));
    let patch = json!({"spec": {"a": {"$patch": "delete"}, "b": {"$patch": "delete"}}});
    assert_eq!(run(json!({"spec": {"a": {"x": 1}}}), patch), Ok(json!({"spec": {}})));
    assert_eq!(run(json!({"a": 1}), json!({"$patch": "delete"})), Ok(Value::Null));
}

#[test]
fn items_merge_by_key_and_stay_where_they_are() {
    let names = |result: Result<Value, String>| -> Vec<String> {
        let value = result.expect("merges");
        let items = value.pointer("/spec/volumes").and_then(Value::as_array).expect("a list").clone();
        items.iter().map(|item| item["name"].as_str().unwrap_or("?").to_owned()).collect()
    };
    let object = json!({"spec": {"volumes": [{"name": "a"}, {"name": "b"}]}});
    let patched = |patch: Value| names(run(object.clone(), json!({"spec": {"volumes": patch}})));
    assert_eq!(patched(json!([{"name": "c"}])), ["a", "b", "c"]);
    assert_eq!(patched(json!([{"name": "c"}, {"name": "a"}])), ["c", "a", "b"]);
    assert_eq!(patched(json!([{"name": "a"}, {"name": "c"}, {"name": "d"}])), ["a", "c", "d", "b"]);
    assert_eq!(patched(json!([{"name": "b", "x": 1}, {"name": "a"}])), ["a", "b"]);
    assert_eq!(patched(json!([{"name": "a", "$patch": "delete"}, {"name": "c"}])), ["b", "c"]);
    assert_eq!(patched(json!([{"$patch": "replace"}, {"name": "c"}])), ["c"]);
    assert_eq!(patched(json!([{"name": "c"}, {"$patch": "replace"}])), ["c"]);
}

#[test]
fn a_missing_protocol_is_tcp() {
    let object = json!({"spec": {"containers": [{"name": "a", "ports": [{"containerPort": 1}, {"containerPort": 1, "protocol": "UDP"}]}]}});
    let patch = json!({"spec": {"containers": [{"name": "a", "ports": [{"containerPort": 1, "protocol": "TCP", "name": "x"}]}]}});
    let ports = json!([{"containerPort": 1, "protocol": "TCP", "name": "x"}, {"containerPort": 1, "protocol": "UDP"}]);
    assert_eq!(run(object, patch), Ok(json!({"spec": {"containers": [{"name": "a", "ports": ports}]}})));
}

#[test]
fn items_without_their_key_are_refused() {
    let object = json!({"spec": {"containers": [{"name": "a"}]}});
    assert!(run(object.clone(), json!({"spec": {"containers": [{"image": "x"}]}})).is_err());
    assert!(run(object, json!({"spec": {"containers": ["a"]}})).is_err());
}

#[test]
fn sets_of_scalars_grow_and_shrink() {
    let object = || json!({"metadata": {"finalizers": ["a", "b"]}});
    let patch = json!({"metadata": {"finalizers": ["c", "b"], "$deleteFromPrimitiveList/finalizers": ["a"]}});
    assert_eq!(run(object(), patch), Ok(json!({"metadata": {"finalizers": ["c", "b"]}})));
    let patch = json!({"metadata": {"$setElementOrder/finalizers": ["b", "a"]}});
    assert_eq!(run(object(), patch), Ok(json!({"metadata": {"finalizers": ["b", "a"]}})));
}

#[test]
fn other_directives_do_what_kubernetes_defines() {
    let object = || json!({"spec": {"volumes": [{"name": "a", "emptyDir": {}}, {"name": "b"}]}});
    let patch =
        json!({"spec": {"volumes": [{"name": "a", "$retainKeys": ["name", "configMap"], "configMap": {}}]}});
    assert_eq!(
        run(object(), patch.clone()),
        Ok(json!({"spec": {"volumes": [{"name": "a", "configMap": {}}, {"name": "b"}]}}))
    );
    assert!(with(object(), patch, Directives::Kustomize).is_err());
    let patch = json!({"spec": {"$setElementOrder/volumes": [{"name": "b"}, {"name": "a"}]}});
    assert_eq!(
        run(object(), patch),
        Ok(json!({"spec": {"volumes": [{"name": "b"}, {"name": "a", "emptyDir": {}}]}}))
    );
    assert!(run(object(), json!({"spec": {"$path": "delete"}})).is_err());
    assert!(run(object(), json!({"spec": {"$patch": "remove"}})).is_err());
    assert!(run(object(), json!({"spec": {"args": [{"$patch": "delete"}]}})).is_err());
}
