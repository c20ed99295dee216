//! What these tests share.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use lakehelm::catalog::{Catalog, Files};
use lakehelm::diagnostic::Diagnostics;
use lakehelm::generate::{Engine, Generated, Inputs};
use lakehelm::text::Source;

/// The starters, by stem.
pub const STARTERS: [&str; 3] = ["local", "aws-keys", "aws-irsa"];

/// A path of the project.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The text of a file of the project.
pub fn read(path: &str) -> String {
    std::fs::read_to_string(project(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The catalogue, read once.
pub fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::load(Files::embedded()).unwrap_or_else(|found| panic!("{found:#?}")))
}

/// The engine of that catalogue.
pub fn engine() -> &'static Engine<'static> {
    static ENGINE: OnceLock<Engine<'static>> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(catalog()).unwrap_or_else(|found| panic!("{found:#?}")))
}

/// Generates from one text.
pub fn generate_text(name: &str, text: &str) -> Result<Generated, Diagnostics> {
    engine().generate(&Inputs { values: vec![Source::new(name, text)], ..Inputs::default() })
}

/// All files below a folder of the project with one of the endings.
pub fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<_> = walkdir::WalkDir::new(project(folder))
        .into_iter()
        .map(|entry| entry.expect("reads").into_path())
        .filter(|path| path.to_string_lossy().ends_with(ending) && path.is_file())
        .collect();
    found.sort();
    found
}
