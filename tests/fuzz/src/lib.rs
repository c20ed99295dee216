//! What the fuzz targets share: values with a shape, and the rules of the catalogue.

use std::sync::OnceLock;

use lakehelm::catalog::{Files, shared};
use lakehelm::post_render::Rules;
use libfuzzer_sys::arbitrary::{Arbitrary, Result, Unstructured};
use serde_json::{Map, Value};

/// A JSON value whose keys and texts are often those that mean something in a manifest or a patch.
#[derive(Clone, Debug)]
pub struct Json(pub Value);

/// Words that steer merges: merge keys, lists, directives, and texts that YAML readers disagree on.
const WORDS: [&str; 40] = [
    "a", "b", "name", "containers", "env", "ports", "containerPort", "protocol", "TCP", "volumes", "spec", "template", "metadata",
    "labels", "kind", "apiVersion", "$patch", "delete", "replace", "merge", "$retainKeys", "$setElementOrder/containers",
    "$deleteFromPrimitiveList/args", "args", "~1", "a/b", "m~n", "", "-", "on", "0777", "null", "~", "1e3", "2001-12-14", "\u{feff}", "\u{85}",
    "x: y", "- z", "# c",
];

impl<'a> Arbitrary<'a> for Json {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        value(u, 0).map(Self)
    }
}

/// A word of the list, or any text.
pub fn text(u: &mut Unstructured<'_>) -> Result<String> {
    if u.ratio(4, 5)? { Ok((*u.choose(&WORDS)?).to_owned()) } else { String::arbitrary(u) }
}

fn value(u: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    let kinds = if depth > 5 { 5 } else { 8 };
    Ok(match u.int_in_range(0..=kinds - 1)? {
        0 => Value::Null,
        1 => bool::arbitrary(u)?.into(),
        2 => i64::arbitrary(u)?.into(),
        3 => {
            let number = f64::arbitrary(u)?;
            if number.is_finite() { number.into() } else { Value::Null }
        }
        4 => text(u)?.into(),
        5 => {
            let mut items = Vec::new();
            while items.len() < 6 && !u.is_empty() && u.ratio(2, 3)? {
                items.push(value(u, depth + 1)?);
            }
            items.into()
        }
        _ => map(u, depth)?.into(),
    })
}

/// A map of such values.
pub fn map(u: &mut Unstructured<'_>, depth: usize) -> Result<Map<String, Value>> {
    let mut map = Map::new();
    while map.len() < 8 && !u.is_empty() && u.ratio(3, 4)? {
        map.insert(text(u)?, value(u, depth + 1)?);
    }
    Ok(map)
}

/// The rules of the embedded catalogue.
pub fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| {
        Rules::of(&shared(Files::embedded())).expect("the embedded catalogue has rules")
    })
}
