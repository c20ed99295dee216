//! Values to CEL and back.

use std::collections::HashMap;

use kube_cel::cel::Value as CelValue;
use kube_cel::cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString,
};
use kube_cel::cel::common::value::Val;
use serde_json::Value;

use super::reads::Reads;

/// The part of a value that is read.
///
/// Whole numbers are `int`, as in Kubernetes; the library's own conversion makes them `uint`, which mixes with nothing.
pub fn to_cel(value: &Value, reads: &Reads) -> Box<dyn Val> {
    match value {
        Value::Null => Box::new(CelNull),
        Value::Bool(b) => Box::new(CelBool::from(*b)),
        Value::Number(n) => match n.as_i64() {
            Some(i) => Box::new(CelInt::from(i)),
            None => Box::new(CelDouble::from(n.as_f64().unwrap_or(f64::NAN))),
        },
        Value::String(s) => Box::new(CelString::from(s.as_str())),
        Value::Array(list) => {
            let items: Vec<_> = list.iter().map(|item| to_cel(item, Reads::ALL)).collect();
            Box::new(CelList::from(items))
        }
        Value::Object(map) => {
            let entry = |key: &str, value, reads| (CelMapKey::String(key.into()), to_cel(value, reads));
            let map: HashMap<_, _> = match reads.names() {
                None => map.iter().map(|(key, value)| entry(key, value, Reads::ALL)).collect(),
                Some(names) => {
                    names.filter_map(|(key, reads)| Some(entry(key, map.get(key)?, reads))).collect()
                }
            };
            Box::new(CelMap::from(map))
        }
    }
}

/// The keys of maps come out in alphabetical order.
pub fn from_cel(value: &dyn Val) -> Result<Value, String> {
    if let Some(map) = value.downcast_ref::<CelMap>() {
        let mut entries: Vec<_> = map.inner().iter().collect();
        entries.sort_by_key(|(key, _)| *key);
        let entries = entries.into_iter().map(|(key, value)| Ok((text(key), from_cel(value.as_ref())?)));
        return entries.collect::<Result<_, String>>().map(Value::Object);
    }
    if let Some(list) = value.downcast_ref::<CelList>() {
        return list.inner().iter().map(|item| from_cel(item.as_ref())).collect();
    }
    Ok(match CelValue::try_from(value).map_err(|error| error.to_string())? {
        CelValue::Null => Value::Null,
        CelValue::Bool(b) => Value::Bool(b),
        CelValue::Int(i) => Value::from(i),
        CelValue::UInt(u) => Value::from(u),
        CelValue::Float(f) => Value::from(f),
        CelValue::String(s) => Value::String(s.as_str().to_owned()),
        other => return Err(format!("it gives a {:?}, which is not a value", other.type_of())),
    })
}

fn text(key: &CelMapKey) -> String {
    match key {
        CelMapKey::String(text) => text.inner().to_owned(),
        CelMapKey::Int(number) => i64::from(*number).to_string(),
        CelMapKey::UInt(number) => u64::from(*number).to_string(),
        CelMapKey::Bool(flag) => bool::from(*flag).to_string(),
    }
}
