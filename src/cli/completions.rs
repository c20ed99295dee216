//! `lakehelm completions`.

use std::io::Write;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use clap_complete::env::{EnvCompleter, Fish, Zsh};

use super::Exit;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shell {
    /// Bash
    Bash,
    /// Zsh
    Zsh,
    /// Fish
    Fish,
}

/// Bash has a script of its own: the library's hands on the words as bash took them apart, so that nothing fits behind `=`.
const BASH: &str = include_str!("completions.bash");

/// The variable that makes the program answer a shell's question.
pub(super) const VARIABLE: &str = "LAKEHELM_COMPLETE";

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    let script = match arguments.shell {
        Shell::Bash => BASH.as_bytes().to_vec(),
        Shell::Zsh => registration(&Zsh)?,
        Shell::Fish => registration(&Fish)?,
    };
    anstream::stdout().lock().write_all(&script)?;
    Ok(Exit::Done)
}

fn registration(shell: &dyn EnvCompleter) -> Result<Vec<u8>> {
    let mut script = Vec::new();
    shell
        .write_registration(VARIABLE, "lakehelm", "lakehelm", "lakehelm", &mut script)
        .context("cannot write the completion script")?;
    Ok(script)
}
