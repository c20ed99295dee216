//! What `--set` said, in the types that the schema wants.

use serde_json::Value;

use super::Schema;
use super::node::Node;

impl Schema {
    /// Types the values of `--set`, where Helm's reading and the schema differ and only one reading is possible:
    /// `0.5` where a number is meant, `2026` or `true` where text is meant, `{}` for no items.
    pub fn fit(&self, values: &mut Value) {
        fit(&self.root, values);
    }
}

fn fit(node: &Node, value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if let Some(child) = node.child(key) {
                    fit(child, value);
                }
            }
        }
        Value::Array(list) => {
            // `{}` is the empty list, not a list of one empty text.
            if list.len() == 1 && list[0] == "" {
                list.clear();
            }
            if let Some(items) = &node.items {
                list.iter_mut().for_each(|item| fit(items, item));
            }
        }
        Value::String(text) if !text.is_empty() && !node.types.is_empty() && !node.accepts("string") => {
            if node.accepts("number")
                && let Ok(number) = text.parse::<f64>()
                && let Some(number) = serde_json::Number::from_f64(number)
            {
                *value = Value::Number(number);
            }
        }
        Value::Number(_) | Value::Bool(_) if node.types == ["string"] => {
            *value = Value::String(value.to_string());
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::set::set;
    use crate::schema::testing::schema;
    use serde_json::json;

    #[test]
    fn types_what_helm_leaves_as_text() {
        let part = "
type: object
additionalProperties: false
properties:
  cpu: {type: number, default: 1, description: Cores.}
  version: {type: string, default: '', description: Version.}
  either: {type: [string, integer], default: 1, description: Either.}
  names: {type: array, items: {type: string}, default: [], description: Names.}
  any: {type: object, additionalProperties: true, description: Anything.}
";
        let schema = schema(&[("x", part)]).expect("composes");
        let mut values = json!({});
        set("cpu=0.5,version=2026,either=7,names={1,a},any.x=1.5,nope=1.5", &mut values).expect("reads");
        schema.fit(&mut values);
        assert_eq!(
            values,
            json!({
                "cpu": 0.5, "version": "2026", "either": 7, "names": ["1", "a"], "any": {"x": "1.5"}, "nope": "1.5",
            })
        );
        let mut values = json!({});
        set("names={},version=true,cpu=much", &mut values).expect("reads");
        schema.fit(&mut values);
        assert_eq!(values, json!({"names": [], "version": "true", "cpu": "much"}));
    }
}
