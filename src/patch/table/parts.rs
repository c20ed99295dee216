//! Parts of a table that are read when they are asked for: a run needs few of them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer};
use serde_json::value::RawValue;

/// Maps by name, each read out of its JSON at the first question.
#[derive(Clone, Debug)]
pub(super) struct Parts<T> {
    /// In the order of their names.
    parts: Vec<Part<T>>,
}

#[derive(Clone, Debug)]
struct Part<T> {
    name: Cow<'static, str>,
    json: Cow<'static, str>,
    map: OnceLock<BTreeMap<String, T>>,
}

impl<T> Default for Parts<T> {
    fn default() -> Self {
        Self { parts: Vec::new() }
    }
}

impl<T: DeserializeOwned> Parts<T> {
    /// Parts that `build.rs` took apart: names and JSON, in the order of names.
    pub(super) fn embedded(parts: &[(&'static str, &'static str)]) -> Self {
        let part = |(name, json): &(&'static str, &'static str)| Part::of((*name).into(), (*json).into());
        Self { parts: parts.iter().map(part).collect() }
    }

    /// The part of a name. Panics when its JSON is none of this type: [`Parts::read`] says so before.
    pub(super) fn get(&self, name: &str) -> Option<&BTreeMap<String, T>> {
        let at = self.parts.binary_search_by(|part| part.name.as_ref().cmp(name)).ok()?;
        Some(self.parts[at].map())
    }

    /// Names and parts; panics as [`Parts::get`].
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &BTreeMap<String, T>)> {
        self.parts.iter().map(|part| (part.name.as_ref(), part.map()))
    }

    /// Reads all parts now. A fault comes with the name of its part.
    pub(super) fn read(&self) -> Result<(), (&str, serde_json::Error)> {
        self.parts.iter().try_for_each(|part| {
            let map = part.read().map_err(|fault| (part.name.as_ref(), fault))?;
            // It is there already when somebody asked before.
            part.map.set(map).ok();
            Ok(())
        })
    }
}

impl<T> Part<T> {
    fn of(name: Cow<'static, str>, json: Cow<'static, str>) -> Self {
        Self { name, json, map: OnceLock::new() }
    }
}

impl<T: DeserializeOwned> Part<T> {
    fn map(&self) -> &BTreeMap<String, T> {
        self.map.get_or_init(|| self.read().unwrap_or_else(|fault| panic!("a damaged table: {fault}")))
    }

    fn read(&self) -> serde_json::Result<BTreeMap<String, T>> {
        serde_json::from_str(&self.json)
    }
}

impl<'de, T> Deserialize<'de> for Parts<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let texts = BTreeMap::<String, Box<RawValue>>::deserialize(from)?;
        let part = |(name, json): (String, Box<RawValue>)| {
            Part::of(name.into(), String::from(Box::<str>::from(json)).into())
        };
        Ok(Self { parts: texts.into_iter().map(part).collect() })
    }
}
