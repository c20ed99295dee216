//! Parts of the tables that are read when they are asked for: a run needs few of them.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::de::{DeserializeOwned, Deserializer};
use serde_json::value::RawValue;

/// A map, read out of its JSON at the first question.
#[derive(Clone, Debug, Default)]
pub(super) struct Late<T> {
    text: Option<Box<RawValue>>,
    map: OnceLock<HashMap<String, T>>,
}

impl<T: DeserializeOwned> Late<T> {
    /// The map. Panics when its text is none of this type: [`Late::read`] says so before.
    pub(super) fn get(&self) -> &HashMap<String, T> {
        self.map.get_or_init(|| self.parsed().unwrap_or_else(|fault| panic!("a damaged table: {fault}")))
    }

    /// The map, to be changed.
    pub(super) fn get_mut(&mut self) -> &mut HashMap<String, T> {
        self.get();
        self.map.get_mut().expect("it was just read")
    }

    /// Reads it now.
    pub(super) fn read(&self) -> serde_json::Result<()> {
        self.parsed().map(|map| drop(self.map.set(map)))
    }

    fn parsed(&self) -> serde_json::Result<HashMap<String, T>> {
        self.text.as_ref().map_or_else(|| Ok(HashMap::new()), |text| serde_json::from_str(text.get()))
    }
}

impl<'de, T> serde::Deserialize<'de> for Late<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self { text: Some(Box::deserialize(from)?), map: OnceLock::new() })
    }
}
