//! `lakehelm unset`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::values_file::{self, CheckArguments};
use super::{Exit, complete};
use crate::diagnostic::Diagnostics;
use crate::edit::{Path, remove};
use crate::yaml::Document;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Values file to change; `-` reads standard input and prints the result
    file: PathBuf,
    /// What to remove: a.b, list[0], list[name=x].c
    #[arg(required = true, value_name = "PATH", add = ArgValueCompleter::new(complete::paths))]
    paths: Vec<String>,
    #[command(flatten)]
    check: CheckArguments,
    /// Print what would change instead of writing
    #[arg(long)]
    diff: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    values_file::edit(&arguments.file, &arguments.check, arguments.diff, &|before, context| {
        let mut found = Diagnostics::new();
        let mut edited: Option<Document> = None;
        for text in &arguments.paths {
            let from = edited.as_ref().unwrap_or(before);
            let next = Path::parse(text)
                .map_err(Diagnostics::from)
                .and_then(|path| remove(from, context.engine.schema(), &path));
            match next {
                Ok(next) => edited = Some(next),
                Err(faults) => found.extend(faults),
            }
        }
        match edited {
            Some(edited) if !found.has_errors() => Ok((edited, Vec::new())),
            _ => Err(found),
        }
    })
}
