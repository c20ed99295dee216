//! What `--set` said, in the types that the schema wants.

use serde_json::Value;

use super::Schema;
use super::node::Node;

impl Schema {
    /// Types the values that an argument of `--set` set, where Helm's reading and the schema differ and only one reading
    /// is possible: `0.5` where a number is meant, `2026` or `true` where text is meant, `{}` for no items.
    ///
    /// `own` is what the argument sets on its own: other values keep the types that a file gave them.
    pub fn fit(&self, own: &Value, values: &mut Value) {
        fit(&self.root, own, values);
    }
}

fn fit(node: &Node, own: &Value, value: &mut Value) {
    match (own, &mut *value) {
        (Value::Object(own), Value::Object(map)) => {
            for (key, own) in own {
                if let (Some(child), Some(value)) = (node.child(key), map.get_mut(key)) {
                    fit(child, own, value);
                }
            }
        }
        (Value::Array(own), Value::Array(list)) => {
            // `{}` is the empty list, not a list of one empty text.
            if *own == [""] && *list == [""] {
                list.clear();
            }
            if let Some(items) = &node.items {
                // Where an index was set, the items before it stand in `own` as null.
                own.iter().zip(list).for_each(|(own, item)| fit(items, own, item));
            }
        }
        (Value::String(text), _) if !text.is_empty() && !node.types.is_empty() && !node.accepts("string") => {
            if node.accepts("number")
                && let Ok(number) = text.parse::<f64>()
                && let Some(number) = serde_json::Number::from_f64(number)
            {
                *value = Value::Number(number);
            }
        }
        (Value::Number(_) | Value::Bool(_), _) if node.types == ["string"] => {
            *value = Value::String(own.to_string());
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
        schema.fit(&values.clone(), &mut values);
        assert_eq!(
            values,
            json!({
                "cpu": 0.5, "version": "2026", "either": 7, "names": ["1", "a"], "any": {"x": "1.5"}, "nope": "1.5",
            })
        );
        let mut values = json!({});
        set("names={},version=true,cpu=much", &mut values).expect("reads");
        schema.fit(&values.clone(), &mut values);
        assert_eq!(values, json!({"names": [], "version": "true", "cpu": "much"}));

        let mut values = json!({"cpu": "0.5", "version": 2026, "names": [1, 2]});
        let mut own = json!(null);
        for argument in ["names[1]=3", "any.y=2"] {
            set(argument, &mut own).expect("reads");
            set(argument, &mut values).expect("reads");
        }
        schema.fit(&own, &mut values);
        let kept = json!({"cpu": "0.5", "version": 2026, "names": [1, "3"], "any": {"y": 2}});
        assert_eq!(values, kept, "what a file says keeps its type");
    }
}
