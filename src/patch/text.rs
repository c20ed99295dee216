//! A checked replacement inside a string: what is looked for must be there exactly once.

use serde_json::Value;

use super::Fault;
use super::path::{get_mut, join, locate};

/// One replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// Where the string is.
    pub path: String,
    /// What is looked for.
    pub find: String,
    /// What stands there instead.
    pub replace: String,
}

/// Replaces text in the string at the path.
pub fn replace(value: &mut Value, replacement: &Replacement) -> Result<(), Fault> {
    let steps = locate(value, &replacement.path)?;
    let place = join(&steps);
    let text = match get_mut(value, &steps) {
        Some(Value::String(text)) => text,
        Some(_) => return Err(Fault::new(&place, format!("`{place}` is no string"))),
        None => return Err(Fault::new(&place, format!("there is nothing at `{place}`"))),
    };
    match text.matches(replacement.find.as_str()).count() {
        1 => {
            *text = text.replacen(&replacement.find, &replacement.replace, 1);
            Ok(())
        }
        0 => Err(Fault::new(&place, format!("`{place}` does not hold `{}`", replacement.find))),
        count => Err(Fault::new(&place, format!("`{place}` holds `{}` {count} times", replacement.find))
            .help("look for a longer text that is there once")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn run(find: &str) -> Result<Value, String> {
        let mut value = json!({"a": ["x", "one two one"]});
        let replacement = Replacement { path: "/a/1".into(), find: find.into(), replace: "three".into() };
        replace(&mut value, &replacement).map(|()| value).map_err(|fault| fault.message)
    }

    #[test]
    fn text_is_replaced_when_it_is_there_once() {
        assert_eq!(run("two"), Ok(json!({"a": ["x", "one three one"]})));
        assert_eq!(run("one"), Err("`/a/1` holds `one` 2 times".into()));
        assert_eq!(run("four"), Err("`/a/1` does not hold `four`".into()));
    }
}
