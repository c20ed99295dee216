//! `lakehelm completions`.

use std::io::Write;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use clap_complete::env::{Bash, EnvCompleter, Fish, Zsh};

use super::Exit;

/// Print the completion script of a shell; it also completes the paths of values
///
/// bash: source <(lakehelm completions bash), zsh: source <(lakehelm completions zsh),
/// fish: lakehelm completions fish | source. The script asks the program itself, so it fits as long as both are of one
/// version. The allowed values behind PATH= are offered by zsh and fish; bash takes the words apart at `=`.
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

/// The variable that makes the program answer a shell's question.
pub(super) const VARIABLE: &str = "LAKEHELM_COMPLETE";

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    let shell: &dyn EnvCompleter = match arguments.shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
    };
    let mut script = Vec::new();
    shell
        .write_registration(VARIABLE, "lakehelm", "lakehelm", "lakehelm", &mut script)
        .context("cannot write the completion script")?;
    anstream::stdout().lock().write_all(&script)?;
    Ok(Exit::Done)
}
