//! `--set a.b=1,c[0]=x,d={y,z}`, read as Helm reads it.
//!
//! A backslash takes the next character as it is. Values are typed like Helm's: `true`, `false`, `null` in any
//! case, whole numbers that do not start with 0; everything else is text, decimal numbers included
//! ([`Schema::fit`](super::Schema::fit) types those by the schema).

use serde_json::{Map, Value};
use thiserror::Error;

/// Helm's limits: an index and a depth beyond them are slips, not wishes.
const MAX_INDEX: usize = 65536;
const MAX_DEPTH: usize = 30;

/// Why an argument of `--set` cannot be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SetError {
    /// A key that is not followed by `=`.
    #[error("key `{0}` has no value")]
    NoValue(String),
    /// An index that is not a number, or too large.
    #[error("`{0}` is not a list index")]
    BadIndex(String),
    /// Something between `]` and the next `.`, `[` or `=`.
    #[error("unexpected `{0}` after a list index")]
    AfterIndex(String),
    /// `{` without `}`.
    #[error("the list has no closing `}}`")]
    OpenList,
    /// A `\` with nothing behind it.
    #[error("nothing follows the last `\\`")]
    OpenEscape,
    /// A path that goes through a value that is neither a map nor a list.
    #[error("`{0}` is not a {1}")]
    NotThrough(String, &'static str),
    /// More levels than anybody means.
    #[error("more than {MAX_DEPTH} levels")]
    TooDeep,
}

/// Reads one argument into the values.
pub fn set(text: &str, values: &mut Value) -> Result<(), SetError> {
    if !values.is_object() {
        *values = Value::Object(Map::new());
    }
    let mut reader = Reader { rest: text };
    while !reader.rest.is_empty() {
        reader.key(values, 0)?;
    }
    Ok(())
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// Reads up to one of the stops and consumes it; `None` at the end of the text.
    fn until(&mut self, stops: &[char]) -> Result<(String, Option<char>), SetError> {
        let mut word = String::new();
        let mut chars = self.rest.chars();
        while let Some(c) = chars.next() {
            if stops.contains(&c) {
                self.rest = chars.as_str();
                return Ok((word, Some(c)));
            }
            match c {
                '\\' => word.push(chars.next().ok_or(SetError::OpenEscape)?),
                c => word.push(c),
            }
        }
        self.rest = "";
        Ok((word, None))
    }

    fn key(&mut self, at: &mut Value, depth: usize) -> Result<(), SetError> {
        let (key, stop) = self.until(&['=', '[', ',', '.'])?;
        let Value::Object(map) = at else { return Err(SetError::NotThrough(key, "map")) };
        match stop {
            Some('=') => {
                let value = self.value()?;
                if !key.is_empty() {
                    map.insert(key, value);
                }
                Ok(())
            }
            Some('.') => {
                if depth >= MAX_DEPTH {
                    return Err(SetError::TooDeep);
                }
                let mut inner = match map.get(&key) {
                    None => Value::Object(Map::new()),
                    Some(Value::Object(inner)) => Value::Object(inner.clone()),
                    Some(_) => return Err(SetError::NotThrough(key, "map")),
                };
                self.key(&mut inner, depth + 1)?;
                if inner.as_object().is_some_and(Map::is_empty) {
                    return Err(SetError::NoValue(key));
                }
                if !key.is_empty() {
                    map.insert(key, inner);
                }
                Ok(())
            }
            Some('[') => {
                let mut list = match map.get(&key) {
                    None => Vec::new(),
                    Some(Value::Array(list)) => list.clone(),
                    Some(_) => return Err(SetError::NotThrough(key, "list")),
                };
                self.item(&mut list, depth)?;
                if !key.is_empty() {
                    map.insert(key, Value::Array(list));
                }
                Ok(())
            }
            // A comma, or the end.
            _ => Err(SetError::NoValue(key)),
        }
    }

    /// Reads `0]…` after the opening bracket.
    fn item(&mut self, list: &mut Vec<Value>, depth: usize) -> Result<(), SetError> {
        let (digits, stop) = self.until(&[']'])?;
        let index = digits.parse::<usize>().ok().filter(|i| stop.is_some() && *i <= MAX_INDEX);
        let index = index.ok_or(SetError::BadIndex(digits))?;
        if depth >= MAX_DEPTH {
            return Err(SetError::TooDeep);
        }
        let (extra, stop) = self.until(&['[', '.', '='])?;
        if !extra.is_empty() {
            return Err(SetError::AfterIndex(extra));
        }
        let old = list.get(index).cloned().unwrap_or(Value::Null);
        let value = match stop {
            Some('=') => self.value()?,
            Some('[') => {
                let mut inner = match old {
                    Value::Null => Vec::new(),
                    Value::Array(inner) => inner,
                    _ => return Err(SetError::NotThrough(format!("[{index}]"), "list")),
                };
                self.item(&mut inner, depth + 1)?;
                Value::Array(inner)
            }
            Some('.') => {
                let mut inner = if old.is_object() { old } else { Value::Object(Map::new()) };
                self.key(&mut inner, depth + 1)?;
                inner
            }
            // Helm reads `a[0]` as nothing said.
            _ => return Ok(()),
        };
        if list.len() <= index {
            list.resize(index + 1, Value::Null);
        }
        list[index] = value;
        Ok(())
    }

    fn value(&mut self) -> Result<Value, SetError> {
        let Some(rest) = self.rest.strip_prefix('{') else {
            return Ok(typed(self.until(&[','])?.0));
        };
        self.rest = rest;
        let mut list = Vec::new();
        loop {
            let (word, stop) = self.until(&[',', '}'])?;
            if stop.is_none() {
                return Err(SetError::OpenList);
            }
            list.push(typed(word));
            if stop == Some('}') {
                self.rest = self.rest.strip_prefix(',').unwrap_or(self.rest);
                return Ok(Value::Array(list));
            }
        }
    }
}

fn typed(word: String) -> Value {
    if word.eq_ignore_ascii_case("true") {
        Value::Bool(true)
    } else if word.eq_ignore_ascii_case("false") {
        Value::Bool(false)
    } else if word.eq_ignore_ascii_case("null") {
        Value::Null
    } else if word == "0" {
        Value::from(0)
    } else if let (false, Ok(number)) = (word.starts_with('0'), word.parse::<i64>()) {
        Value::from(number)
    } else {
        Value::String(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> Result<Value, SetError> {
        let mut values = json!({});
        set(text, &mut values).map(|()| values)
    }

    /// What Helm 3 and 4 make of the same arguments.
    #[test]
    fn reads_like_helm() {
        for (text, expected) in [
            ("a=1", json!({"a": 1})),
            ("a=-1", json!({"a": -1})),
            ("a=+1", json!({"a": 1})),
            ("a=0", json!({"a": 0})),
            ("a=007", json!({"a": "007"})),
            ("a=1.5", json!({"a": "1.5"})),
            ("a=99999999999999999999", json!({"a": "99999999999999999999"})),
            ("a=TRUE,b=False,c=Null", json!({"a": true, "b": false, "c": null})),
            ("a=yes", json!({"a": "yes"})),
            ("a=", json!({"a": ""})),
            ("a=,b=2", json!({"a": "", "b": 2})),
            ("a=1,", json!({"a": 1})),
            ("a=1,a=2", json!({"a": 2})),
            ("a.b.c=x,a.b.d=y", json!({"a": {"b": {"c": "x", "d": "y"}}})),
            (r"a=one\,two,b=x\=y", json!({"a": "one,two", "b": "x=y"})),
            (r"a\.b=1", json!({"a.b": 1})),
            (r"n.app\.kubernetes\.io/name=x", json!({"n": {"app.kubernetes.io/name": "x"}})),
            ("a=b=c", json!({"a": "b=c"})),
            ("a=x y  z", json!({"a": "x y  z"})),
            ("a={x,y}", json!({"a": ["x", "y"]})),
            ("a={1,true,x},b=2", json!({"a": [1, true, "x"], "b": 2})),
            ("a={}", json!({"a": [""]})),
            ("a={x,}", json!({"a": ["x", ""]})),
            (r"a={x\,y,z}", json!({"a": ["x,y", "z"]})),
            ("a[0]=x", json!({"a": ["x"]})),
            ("a[1]=x", json!({"a": [null, "x"]})),
            ("a[0].b=1,a[0].c=2", json!({"a": [{"b": 1, "c": 2}]})),
            ("a[1].b=1,a[0].b=2", json!({"a": [{"b": 2}, {"b": 1}]})),
            ("a[0][1]=x", json!({"a": [[null, "x"]]})),
            ("a[0]=", json!({"a": [""]})),
            ("a[0]", json!({"a": []})),
            ("a[0]={x,y}", json!({"a": [["x", "y"]]})),
            ("=x", json!({})),
            ("", json!({})),
        ] {
            assert_eq!(read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn refuses_like_helm() {
        for text in [
            "a",
            "a,b=1",
            "a.b",
            "a.=x",
            "a.,b",
            "a=1,,b=2",
            "a={x",
            r"a=x\",
            "a[-1]=x",
            "a[x]=1",
            "a[0",
            "a[65537]=1",
            "a[0]b=1",
            "a=1,a.b=2",
            "a=1,a[0]=2",
            "a[0]=1,a[0][0]=2",
        ] {
            assert!(read(text).is_err(), "{text}: {:?}", read(text));
        }
        assert_eq!(read(&format!("{}=1", vec!["a"; 40].join("."))), Err(SetError::TooDeep));
    }

    #[test]
    fn keeps_what_is_there() {
        let mut values = json!({"a": {"x": 1, "y": 2}, "l": ["p", "q"]});
        set("a.y=3,l[1]=r", &mut values).expect("reads");
        assert_eq!(values, json!({"a": {"x": 1, "y": 3}, "l": ["p", "r"]}));
    }
}
