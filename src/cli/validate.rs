//! `lakehelm validate`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::Exit;
use super::findings::{self, Format, say};
use super::generate::{InputArguments, read_values};
use crate::catalog::Catalog;
use crate::diagnostic::Diagnostics;
use crate::generate::{Inputs, schema_of, values};

/// Check values files against the schema and the cross-field rules
///
/// All findings of a file come in one run. Each file is checked on its own.
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
    let loaded = Catalog::load(from.catalog_files()?).and_then(|catalog| Ok((schema_of(&catalog)?, catalog)));
    let (schema, catalog) = match loaded {
        Ok(loaded) => loaded,
        Err(found) => {
            findings::print(&found, arguments.format)?;
            return Ok(findings::exit(&found));
        }
    };
    let mut all = Diagnostics::new();
    for path in &arguments.files {
        let inputs = Inputs { values: vec![read_values(path)?], ..Inputs::default() };
        let (Ok((_, found)) | Err(found)) = values::resolve(&schema, &catalog, &inputs);
        all.extend(found);
    }
    findings::print(&all, arguments.format)?;
    if all.is_empty() {
        let plural = if arguments.files.len() == 1 { "file is" } else { "files are" };
        say(&format!("{} values {plural} valid.", arguments.files.len()));
    }
    Ok(findings::exit(&all))
}
