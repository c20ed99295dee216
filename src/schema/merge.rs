//! Values over values, as Helm merges several `-f` files.

use serde_json::Value;

/// Lays `over` on `base`: maps deeply, everything else is replaced.
///
/// `null` stays: it deletes what presets and defaults would say, which come in later.
pub fn merge(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                match base.get_mut(key) {
                    Some(old) => merge(old, value),
                    None => {
                        base.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (base, over) => *base = over.clone(),
    }
}

/// Drops the keys whose value is `null`, at every depth of maps.
pub(crate) fn drop_nulls(value: &mut Value) {
    if let Value::Object(map) = value {
        map.retain(|_, value| !value.is_null());
        map.values_mut().for_each(drop_nulls);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn merged(mut base: Value, over: Value) -> Value {
        merge(&mut base, &over);
        base
    }

    #[test]
    fn maps_deeply_lists_whole() {
        assert_eq!(
            merged(json!({"a": {"x": 1, "y": 2}, "l": [1, 2]}), json!({"a": {"y": 3}, "l": [9], "n": 1})),
            json!({"a": {"x": 1, "y": 3}, "l": [9], "n": 1}),
        );
    }

    #[test]
    fn null_replaces_and_is_replaced() {
        assert_eq!(merged(json!({"a": {"x": 1}}), json!({"a": null})), json!({"a": null}));
        assert_eq!(merged(json!({"a": null}), json!({"a": {"x": 1}})), json!({"a": {"x": 1}}));
        assert_eq!(merged(json!({"a": 1}), json!({"a": {"x": 1}})), json!({"a": {"x": 1}}));
    }

    #[test]
    fn nulls_go_from_maps_but_not_from_lists() {
        let mut value = json!({"a": null, "b": {"c": null, "d": 1}, "l": [null]});
        drop_nulls(&mut value);
        assert_eq!(value, json!({"b": {"d": 1}, "l": [null]}));
    }
}
