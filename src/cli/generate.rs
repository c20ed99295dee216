//! `lakehelm generate`.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use super::findings::{self, Format, say};
use super::{Exit, starters, summary, values_file};
use crate::generate::{Archives, Engine, Generated, Inputs};
use crate::text::Source;
use crate::tree::compare::{Changes, compare, unified_diff};
use crate::tree::{lock, write};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub input: InputArguments,
    /// Folder to write to [default: generated/<stem of the last values file>]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Take upstream charts from a folder of archives (<name>-<version>.tgz) instead of their repositories
    #[arg(long, value_name = "DIR")]
    charts: Option<PathBuf>,
    /// Write nothing; print what is stale as a diff and exit 1 if anything is
    #[arg(long, conflicts_with = "dry_run")]
    check: bool,
    /// Write nothing; list what would change
    #[arg(long)]
    dry_run: bool,
    /// Replace files that were edited by hand; the edited ones are kept as <name>.orig
    #[arg(long)]
    overwrite: bool,
}

// What to generate from; the same for every command that reads values. A doc comment would be the help of the command.
#[derive(Args, Debug)]
pub(super) struct InputArguments {
    /// Values file; can be repeated, later files win [default: the embedded starter for a local cluster]
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Set one value over all files, as helm does (a.b=1); can be repeated
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// Catalogue of components to use instead of the embedded one
    #[arg(long, value_name = "DIR")]
    pub catalog: Option<PathBuf>,
}

impl InputArguments {
    /// Reads the values files, or the starter.
    pub(super) fn inputs(&self) -> Result<Inputs> {
        let mut values = Vec::new();
        for path in &self.files {
            values.push(read_values(path)?);
        }
        if values.is_empty() {
            values.push(starters::first());
        }
        Ok(Inputs { values, sets: self.sets.clone(), archives: None })
    }
}

/// Reads one values file; `-` is standard input.
pub(super) fn read_values(path: &Path) -> Result<Source> {
    let name = path.display().to_string();
    let text = if name == "-" {
        std::io::read_to_string(std::io::stdin()).context("cannot read the values from standard input")?
    } else {
        std::fs::read_to_string(path).with_context(|| format!("cannot read the values file {name}"))?
    };
    Ok(Source::new(name, text))
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    let mut inputs = arguments.input.inputs()?;
    inputs.archives = arguments.charts.as_deref().map(read_archives).transpose()?;
    let output = arguments.output.clone().unwrap_or_else(|| default_output(&arguments.input.files));
    let progress = Progress::start(&output);
    let catalog = values_file::catalog(arguments.input.catalog.as_deref())?;
    // The process ends with this: giving the memory back piece by piece would take a tenth of its time.
    let generated = catalog.and_then(|catalog| {
        let catalog = ManuallyDrop::new(catalog);
        ManuallyDrop::new(Engine::new(&catalog)?).generate(&inputs)
    });
    progress.end();
    let generated = match generated {
        Ok(generated) => generated,
        Err(found) => {
            findings::print(&found, Format::Text)?;
            say("Nothing was written.");
            return Ok(findings::exit(&found));
        }
    };
    findings::print(&generated.warnings, Format::Text)?;
    let changes = compare(&generated.tree, &output)?;
    if arguments.check {
        return check(&generated, &output, &changes);
    }
    if arguments.dry_run {
        list(&output, &changes)?;
        return Ok(Exit::Done);
    }
    if !changes.edited.is_empty() && !arguments.overwrite {
        refuse(&output, &changes);
        return Ok(Exit::Findings);
    }
    write::write(&generated.tree, &output, &changes)?;
    say(&summary::text(&generated, &output, &changes));
    Ok(Exit::Done)
}

/// `generated/` and the stem of the last values file.
pub(super) fn default_output(files: &[PathBuf]) -> PathBuf {
    let stem = files.last().and_then(|path| path.file_stem()).filter(|stem| *stem != "-");
    Path::new("generated").join(stem.unwrap_or(starters::DEFAULT.as_ref()))
}

/// The chart archives of a folder.
pub(super) fn read_archives(folder: &Path) -> Result<Archives> {
    let describe = || format!("cannot read the chart archives in {}", folder.display());
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).with_context(describe)? {
        let path = entry.with_context(describe)?.path();
        if path.extension().is_some_and(|ending| ending == "tgz")
            && let Some(name) = path.file_name()
        {
            files.insert(name.to_string_lossy().into_owned(), std::fs::read(&path).with_context(describe)?);
        }
    }
    Ok(Archives::new(folder.display().to_string(), files))
}

/// Prints what is stale; nothing is written.
fn check(generated: &Generated, output: &Path, changes: &Changes) -> Result<Exit> {
    if changes.is_empty() {
        say(&format!("{} is up to date ({} files).", output.display(), generated.tree.len()));
        return Ok(Exit::Done);
    }
    let mut out = anstream::stdout().lock();
    let all = || changes.created.iter().chain(&changes.updated).chain(&changes.stale).chain(&changes.edited);
    // The lock follows the other files; its digests only hide what matters.
    let alone = all().all(|path| path == lock::NAME);
    for path in all().filter(|path| alone || *path != lock::NAME) {
        write!(out, "{}", unified_diff(&generated.tree, output, path)?)?;
    }
    out.flush()?;
    let cure = if changes.edited.is_empty() {
        "Run `lakehelm generate` again without --check."
    } else {
        "Move what was edited by hand into the values file, or run `lakehelm generate --overwrite`."
    };
    say(&format!("{} is stale: {}. {cure}", output.display(), summary::count(changes)));
    Ok(Exit::Findings)
}

fn list(output: &Path, changes: &Changes) -> Result<()> {
    let mut out = anstream::stdout().lock();
    let kinds = [
        ("create", &changes.created),
        ("update", &changes.updated),
        ("remove", &changes.stale),
        ("edited", &changes.edited),
    ];
    for (kind, paths) in kinds {
        for path in paths {
            writeln!(out, "{kind} {}", output.join(path).display())?;
        }
    }
    say(&format!("Dry run: {} in {}; nothing was written.", summary::count(changes), output.display()));
    Ok(())
}

fn refuse(output: &Path, changes: &Changes) {
    say(
        "error[edited-files]: these files were changed since lakehelm wrote them, or were never written by it:",
    );
    for path in &changes.edited {
        say(&format!("  {}", output.join(path).display()));
    }
    say(
        "help: move your change into the values file, or use --overwrite: the edited files are then kept as <name>.orig.",
    );
    say("Nothing was written.");
}

/// A line that is there only while the work lasts, and only on a terminal.
struct Progress(bool);

impl Progress {
    fn start(output: &Path) -> Self {
        let visible = std::io::stderr().is_terminal();
        if visible {
            let mut err = anstream::stderr().lock();
            write!(err, "Generating {} …", output.display()).and_then(|()| err.flush()).ok();
        }
        Self(visible)
    }

    fn end(self) {
        if self.0 {
            write!(anstream::stderr().lock(), "\r\u{1b}[K").ok();
        }
    }
}
