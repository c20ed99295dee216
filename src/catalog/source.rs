//! Where the catalogue's files come from: the binary itself or a folder.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map;
use std::path::Path;

use anyhow::{Context, Result};
use include_dir::{Dir, include_dir};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/chart-templates");

/// Text files by their path with `/`, in the order of paths.
#[derive(Clone, Debug, Default)]
pub struct Files(BTreeMap<String, Cow<'static, str>>);

impl Files {
    /// The catalogue that the binary was built with.
    pub fn embedded() -> Self {
        let mut files = Self::default();
        collect(&EMBEDDED, &mut files);
        files
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
        self.0.insert(path, text.into());
    }

    /// The text of one file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(Cow::as_ref)
    }

    /// Paths and texts, in the order of paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_ref()))
    }

    /// The files below a folder; the paths lose the folder and its slash.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.iter().filter_map(move |(path, text)| {
            let rest = path.strip_prefix(folder)?.strip_prefix('/')?;
            Some((rest, text))
        })
    }
}

impl FromIterator<(String, Cow<'static, str>)> for Files {
    fn from_iter<T: IntoIterator<Item = (String, Cow<'static, str>)>>(files: T) -> Self {
        Self(files.into_iter().collect())
    }
}

impl IntoIterator for Files {
    type Item = (String, Cow<'static, str>);
    type IntoIter = btree_map::IntoIter<String, Cow<'static, str>>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// One file of the catalogue that the binary was built with.
pub fn embedded_text(path: &str) -> Option<&'static str> {
    EMBEDDED.get_file(path)?.contents_utf8()
}

/// One folder of the catalogue that the binary was built with; the paths are those of the whole catalogue.
pub fn embedded_folder(path: &str) -> Files {
    let mut files = Files::default();
    if let Some(folder) = EMBEDDED.get_dir(path) {
        collect(folder, &mut files);
    }
    files
}

fn collect(dir: &'static Dir<'static>, files: &mut Files) {
    for file in dir.files() {
        // What is not text cannot be a template; the tests of the catalogue keep such files out.
        if let Some(text) = file.contents_utf8() {
            files.insert(file.path().to_string_lossy().replace('\\', "/"), text);
        }
    }
    for inner in dir.dirs() {
        collect(inner, files);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_reads_like_the_binary() {
        let disk = Files::from_dir(&Path::new(env!("CARGO_MANIFEST_DIR")).join("chart-templates"));
        let (disk, embedded) = (disk.expect("reads").0, Files::embedded().0);
        let differs = disk.keys().chain(embedded.keys()).find(|path| disk.get(*path) != embedded.get(*path));
        assert_eq!(differs, None, "the binary was built from another state of chart-templates/");
    }
}
