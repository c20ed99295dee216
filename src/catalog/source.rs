//! Where the catalogue's files come from: the binary itself or a folder.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

/// Path, text, and the value as JSON where `build.rs` read it; in the order of paths.
static EMBEDDED: &[(&str, &str, Option<&str>)] = include!(concat!(env!("OUT_DIR"), "/catalog.rs"));

/// Text files by their path with `/`, in the order of paths.
#[derive(Clone, Debug, Default)]
pub struct Files(BTreeMap<String, File>);

/// A text, and its value as JSON where that is known already.
#[derive(Clone, Debug)]
pub struct File {
    text: Cow<'static, str>,
    json: Option<&'static str>,
}

impl Files {
    /// The catalogue that the binary was built with.
    pub fn embedded() -> Self {
        EMBEDDED.iter().map(embedded_file).collect()
    }

    /// A catalogue on disk.
    pub fn from_dir(root: &Path) -> Result<Self> {
        let mut files = Self::default();
        for entry in walkdir::WalkDir::new(root).sort_by_file_name() {
            let entry = entry.with_context(|| format!("cannot read the catalogue {}", root.display()))?;
            if !entry.file_type().is_file() {
                continue;
            }
            let path = entry.path();
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read {} as UTF-8 text", path.display()))?;
            let relative = path.strip_prefix(root).unwrap_or(path);
            let parts: Vec<_> = relative.iter().map(|p| p.to_string_lossy()).collect();
            files.insert(parts.join("/"), text);
        }
        Ok(files)
    }

    /// Adds or replaces one file.
    pub fn insert(&mut self, path: String, text: impl Into<Cow<'static, str>>) {
        self.add(path, File { text: text.into(), json: None });
    }

    /// Adds or replaces one file, with what is known of it.
    pub(super) fn add(&mut self, path: String, file: File) {
        self.0.insert(path, file);
    }

    /// The text of one file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(|file| file.text.as_ref())
    }

    /// The value of one file as JSON, where it was read when the program was built; otherwise the text has to be read.
    pub fn json(&self, path: &str) -> Option<&'static str> {
        self.0.get(path)?.json
    }

    /// The value of one file, where it was read when the program was built.
    pub fn value(&self, path: &str) -> Option<Value> {
        serde_json::from_str(self.json(path)?).ok()
    }

    /// Paths and texts, in the order of paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, file)| (path.as_str(), file.text.as_ref()))
    }

    /// The files below a folder; the paths lose the folder and its slash.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.iter().filter_map(move |(path, text)| {
            let rest = path.strip_prefix(folder)?.strip_prefix('/')?;
            Some((rest, text))
        })
    }
}

impl FromIterator<(String, File)> for Files {
    fn from_iter<T: IntoIterator<Item = (String, File)>>(files: T) -> Self {
        Self(files.into_iter().collect())
    }
}

impl IntoIterator for Files {
    type Item = (String, File);
    type IntoIter = btree_map::IntoIter<String, File>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// One file of the catalogue that the binary was built with.
pub fn embedded_text(path: &str) -> Option<&'static str> {
    let at = EMBEDDED.binary_search_by_key(&path, |(path, ..)| path).ok()?;
    Some(EMBEDDED[at].1)
}

/// One folder of the catalogue that the binary was built with; the paths are those of the whole catalogue.
pub fn embedded_folder(path: &str) -> Files {
    let inside = |file: &str| file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    EMBEDDED.iter().filter(|(path, ..)| inside(path)).map(embedded_file).collect()
}

fn embedded_file((path, text, json): &(&str, &'static str, Option<&'static str>)) -> (String, File) {
    ((*path).to_owned(), File { text: Cow::Borrowed(text), json: *json })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Source;
    use crate::yaml::Document;

    #[test]
    fn a_folder_reads_like_the_binary() {
        let disk = Files::from_dir(&Path::new(env!("CARGO_MANIFEST_DIR")).join("chart-templates"));
        let (disk, embedded) = (disk.expect("reads"), Files::embedded());
        let paths = disk.0.keys().chain(embedded.0.keys());
        let differs = paths.into_iter().find(|path| disk.get(path) != embedded.get(path));
        assert_eq!(differs, None, "the binary was built from another state of chart-templates/");
    }

    #[test]
    fn what_was_read_at_build_time_is_what_the_program_reads() {
        let embedded = Files::embedded();
        let ready: Vec<_> = embedded.iter().filter(|(path, _)| embedded.json(path).is_some()).collect();
        assert!(ready.len() > 60, "only {} files", ready.len());
        for (path, text) in ready.into_iter().filter(|(path, _)| path.ends_with(".yaml")) {
            let read = Document::parse(Source::new(path, text)).expect("parses").to_value().expect("reads");
            // Compared as text, so that the order of keys counts.
            assert_eq!(embedded.value(path).map(|value| value.to_string()), Some(read.to_string()), "{path}");
        }
    }
}
