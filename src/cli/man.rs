//! `lakehelm man`.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, CommandFactory};

use super::findings::say;
use super::{Cli, Exit};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Folder to write to, for example /usr/local/share/man/man1
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    let describe = || format!("cannot write man pages to {}", arguments.folder.display());
    std::fs::create_dir_all(&arguments.folder).with_context(describe)?;
    clap_mangen::generate_to(Cli::command(), &arguments.folder).with_context(describe)?;
    say(&format!("{}: man pages written", arguments.folder.display()));
    Ok(Exit::Done)
}
