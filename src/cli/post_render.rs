//! `lakehelm post-render`.

mod input;
mod output;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use self::input::Input;
use super::Exit;
use super::findings::{self, Format, say};
use super::log::Log;
use crate::catalog::{self, Files};
use crate::diagnostic::{Diagnostics, render};
use crate::post_render::{self, Config, Edited, Rendered, Rules};
use crate::text::{Source, unified};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// What to patch: a PostRender or kustomize file; can be repeated, applied in order
    #[arg(short, long = "config", value_name = "FILE", required = true)]
    config: Vec<PathBuf>,
    /// Read manifests from a file instead of standard input
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Write manifests to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Catalogue with the merge rules to use instead of the embedded one
    #[arg(long, value_name = "DIR")]
    catalog: Option<PathBuf>,
    /// Say on standard error what each patch found and changed
    #[arg(long)]
    report: bool,
    /// Show on standard error what changes, as a unified diff; values of Secrets are not shown
    #[arg(long)]
    diff: bool,
    /// Add everything that is said to a file, because Helm 4 shows nothing of it [env: LAKEHELM_LOG]
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    let mut log = Log::open(arguments.log.clone())?;
    // Whoever writes to a pipe can finish, whatever is wrong here.
    let stream = Input::read(arguments.input.as_deref())?;
    match rendered(arguments, stream.bytes()) {
        Ok(Ok(rendered)) => {
            findings::print(&rendered.warnings, Format::Text)?;
            log.write(&render::text(&rendered.warnings, false));
            let mut tell = |text: &str| {
                say(text);
                log.write(&format!("{text}\n"));
            };
            if arguments.report {
                rendered.report.iter().for_each(|line| tell(&line.to_string()));
            }
            if arguments.diff {
                for text in rendered.edited.iter().map(diff) {
                    say(coloured(&text).trim_end());
                    log.write(&format!("{}\n", text.trim_end()));
                }
            }
            output::write(arguments.output.as_deref(), &rendered.output)?;
            Ok(Exit::Done)
        }
        Ok(Err(found)) => {
            findings::print(&found, Format::Text)?;
            log.fail(&render::text(&found, false));
            Ok(Exit::Findings)
        }
        Err(error) => {
            log.fail(&format!("error: {error:#}\n"));
            Err(error)
        }
    }
}

/// What happens to one document.
fn diff(edited: &Edited) -> String {
    match &edited.texts {
        Some((before, after)) => {
            unified(before, after, (&format!("a/{}", edited.name), &format!("b/{}", edited.name)))
        }
        None => format!("{}: a Secret changes; its values are not shown", edited.name),
    }
}

/// A unified diff in the colours that people know; they are taken away where standard error is no terminal.
fn coloured(diff: &str) -> String {
    const RESET: &str = "\u{1b}[0m";
    let colour = |line: &str| match line {
        line if line.starts_with("+++") || line.starts_with("---") => Some("\u{1b}[1m"),
        line if line.starts_with('+') => Some("\u{1b}[32m"),
        line if line.starts_with('-') => Some("\u{1b}[31m"),
        line if line.starts_with("@@") => Some("\u{1b}[36m"),
        _ => None,
    };
    let lines = diff.lines().map(|line| match colour(line) {
        Some(colour) => format!("{colour}{line}{RESET}\n"),
        None => format!("{line}\n"),
    });
    lines.collect()
}

/// The rules of the catalogue, embedded or from a folder.
fn rules(folder: Option<&Path>) -> Result<Result<Rules, Diagnostics>> {
    match folder {
        Some(folder) => Ok(Rules::of(&catalog::shared(Files::from_dir(folder)?))),
        None => Ok(Ok(Rules::embedded())),
    }
}

fn rendered<'s>(arguments: &Arguments, stream: &'s [u8]) -> Result<Result<Rendered<'s>, Diagnostics>> {
    let rules = rules(arguments.catalog.as_deref())?;
    let mut configs = Vec::new();
    for path in &arguments.config {
        match config(path)? {
            Ok(config) => configs.push(config),
            Err(found) => return Ok(Err(found)),
        }
    }
    Ok(rules.and_then(|rules| post_render::run(stream, &configs, &rules)))
}

/// Reads one configuration; the files that it names are beside it.
fn config(path: &Path) -> Result<Result<Config, Diagnostics>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the configuration {}", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut read = |name: &str| std::fs::read_to_string(folder.join(name)).map_err(|error| error.to_string());
    Ok(Config::parse(Source::new(path.display().to_string(), text), &mut read))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_has_its_colours() {
        let edited = Edited { name: "a".into(), texts: Some(("x: 1\ny: 2\n".into(), "x: 1\ny: 3\n".into())) };
        let text = coloured(&diff(&edited));
        assert!(text.contains("\u{1b}[31m-y: 2\u{1b}[0m\n\u{1b}[32m+y: 3\u{1b}[0m\n"), "{text:?}");
        assert!(text.contains("\n x: 1\n") && text.starts_with("\u{1b}[1m--- a/a"), "{text:?}");
        let secret = Edited { name: "s".into(), texts: None };
        assert_eq!(coloured(&diff(&secret)), "s: a Secret changes; its values are not shown\n");
    }
}
