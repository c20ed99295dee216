//! `lakehelm docs`: the pages that are derived from the schema, the codes and the command line.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, Command, CommandFactory};

use super::values_file;
use super::{Cli, Exit};
use crate::diagnostic::codes;
use crate::schema::{Schema, table};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Folder to write to
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    let model = match values_file::model(None)? {
        Ok(model) => model,
        Err(found) => return values_file::refuse(&found),
    };
    let pages = [
        ("values.md", table::text(&model.schema)),
        ("diagnostics.md", diagnostics(&model.schema)),
        ("cli.md", commands()),
    ];
    for (name, text) in pages {
        let path = arguments.folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(Exit::Done)
}

fn diagnostics(schema: &Schema) -> String {
    let mut out = String::from(
        "# Diagnostics\n\nEvery code of a finding. Written by `scripts/derive`; do not edit.\n`lakehelm explain CODE` prints one of them.\n",
    );
    for group in codes::groups() {
        let title = match group.name.as_str() {
            "values" => "Values",
            "yaml" => "YAML",
            "editing" => "Commands on a values file",
            "output" => "Output",
            "patches" => "Post-renderer",
            "catalogue" => "Catalogue (for authors of components)",
            other => other,
        };
        let _ = write!(out, "\n## {title}\n");
        for code in &group.codes {
            let _ = write!(out, "\n### {}\n\n{}\n", code.code, code.means.trim());
            if let Some(example) = &code.example {
                let _ = write!(out, "\n```yaml\n{}\n```\n", example.trim_end());
            }
            let _ = write!(out, "\n{}\n", code.cure.trim());
        }
    }
    out.push_str("\n## Rules\n\nRules that couple several values. `R40` is a credential in clear text.\n\n");
    out.push_str(&table::rules(schema));
    out
}

/// The help of every command.
fn commands() -> String {
    let mut out = String::from(
        "# Command line\n\nWritten by `scripts/derive` from the help texts; do not edit.\n\n\
         Exit codes: 0 done, 1 findings, 2 usage, 3 environment. Data goes to standard output, words go to standard error.\n",
    );
    let mut program = Cli::command().term_width(100);
    program.build();
    for command in
        program.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help")
    {
        let _ = write!(out, "\n## lakehelm {}\n\n```text\n{}\n```\n", command.get_name(), help(command));
    }
    out
}

fn help(command: &Command) -> String {
    let text = command.clone().term_width(100).render_long_help().to_string();
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}
