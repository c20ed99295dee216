//! `lakehelm validate`.

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use super::Exit;
use super::findings::{self, Format, say};
use super::generate::read_values;
use super::values_file;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::edit::fix;
use crate::generate::{Engine, Inputs};
use crate::text::Source;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Values files, each checked on its own; `-` is standard input
    #[arg(required_unless_present = "merged", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Values file to check together with the others of its kind; can be repeated, later files win
    #[arg(short = 'f', long = "values", value_name = "FILE", id = "merged")]
    merged: Vec<PathBuf>,
    /// Set one value over the files given with -f, as helm does (a.b=1); can be repeated
    #[arg(long = "set", value_name = "PATH=VALUE", requires = "merged")]
    sets: Vec<String>,
    /// How to print findings
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Apply the corrections that findings suggest, as long as each one helps; all other bytes stay
    #[arg(long)]
    fix: bool,
    /// Check again whenever a file changes, until interrupted
    #[arg(long, conflicts_with = "fix")]
    watch: bool,
    /// Catalogue of components to use instead of the embedded one
    #[arg(long, value_name = "DIR")]
    catalog: Option<PathBuf>,
}

/// How often `--watch` looks; polling also works where the system reports no changes (mounted folders, containers).
const PAUSE: Duration = Duration::from_millis(200);

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    let refuse = |found: Diagnostics| {
        findings::print(&found, arguments.format)?;
        Ok(findings::exit(&found))
    };
    let catalog = match values_file::catalog(arguments.catalog.as_deref())? {
        Ok(catalog) => catalog,
        Err(found) => return refuse(found),
    };
    let engine = match Engine::new(&catalog) {
        Ok(engine) => engine,
        Err(found) => return refuse(found),
    };
    // The process ends with this: giving the memory back piece by piece would take a tenth of its time.
    let engine = ManuallyDrop::new(engine);
    if arguments.watch { watch(arguments, &engine) } else { once(arguments, &engine) }
}

/// Files that are checked together.
struct Group {
    paths: Vec<PathBuf>,
    sources: Vec<Source>,
    sets: Vec<String>,
}

impl Arguments {
    fn groups(&self) -> Result<Vec<Group>> {
        let group = |paths: &[PathBuf], sets: &[String]| {
            let sources = paths.iter().map(|path| read_values(path)).collect::<Result<_>>()?;
            Ok(Group { paths: paths.to_vec(), sources, sets: sets.to_vec() })
        };
        let mut groups = self
            .files
            .iter()
            .map(|path| group(std::slice::from_ref(path), &[]))
            .collect::<Result<Vec<_>>>()?;
        if !self.merged.is_empty() {
            groups.push(group(&self.merged, &self.sets)?);
        }
        Ok(groups)
    }
}

fn check(engine: &Engine<'_>, sources: &[Source], sets: &[String]) -> Diagnostics {
    let inputs = Inputs { values: sources.to_vec(), sets: sets.to_vec(), ..Inputs::default() };
    // The platform is made and thrown away: what only shows while it is made is a finding too.
    engine.generate(&inputs).map_or_else(|found| found, |made| made.warnings)
}

fn once(arguments: &Arguments, engine: &Engine<'_>) -> Result<Exit> {
    let groups = arguments.groups()?;
    let mut all = Diagnostics::new();
    let mut count = 0;
    for group in groups {
        count += group.paths.len();
        all.extend(if arguments.fix {
            mend(engine, group)?
        } else {
            check(engine, &group.sources, &group.sets)
        });
    }
    findings::print(&all, arguments.format)?;
    let fixes = all.iter().filter(|finding| finding.suggestion.is_some()).count();
    if fixes > 0 && !arguments.fix && matches!(arguments.format, Format::Text) {
        say(&format!("{fixes} of these can be corrected with --fix."));
    }
    if all.is_empty() {
        let plural = if count == 1 { "file is" } else { "files are" };
        say(&format!("{count} values {plural} valid."));
    }
    Ok(findings::exit(&all))
}

/// Fixes what can be fixed, says it, writes the files; gives back what is left.
fn mend(engine: &Engine<'_>, group: Group) -> Result<Diagnostics> {
    let Group { paths, sources, sets } = group;
    let fixed = fix(sources.clone(), &|sources| check(engine, sources, &sets));
    for finding in &fixed.applied {
        say(&applied(finding));
    }
    for ((path, before), after) in paths.iter().zip(&sources).zip(&fixed.sources) {
        let printed = path == Path::new("-");
        if before.text() != after.text() || printed {
            values_file::finish(path, before, after, false)?;
        }
    }
    Ok(fixed.remaining)
}

fn applied(finding: &Diagnostic) -> String {
    let (old, new) = (
        finding.labels.first().map_or("", |label| label.source.slice(label.span)),
        finding.suggestion.as_deref().unwrap_or_default(),
    );
    let place = finding
        .place()
        .map_or_else(String::new, |(name, start, _)| format!("{name}:{}:{}: ", start.line, start.column));
    let what = match (old, new) {
        ("", new) => format!("wrote `{new}`"),
        (old, "") => format!("removed `{old}`"),
        (old, new) => format!("replaced `{old}` by `{new}`"),
    };
    format!("{place}{what} ({})", finding.code)
}

/// Checks, waits for a change, checks again. A file that cannot be read is waited for: editors replace files.
fn watch(arguments: &Arguments, engine: &Engine<'_>) -> Result<Exit> {
    let mut last: Option<Vec<String>> = None;
    loop {
        let now: Vec<String> = match arguments.groups() {
            Ok(groups) => {
                groups.iter().flat_map(|group| &group.sources).map(|s| s.text().to_owned()).collect()
            }
            // The first time it is the user's mistake.
            Err(error) if last.is_none() => return Err(error),
            Err(_) => last.clone().unwrap_or_default(),
        };
        if last.as_ref() != Some(&now) {
            once(arguments, engine)?;
            last = Some(now);
        }
        std::thread::sleep(PAUSE);
    }
}
