//! `lakehelm schema`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

use super::Exit;
use super::findings::{self, Format};
use super::generate::InputArguments;
use crate::catalog::Catalog;
use crate::generate::schema_of;
use crate::schema::reference;

/// Print the JSON Schema of the values file, or a values file with every key commented
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// What to print
    #[arg(long, value_enum, default_value_t = What::Schema)]
    what: What,
    /// Catalogue of components to use instead of the embedded one
    #[arg(long, value_name = "DIR")]
    catalog: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// The composed JSON Schema (draft-07)
    Schema,
    /// A values file with every key, its text and its default
    Reference,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    let from = InputArguments { files: Vec::new(), sets: Vec::new(), catalog: arguments.catalog.clone() };
    let schema = match Catalog::load(from.catalog_files()?).and_then(|catalog| schema_of(&catalog)) {
        Ok(schema) => schema,
        Err(found) => {
            findings::print(&found, Format::Text)?;
            return Ok(findings::exit(&found));
        }
    };
    let mut out = anstream::stdout().lock();
    match arguments.what {
        What::Schema => writeln!(out, "{:#}", schema.composed())?,
        What::Reference => write!(out, "{}", reference::text(&schema))?,
    }
    Ok(Exit::Done)
}
