//! What the commands on one values file share: reading it, the schema, writing the result.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;

use super::Exit;
use super::findings::{self, Format, say};
use super::generate::read_values;
use crate::catalog::{Catalog, Files};
use crate::diagnostic::Diagnostics;
use crate::edit::{Context, accept};
use crate::generate::{Engine, schema_of};
use crate::schema::Schema;
use crate::text::{Source, unified};
use crate::yaml::Document;

// What an edited file is checked with.
#[derive(Args, Debug)]
pub(super) struct CheckArguments {
    /// Values file that FILE is laid over, as in `generate -f OTHER -f FILE`; can be repeated
    #[arg(long, value_name = "OTHER")]
    pub below: Vec<PathBuf>,
    /// Catalogue of components to use instead of the embedded one
    #[arg(long, value_name = "DIR")]
    pub catalog: Option<PathBuf>,
}

/// The catalogue and its schema.
pub(super) struct Model {
    pub catalog: Catalog,
    pub schema: Schema,
}

/// Reads the catalogue, embedded or from a folder, or says what is wrong with it.
pub(super) fn catalog(folder: Option<&Path>) -> Result<Result<Catalog, Diagnostics>> {
    share_work();
    Ok(match folder {
        Some(folder) => Catalog::load(Files::from_dir(folder)?),
        None => Catalog::embedded(),
    })
}

/// Sets how parts of a run are shared among cores. This thread works too instead of waiting, and beyond a few the threads
/// cost more than they bring to work of some milliseconds.
fn share_work() {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = rayon::ThreadPoolBuilder::new().num_threads(cores.min(4)).use_current_thread();
    // Already set, or no thread to be had: the work is done all the same.
    threads.build_global().ok();
}

/// The catalogue with its schema.
pub(super) fn model(folder: Option<&Path>) -> Result<Result<Model, Diagnostics>> {
    Ok(catalog(folder)?.and_then(|catalog| Ok(Model { schema: schema_of(&catalog)?, catalog })))
}

/// Prints findings and gives the exit code.
pub(super) fn refuse(found: &Diagnostics) -> Result<Exit> {
    findings::print(found, Format::Text)?;
    Ok(findings::exit(found))
}

/// An edit of one file: what it makes of the document, and the pointers of what it changed.
type Edit<'e> = dyn Fn(&Document, &Context<'_>) -> Result<(Document, Vec<String>), Diagnostics> + 'e;

/// Reads a file, edits it, checks the result and writes it, or prints it as a diff.
pub(super) fn edit(path: &Path, check: &CheckArguments, diff: bool, change: &Edit<'_>) -> Result<Exit> {
    let source = read_values(path).context("`lakehelm init FILE` writes a first one")?;
    let below = check.below.iter().map(|path| read_values(path)).collect::<Result<Vec<_>>>()?;
    let catalog = match catalog(check.catalog.as_deref())? {
        Ok(catalog) => catalog,
        Err(found) => return refuse(&found),
    };
    let engine = match Engine::new(&catalog) {
        Ok(engine) => engine,
        Err(found) => return refuse(&found),
    };
    let context = Context { engine: &engine, catalog: &catalog, below: &below };
    let edited = Document::parse(source.clone()).map_err(Diagnostics::from).and_then(|before| {
        let (after, places) = change(&before, &context)?;
        let accepted = accept(&context, &before, &after, &places)?;
        Ok((after, accepted.remaining))
    });
    let (after, remaining) = match edited {
        Ok(edited) => edited,
        Err(found) => {
            let exit = refuse(&found)?;
            say("Nothing was written.");
            return Ok(exit);
        }
    };
    findings::print(&remaining, Format::Text)?;
    finish(path, &source, after.source(), diff)?;
    if remaining.has_errors() {
        say("The file had these errors before.");
    }
    Ok(findings::exit(&remaining))
}

/// Writes the text, or prints it (`-`), or prints what changes.
pub(super) fn finish(path: &Path, before: &Source, after: &Source, diff: bool) -> Result<()> {
    let mut out = anstream::stdout().lock();
    if diff {
        let name = before.name();
        let names = (&*format!("a/{name}"), &*format!("b/{name}"));
        write!(out, "{}", unified(before.text(), after.text(), names))?;
    } else if path == Path::new("-") {
        write!(out, "{}", after.text())?;
    } else if before.text() == after.text() {
        say(&format!("{}: unchanged", before.name()));
    } else {
        replace(path, after.text())?;
        say(&format!("{}: written", before.name()));
    }
    Ok(())
}

/// Puts a new text in the place of a file: the whole text or nothing. A link stays a link, rights stay.
fn replace(path: &Path, text: &str) -> Result<()> {
    let describe = || format!("cannot write {}", path.display());
    let target = path.canonicalize().with_context(describe)?;
    let mut name = target.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".lakehelm-{}", std::process::id()));
    let staged = target.with_file_name(name);
    let written = std::fs::metadata(&target).and_then(|meta| {
        std::fs::write(&staged, text)?;
        std::fs::set_permissions(&staged, meta.permissions())?;
        std::fs::rename(&staged, &target)
    });
    if written.is_err() {
        std::fs::remove_file(&staged).ok();
    }
    written.with_context(describe)
}
