//! A JSON Patch ends, whatever it is given; `test` changes nothing; the result can be written into the document.
#![no_main]

use lakehelm::patch::json::{Operation, Parents, apply};
use lakehelm::patch::{Spelling, write};
use lakehelm::text::Source;
use lakehelm::yaml::{Document, equal, write::block};
use lakehelm_fuzz::{Json, text};
use libfuzzer_sys::arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

#[derive(Debug)]
struct Input {
    object: Json,
    operations: Vec<Operation>,
    parents: bool,
}

impl<'a> Arbitrary<'a> for Input {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let object = Json::arbitrary(u)?;
        let parents = bool::arbitrary(u)?;
        let mut operations = Vec::new();
        while operations.len() < 6 && !u.is_empty() && u.ratio(3, 4)? {
            operations.push(operation(u, &object.0)?);
        }
        Ok(Self { object, operations, parents })
    }
}

fn operation(u: &mut Unstructured<'_>, object: &Value) -> Result<Operation> {
    let at = place(u, object)?;
    Ok(match u.int_in_range(0..=5)? {
        0 => Operation::Add(at, Json::arbitrary(u)?.0),
        1 => Operation::Remove(at),
        2 => Operation::Replace(at, Json::arbitrary(u)?.0),
        3 => Operation::Move(at, place(u, object)?),
        4 => Operation::Copy(at, place(u, object)?),
        _ => Operation::Test(at, Json::arbitrary(u)?.0),
    })
}

/// Mostly a path that leads somewhere.
fn place(u: &mut Unstructured<'_>, object: &Value) -> Result<String> {
    if u.ratio(1, 8)? {
        return String::arbitrary(u);
    }
    let (mut at, mut value) = (String::new(), Some(object));
    while !u.is_empty() && u.ratio(2, 3)? {
        let step = match value {
            Some(Value::Object(map)) if !map.is_empty() && u.ratio(4, 5)? => {
                let index = u.choose_index(map.len())?;
                map.keys().nth(index).cloned().unwrap_or_default()
            }
            Some(Value::Array(items)) if u.ratio(4, 5)? => u.int_in_range(0..=items.len())?.to_string(),
            Some(Value::Array(_)) => (*u.choose(&["-", "[name=a]", "[name=~1]", "01", "-1"])?).to_owned(),
            _ => text(u)?,
        };
        value = value.and_then(|value| match value {
            Value::Object(map) => map.get(&step),
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        });
        at.push('/');
        at.push_str(&step.replace('~', "~0").replace('/', "~1"));
    }
    Ok(at)
}

fuzz_target!(|input: Input| {
    let object = match input.object.0 {
        Value::Object(map) => Value::Object(map),
        other => json!({"a": other}),
    };
    let parents = if input.parents { Parents::Ensured } else { Parents::Required };
    let mut patched = object.clone();
    if apply(&mut patched, &input.operations, parents).is_err() {
        return;
    }
    if input.operations.iter().all(Operation::is_test) {
        assert_eq!(patched, object);
    }
    // The post-renderer writes objects only.
    if !patched.is_object() {
        return;
    }
    let document = Document::parse(Source::new("fuzz", block(&object, 0) + "\n")).expect("our own text");
    let written = match write(&document, &object, &patched, &Spelling::default()) {
        Ok(written) => written,
        // A path may make more levels than the reader takes, and a key after `?`, as a long one is written, is not edited.
        Err(refused) => {
            assert!(
                depth(&patched) > 250 || has_long_key(&object),
                "a patched object can be written: {refused:?}"
            );
            return;
        }
    };
    assert!(equal(&written.to_value().expect("and reads"), &patched));
});

fn depth(value: &Value) -> usize {
    match value {
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// True when a key is written after `?`: what counts is its length with quotes and escapes.
fn has_long_key(value: &Value) -> bool {
    match value {
        Value::Object(map) => {
            map.iter().any(|(key, value)| block(&json!({key: 0}), 0).starts_with('?') || has_long_key(value))
        }
        Value::Array(items) => items.iter().any(has_long_key),
        _ => false,
    }
}
