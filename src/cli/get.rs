//! `lakehelm get`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use serde_json::Value;

use super::findings::{self, Format, say};
use super::generate::read_values;
use super::values_file::{self, CheckArguments};
use super::{Exit, complete};
use crate::diagnostic::Diagnostics;
use crate::edit::{Context, Found, Path, lookup};
use crate::generate::Engine;
use crate::yaml::{Document, write};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Values file; `-` reads standard input
    file: PathBuf,
    /// What to print: a.b, list[0], list[name=x].c
    #[arg(required = true, value_name = "PATH", add = ArgValueCompleter::new(complete::paths))]
    paths: Vec<String>,
    #[command(flatten)]
    check: CheckArguments,
    /// Print what applies after presets and defaults, whether or not the file says it
    #[arg(long)]
    resolved: bool,
    /// Print each value as JSON on one line
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    let source = read_values(&arguments.file)?;
    let below = arguments.check.below.iter().map(|path| read_values(path)).collect::<Result<Vec<_>>>()?;
    let catalog = match values_file::catalog(arguments.check.catalog.as_deref())? {
        Ok(catalog) => catalog,
        Err(found) => return values_file::refuse(&found),
    };
    let engine = match Engine::new(&catalog) {
        Ok(engine) => engine,
        Err(found) => return values_file::refuse(&found),
    };
    let context = Context { engine: &engine, catalog: &catalog, below: &below };
    let document = match Document::parse(source) {
        Ok(document) => document,
        Err(fault) => return values_file::refuse(&fault.into()),
    };
    let resolved = match arguments.resolved.then(|| context.resolve(document.source())).transpose() {
        Ok(resolved) => resolved.map(|(values, _)| values),
        Err(found) => return values_file::refuse(&found),
    };
    let mut all = Diagnostics::new();
    let mut out = anstream::stdout().lock();
    for text in &arguments.paths {
        match value(&document, &context, resolved.as_ref(), text) {
            Ok(value) => print(&mut out, &value, arguments.json)?,
            Err(found) => all.extend(found),
        }
    }
    out.flush()?;
    findings::print(&all, Format::Text)?;
    if !arguments.resolved && all.iter().any(|finding| finding.code == "not-written") {
        say("With --resolved, `lakehelm get` prints what applies instead.");
    }
    Ok(findings::exit(&all))
}

fn value(
    document: &Document,
    context: &Context<'_>,
    resolved: Option<&Value>,
    text: &str,
) -> Result<Value, Diagnostics> {
    let path = Path::parse(text)?;
    match resolved {
        None => match lookup(document, context.engine.schema(), &path)? {
            Found::Written(value) => Ok(value),
            Found::NotWritten(finding) => Err((*finding).into()),
        },
        Some(resolved) => {
            path.nodes(context.engine.schema())?;
            let at = path.pointer_in(resolved)?;
            Ok(resolved.pointer(&at).cloned().unwrap_or(Value::Null))
        }
    }
}

fn print(out: &mut impl Write, value: &Value, json: bool) -> std::io::Result<()> {
    match value {
        value if json => writeln!(out, "{value}"),
        Value::String(text) => writeln!(out, "{text}"),
        value => writeln!(out, "{}", write::block(value, 0)),
    }
}
