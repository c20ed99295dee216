//! Two values of one thing: the fields that differ.

use serde_json::Value;

use crate::yaml::equal;

/// A field that differs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field {
    /// For people: `spec.containers[name=x].image`.
    pub path: String,
    /// For rules: dotted, without list items.
    pub plain: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// All fields that differ, in the order of the values.
pub(super) fn differences(before: &Value, after: &Value) -> Vec<Field> {
    let mut found = Vec::new();
    walk(Some(before), Some(after), &Path::default(), &mut found);
    found
}

#[derive(Clone, Default)]
struct Path {
    shown: String,
    plain: String,
}

impl Path {
    fn key(&self, key: &str) -> Self {
        let join =
            |path: &str, key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        // A dot inside a key would read as a step.
        let shown = if key.contains(['.', '/']) {
            format!("{}[\"{key}\"]", self.shown)
        } else {
            join(&self.shown, key)
        };
        Self { shown, plain: join(&self.plain, key) }
    }

    fn item(&self, name: &str) -> Self {
        Self { shown: format!("{}[{name}]", self.shown), plain: self.plain.clone() }
    }
}

fn walk(before: Option<&Value>, after: Option<&Value>, at: &Path, found: &mut Vec<Field>) {
    match (before, after) {
        (Some(before), Some(after)) if equal(before, after) => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            for (key, value) in old {
                walk(Some(value), new.get(key), &at.key(key), found);
            }
            for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
                walk(None, Some(value), &at.key(key), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => match (names(old), names(new)) {
            (Some(olds), Some(news)) => {
                let known = found.len();
                for (name, value) in olds.iter().zip(old) {
                    let other = news.iter().position(|other| other == name).map(|index| &new[index]);
                    walk(Some(value), other, &at.item(&format!("name={name}")), found);
                }
                for (name, value) in news.iter().zip(new).filter(|(name, _)| !olds.contains(name)) {
                    walk(None, Some(value), &at.item(&format!("name={name}")), found);
                }
                if olds.len() == news.len() && found.len() == known {
                    // The same items in another order: that is a change too.
                    found.push(field(before, after, at));
                }
            }
            _ => {
                for index in 0..old.len().max(new.len()) {
                    walk(old.get(index), new.get(index), &at.item(&index.to_string()), found);
                }
            }
        },
        _ => found.push(field(before, after, at)),
    }
}

fn field(before: Option<&Value>, after: Option<&Value>, at: &Path) -> Field {
    Field { path: at.shown.clone(), plain: at.plain.clone(), before: before.cloned(), after: after.cloned() }
}

/// The names of a list's items, when all have one of their own.
fn names(items: &[Value]) -> Option<Vec<&str>> {
    let names: Vec<_> = items.iter().map(|item| item.get("name")?.as_str()).collect::<Option<_>>()?;
    let unique = names.iter().enumerate().all(|(at, name)| !names[..at].contains(name));
    (unique && !names.is_empty()).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(before: Value, after: Value) -> Vec<(String, String)> {
        differences(&before, &after).into_iter().map(|field| (field.path, field.plain)).collect()
    }

    #[test]
    fn items_are_told_by_name_where_they_have_one() {
        let before = json!({"c": [{"name": "a", "image": "1"}, {"name": "b"}], "l": [1, 2], "k": {"x/y": 1}});
        let after = json!({"c": [{"name": "b"}, {"name": "a", "image": "2"}], "l": [1], "k": {"x/y": 2}});
        let found = paths(before, after);
        let wanted = [("c[name=a].image", "c.image"), ("l[1]", "l"), ("k[\"x/y\"]", "k.x/y")];
        assert_eq!(found, wanted.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    #[test]
    fn another_order_is_a_change_wherever_it_is() {
        let list = |names: [&str; 2]| names.map(|name| json!({"name": name}));
        let before = json!({"a": 1, "c": list(["x", "y"])});
        let after = json!({"a": 2, "c": list(["y", "x"])});
        let found: Vec<_> = paths(before, after).into_iter().map(|(path, _)| path).collect();
        assert_eq!(found, ["a", "c"]);
    }

    #[test]
    fn equal_is_equal() {
        assert_eq!(paths(json!({"a": 1}), json!({"a": 1.0})), []);
    }
}
