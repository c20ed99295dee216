//! Printing findings and words.

use std::io::Write;

use anyhow::Result;
use clap::ValueEnum;

use super::Exit;
use crate::diagnostic::{Diagnostics, github, render, sarif};

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Format {
    /// For people, with the source underlined
    #[default]
    Text,
    /// One JSON object a line
    Json,
    /// Workflow commands: annotations in GitHub Actions
    Github,
    /// A SARIF 2.1.0 log, for code scanning
    Sarif,
}

/// Prints findings: text on stderr, what programs read on stdout. A SARIF log is printed without findings too.
pub(super) fn print(findings: &Diagnostics, format: Format) -> Result<()> {
    if findings.is_empty() && !matches!(format, Format::Sarif) {
        return Ok(());
    }
    match format {
        Format::Github => {
            let mut out = anstream::stdout().lock();
            for finding in findings.iter() {
                writeln!(out, "{}", github::line(finding))?;
            }
        }
        Format::Sarif => {
            let log = sarif::log(findings, env!("CARGO_PKG_VERSION"));
            writeln!(anstream::stdout().lock(), "{log:#}")?;
        }
        Format::Text => {
            let mut err = anstream::stderr().lock();
            // anstream strips the colours where nobody wants them.
            write!(err, "{}", render::text(findings, true))?;
        }
        Format::Json => {
            let mut out = anstream::stdout().lock();
            for finding in findings.iter() {
                writeln!(out, "{}", render::json(finding))?;
            }
        }
    }
    Ok(())
}

/// The exit code that findings ask for.
pub(super) fn exit(findings: &Diagnostics) -> Exit {
    if findings.has_errors() { Exit::Findings } else { Exit::Done }
}

/// One line on stderr; a closed stderr is nobody's problem.
pub(super) fn say(line: &str) {
    writeln!(anstream::stderr().lock(), "{line}").ok();
}
