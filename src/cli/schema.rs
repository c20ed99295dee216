//! `lakehelm schema`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

use super::findings::{self, Format};
use super::{Exit, values_file};
use crate::catalog::Catalog;
use crate::diagnostic::Diagnostics;
use crate::generate::schema_of;
use crate::post_render::{self, recipe::Recipes};
use crate::schema::reference;

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
    /// The page about the recipes of post-render
    Recipes,
    /// The JSON Schema of a configuration of post-render
    PostRender,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    let catalog = values_file::catalog(arguments.catalog.as_deref())?;
    let text = match catalog.and_then(|catalog| text(arguments.what, &catalog)) {
        Ok(text) => text,
        Err(found) => {
            findings::print(&found, Format::Text)?;
            return Ok(findings::exit(&found));
        }
    };
    write!(anstream::stdout().lock(), "{text}")?;
    Ok(Exit::Done)
}

fn text(what: What, catalog: &Catalog) -> Result<String, Diagnostics> {
    Ok(match what {
        What::Schema => format!("{:#}\n", schema_of(catalog)?.composed()),
        What::Reference => reference::text(&schema_of(catalog)?),
        What::PostRender => format!("{:#}\n", post_render::schema::of(catalog.shared())?),
        What::Recipes => Recipes::of(catalog.shared()).reference()?,
    })
}
