//! The tables of a component (`data/*`): large, and seldom needed all.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value};

use super::source::Files;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::cel::Reads;
use crate::text::{Source, Span};

/// Tables by name, which is the stem of their file.
#[derive(Clone, Debug, Default)]
pub struct Tables(BTreeMap<String, Arc<Table>>);

/// A table that is read when it is asked for.
#[derive(Debug)]
struct Table {
    value: OnceLock<Value>,
    unread: Unread,
}

#[derive(Debug)]
enum Unread {
    /// It was read at once, to say what is wrong with it.
    Nothing,
    /// JSON of the program itself, which reads.
    Json(&'static str),
    /// Tables below one name.
    Group(Tables),
}

impl Tables {
    /// The tables below a folder of a component or of the catalogue, which `name` names: YAML files, and CSV files of two
    /// columns, which are maps from the first to the second.
    pub(super) fn read(name: &str, files: &Files, folder: &str) -> Result<Self, Diagnostics> {
        let mut tables = BTreeMap::new();
        for (path, text) in files.below(folder) {
            let Some((stem, ending)) = path.rsplit_once('.') else { continue };
            let source = || Source::new(format!("{name}/{folder}/{path}"), text);
            let table = match (files.json(&format!("{folder}/{path}")), ending) {
                (Some(json), _) => Table { value: OnceLock::new(), unread: Unread::Json(json) },
                (None, "yaml") => Table::of(
                    serde_yaml::from_str(text)
                        .map_err(|error| super::component::read_error(&source(), &error))?,
                ),
                (None, "csv") => Table::of(pairs(&source())?),
                _ => continue,
            };
            tables.insert(stem.to_owned(), Arc::new(table));
        }
        Ok(Self(tables))
    }

    /// Adds tables below one name.
    pub(super) fn share(&mut self, name: &str, tables: &Tables) {
        let table = Table { value: OnceLock::new(), unread: Unread::Group(tables.clone()) };
        self.0.insert(name.to_owned(), Arc::new(table));
    }

    /// True without tables.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One table.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).map(|table| table.value())
    }

    /// The tables that are read, as one map.
    pub fn part(&self, reads: &Reads) -> Value {
        match reads.names() {
            Some(names) => self.named(names.map(|(name, _)| name)),
            None => self.whole(),
        }
    }

    /// Some tables as one map.
    pub fn named<'n>(&self, names: impl Iterator<Item = &'n str>) -> Value {
        let table = |name: &str| Some((name.to_owned(), self.get(name)?.clone()));
        Value::Object(names.filter_map(table).collect::<Map<_, _>>())
    }

    /// All tables as one map.
    pub fn whole(&self) -> Value {
        self.named(self.0.keys().map(String::as_str))
    }
}

impl Table {
    fn of(value: Value) -> Self {
        Self { value: OnceLock::from(value), unread: Unread::Nothing }
    }

    fn value(&self) -> &Value {
        self.value.get_or_init(|| match &self.unread {
            Unread::Nothing => Value::Null,
            Unread::Json(json) => serde_json::from_str(json).unwrap_or_default(),
            Unread::Group(tables) => tables.whole(),
        })
    }
}

fn pairs(source: &Source) -> Result<Value, Diagnostic> {
    let mut pairs = Map::new();
    for record in csv::Reader::from_reader(source.text().as_bytes()).into_deserialize::<(String, String)>() {
        let (key, value) = record.map_err(|error| {
            let at = error
                .position()
                .map_or(0, |at| usize::try_from(at.byte()).unwrap_or(0).min(source.text().len()));
            Diagnostic::error("unreadable-catalog-file", error.to_string())
                .at(source, Span::new(at, at), "")
                .help("A table in CSV has a line of titles and two columns.")
        })?;
        pairs.insert(key, value.into());
    }
    Ok(Value::Object(pairs))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn tables_made_ready_at_build_time_are_those_of_the_texts() {
        let embedded = Files::embedded();
        let mut texts = Files::default();
        for (path, text) in embedded.iter() {
            texts.insert(path.to_owned(), text.to_owned());
        }
        let [ready, read] = [embedded, texts].map(|files| Catalog::load(files).expect("loads"));
        let mut tables = 0;
        for (ready, read) in ready.components().iter().zip(read.components()) {
            // Compared as text, so that the order of keys counts.
            assert_eq!(ready.data.whole().to_string(), read.data.whole().to_string(), "{}", read.name);
            tables += read.data.0.len();
        }
        assert!(tables > 30, "only {tables} tables");
    }
}
