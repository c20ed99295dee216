//! Paths of `replacements`: keys with `.` between them, `[name=x]` for an item, `*` for all.

use serde_json::{Map, Value};

/// The steps of a path; brackets keep dots together, `\.` is a dot in a key.
pub(super) fn steps(path: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut depth = 0_usize;
    let mut characters = path.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' if characters.peek() == Some(&'.') => {
                characters.next();
                push(&mut steps, '.');
            }
            '.' if depth == 0 => steps.push(String::new()),
            c => {
                match c {
                    '[' => depth += 1,
                    ']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                push(&mut steps, c);
            }
        }
    }
    steps.retain(|step| !step.is_empty());
    // `[a.b/c]` is a key with dots.
    for step in &mut steps {
        if let Some(key) =
            step.strip_prefix('[').and_then(|step| step.strip_suffix(']')).filter(|key| !key.contains('='))
        {
            *step = key.to_owned();
        }
    }
    steps
}

fn push(steps: &mut [String], c: char) {
    if let Some(step) = steps.last_mut() {
        step.push(c);
    }
}

/// The value at a path.
pub(super) fn get<'v>(value: &'v Value, steps: &[String]) -> Option<&'v Value> {
    let Some((step, rest)) = steps.split_first() else { return Some(value) };
    match value {
        Value::Object(map) => get(map.get(step)?, rest),
        Value::Array(items) => match choice(step) {
            Some((field, wanted)) => get(items.iter().find(|item| is(item, field, wanted))?, rest),
            None => get(items.get(step.parse::<usize>().ok()?)?, rest),
        },
        _ => None,
    }
}

/// Changes every value at a path; the number of values, or the reason why there can be none.
pub(super) fn change(
    value: &mut Value,
    steps: &[String],
    create: bool,
    change: &mut dyn FnMut(&mut Value) -> Result<(), String>,
) -> Result<usize, String> {
    let Some((step, rest)) = steps.split_first() else { return change_one(value, change) };
    if create && value.is_null() {
        let list = choice(step).is_some() || step == "-" || step.parse::<usize>().is_ok();
        *value = if list { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
    }
    match value {
        Value::Object(map) if step == "*" && !map.contains_key("*") => {
            map.values_mut().map(|child| self::change(child, rest, create, change)).sum()
        }
        Value::Object(map) => {
            if create && !map.contains_key(step) {
                map.insert(step.clone(), Value::Null);
            }
            map.get_mut(step).map_or(Ok(0), |child| self::change(child, rest, create, change))
        }
        Value::Array(items) => {
            if step == "*" {
                return items.iter_mut().map(|item| self::change(item, rest, create, change)).sum();
            }
            if let Some((field, wanted)) = choice(step) {
                if create && !items.iter().any(|item| is(item, field, wanted)) {
                    items.push(Value::Object(Map::from_iter([(field.to_owned(), wanted.into())])));
                }
                let chosen = items.iter_mut().filter(|item| is(item, field, wanted));
                return chosen.map(|item| self::change(item, rest, create, change)).sum();
            }
            let length = items.len();
            let index =
                if step == "-" { length.checked_sub(usize::from(!create)) } else { step.parse().ok() };
            let Some(index) = index else { return Ok(0) };
            if create && index == length {
                items.push(Value::Null);
            }
            match items.get_mut(index) {
                Some(item) => self::change(item, rest, create, change),
                None => Err(format!("index {index} of a list with {length} items")),
            }
        }
        _ => Ok(0),
    }
}

fn change_one(
    value: &mut Value,
    change: &mut dyn FnMut(&mut Value) -> Result<(), String>,
) -> Result<usize, String> {
    change(value).map(|()| 1)
}

fn choice(step: &str) -> Option<(&str, &str)> {
    step.strip_prefix('[')?.strip_suffix(']')?.split_once('=')
}

fn is(item: &Value, field: &str, wanted: &str) -> bool {
    let found = if field.is_empty() { Some(item) } else { get(item, &steps(field)) };
    found.is_some_and(|found| {
        found.as_str().map_or_else(|| format!("{found}") == wanted, |text| text == wanted)
    })
}
