//! `lakehelm set`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use serde_json::Value;

use super::values_file::{self, CheckArguments};
use super::{Exit, complete};
use crate::diagnostic::Diagnostics;
use crate::edit::{Assignment, Context, set};
use crate::text::Source;
use crate::yaml::Document;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Values file to change; `-` reads standard input and prints the result
    file: PathBuf,
    /// What to set: a.b=1, list[0].c=x, list[name=x].c=y, list[+].c=z (a new item), map.a\.b=x
    #[arg(required = true, value_name = "PATH=VALUE", add = ArgValueCompleter::new(complete::assignments))]
    assignments: Vec<String>,
    #[command(flatten)]
    check: CheckArguments,
    /// Print what would change instead of writing
    #[arg(long)]
    diff: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    values_file::edit(&arguments.file, &arguments.check, arguments.diff, &|before, context| {
        assign(before, context, &arguments.assignments)
    })
}

/// All assignments, one after the other; all findings when some cannot be read.
fn assign(
    before: &Document,
    context: &Context<'_>,
    texts: &[String],
) -> Result<(Document, Vec<String>), Diagnostics> {
    let mut found = Diagnostics::new();
    let mut assignments = Vec::new();
    for text in texts {
        match Assignment::parse(text) {
            Ok(assignment) => assignments.push(assignment),
            Err(fault) => found.push(fault),
        }
    }
    // Without the file: what presets and defaults say where it is silent.
    let resolved = context.resolve(before.source()).map_or(Value::Null, |(values, _)| values);
    let mut edited: Option<Document> = None;
    let mut places = Vec::new();
    for assignment in &assignments {
        match set(edited.as_ref().unwrap_or(before), context.engine.schema(), assignment, &resolved) {
            Ok((next, place)) => {
                edited = Some(next);
                places.push(place);
            }
            Err(faults) => found.extend(faults),
        }
    }
    if found.has_errors() {
        return Err(found);
    }
    let edited = match edited {
        Some(edited) => edited,
        None => Document::parse(Source::clone(before.source()))?,
    };
    Ok((edited, places))
}
