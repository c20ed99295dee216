//! `lakehelm validate`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::Exit;
use super::findings::{self, Format, say};
use super::generate::{InputArguments, read_values};
use crate::catalog::Catalog;
use crate::diagnostic::Diagnostics;
use crate::generate::{Engine, Inputs};

/// Check values files: whatever `generate` would refuse or warn about
///
/// All findings of a file come in one run. Each file is checked on its own; nothing is written.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Values files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to print findings
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Catalogue of components to use instead of the embedded one
    #[arg(long, value_name = "DIR")]
    catalog: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    let from = InputArguments { files: Vec::new(), sets: Vec::new(), catalog: arguments.catalog.clone() };
    let catalog = match Catalog::load(from.catalog_files()?) {
        Ok(catalog) => catalog,
        Err(found) => {
            findings::print(&found, arguments.format)?;
            return Ok(findings::exit(&found));
        }
    };
    let engine = match Engine::new(&catalog) {
        Ok(engine) => engine,
        Err(found) => {
            findings::print(&found, arguments.format)?;
            return Ok(findings::exit(&found));
        }
    };
    let mut all = Diagnostics::new();
    for path in &arguments.files {
        let inputs = Inputs { values: vec![read_values(path)?], ..Inputs::default() };
        // The platform is made and thrown away: what only shows while it is made is a finding too.
        all.extend(engine.generate(&inputs).map_or_else(|found| found, |made| made.warnings));
    }
    findings::print(&all, arguments.format)?;
    if all.is_empty() {
        let plural = if arguments.files.len() == 1 { "file is" } else { "files are" };
        say(&format!("{} values {plural} valid.", arguments.files.len()));
    }
    Ok(findings::exit(&all))
}
