//! Upstream charts from a folder of archives, for sites that reach no repository.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::GzDecoder;

use super::layout::Layout;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::tree::{File, Tree, digest};

/// `<name>-<version>.tgz` by file name.
#[derive(Debug, Default)]
pub struct Archives {
    folder: String,
    files: BTreeMap<String, Vec<u8>>,
}

impl Archives {
    /// The archives of one folder; `folder` is its name in messages.
    pub fn new(folder: impl Into<String>, files: BTreeMap<String, Vec<u8>>) -> Self {
        Self { folder: folder.into(), files }
    }

    /// The repository address and digest of a dependency of the chart at `chart`.
    pub(super) fn dependency(
        &self,
        name: &str,
        version: &str,
        chart: &str,
    ) -> Result<(String, Option<String>), Diagnostic> {
        let digest = digest(self.get(name, version)?);
        let up = "../".repeat(chart.matches('/').count() + 1);
        Ok((format!("file://{up}vendor/{name}"), Some(digest)))
    }

    /// Unpacks a chart to `vendor/<name>/`.
    pub fn unpack(&self, tree: &mut Tree, name: &str, version: &str) -> Result<(), Diagnostic> {
        unpack(tree, name, self.get(name, version)?).map_err(|error| {
            Diagnostic::error("unreadable-archive", format!("{}/{name}-{version}.tgz: {error}", self.folder))
                .help("A chart archive is a gzipped tar whose files stand below one folder with the chart's name.")
        })
    }

    fn get(&self, name: &str, version: &str) -> Result<&[u8], Diagnostic> {
        let file = format!("{name}-{version}.tgz");
        self.files.get(&file).map(Vec::as_slice).ok_or_else(|| {
            let there: Vec<_> = self.files.keys().map(String::as_str).collect();
            Diagnostic::error("missing-archive", format!("the chart archive {file} is not in {}", self.folder))
                .found(if there.is_empty() { "no archive".to_owned() } else { there.join(", ") })
                .expected(file)
                .help(format!("Fetch it where the network allows (`helm pull {name} --version {version} --repo …`) and put it there."))
        })
    }
}

/// Unpacks the archives that the charts depend on to `vendor/<name>/`.
pub(super) fn write(
    tree: &mut Tree,
    layout: &Layout<'_>,
    archives: Option<&Archives>,
) -> Result<(), Diagnostics> {
    let Some(archives) = archives else { return Ok(()) };
    for dependency in layout.charts.iter().flat_map(|chart| &chart.upstream) {
        archives.unpack(tree, &dependency.name, &dependency.version)?;
    }
    Ok(())
}

fn unpack(tree: &mut Tree, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut archive = tar::Archive::new(GzDecoder::new(bytes));
    for entry in archive.entries()? {
        let mut entry = entry?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = entry.path()?.to_string_lossy().into_owned();
        let inside = path
            .split_once('/')
            .filter(|(top, rest)| *top == name && !rest.split('/').any(|part| part == ".."));
        let Some((_, rest)) = inside else {
            return Err(std::io::Error::other(format!("unexpected entry {path}")));
        };
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        tree.insert(format!("vendor/{name}/{rest}"), File { bytes, executable: false });
    }
    Ok(())
}
