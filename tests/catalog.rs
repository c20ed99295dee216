//! A file is a test: `tests/valid` and `tests/invalid` of every component.

use std::path::Path;
use std::sync::OnceLock;

use lakehelm::catalog::{Catalog, Files};
use lakehelm::diagnostic::{Diagnostics, Severity};
use lakehelm::generate::{Engine, Generated, Inputs};
use lakehelm::text::Source;

type Outcome = datatest_stable::Result<()>;

fn engine() -> &'static Engine<'static> {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    static ENGINE: OnceLock<Engine<'static>> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let catalog = CATALOG
            .get_or_init(|| Catalog::load(Files::embedded()).unwrap_or_else(|found| panic!("{found:#?}")));
        Engine::new(catalog).unwrap_or_else(|found| panic!("{found:#?}"))
    })
}

fn run(path: &Path, text: &str) -> Result<Generated, Diagnostics> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    engine().generate(&Inputs { values: vec![Source::new(name, text)], ..Inputs::default() })
}

/// Generates without an error; warnings only when the first line names them (`# expect: R19`).
fn valid(path: &Path, text: String) -> Outcome {
    if !belongs(path, "valid") {
        return Ok(());
    }
    let generated = run(path, &text).map_err(|found| describe(&found))?;
    let expected = expectation(&text).map(|e| e.codes).unwrap_or_default();
    for warning in generated.warnings.iter() {
        if !expected.contains(&warning.code) {
            return Err(describe(&generated.warnings).into());
        }
    }
    missing(&expected, &generated.warnings)
}

/// Exactly the findings that the first line names, the first of them at the line it names.
fn invalid(path: &Path, text: String) -> Outcome {
    if !belongs(path, "invalid") {
        return Ok(());
    }
    let expected = expectation(&text).ok_or("the first line must be `# expect: CODE[, CODE] [at LINE]`")?;
    let found = match run(path, &text) {
        Err(found) => found,
        // A rule that only warns.
        Ok(generated) if !generated.warnings.is_empty() => generated.warnings,
        Ok(_) => return Err("nothing was found".into()),
    };
    for finding in found.iter().filter(|f| f.severity == Severity::Error) {
        if !expected.codes.contains(&finding.code) {
            return Err(describe(&found).into());
        }
    }
    missing(&expected.codes, &found)?;
    let first = found.iter().find(|f| Some(&f.code) == expected.codes.first());
    let line = first.and_then(|f| f.place()).map(|(_, start, _)| start.line);
    match expected.line {
        Some(wanted) if line != Some(wanted) => {
            Err(format!("expected line {wanted}, found {line:?}\n{}", describe(&found)).into())
        }
        _ => Ok(()),
    }
}

/// Only `<component>/tests/<kind>/*.yaml`.
fn belongs(path: &Path, kind: &str) -> bool {
    let mut folders = path.iter().rev().skip(1).map(|part| part.to_string_lossy());
    folders.next().as_deref() == Some(kind) && folders.next().as_deref() == Some("tests")
}

struct Expectation {
    codes: Vec<String>,
    line: Option<usize>,
}

fn expectation(text: &str) -> Option<Expectation> {
    let said = text.lines().next()?.strip_prefix("# expect:")?.trim();
    let (codes, line) = match said.split_once(" at ") {
        Some((codes, line)) => (codes, Some(line.trim().parse().ok()?)),
        None => (said, None),
    };
    Some(Expectation { codes: codes.split(',').map(|code| code.trim().to_owned()).collect(), line })
}

fn missing(expected: &[String], found: &Diagnostics) -> Outcome {
    for code in expected {
        if !found.iter().any(|f| f.code == *code) {
            return Err(format!("{code} was not found\n{}", describe(found)).into());
        }
    }
    Ok(())
}

fn describe(found: &Diagnostics) -> String {
    lakehelm::diagnostic::render::text(found, false)
}

datatest_stable::harness! {
    { test = valid, root = "chart-templates", pattern = r"/tests/valid/[^/]+\.yaml$" },
    { test = invalid, root = "chart-templates", pattern = r"/tests/invalid/[^/]+\.yaml$" },
}
