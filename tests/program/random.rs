//! Random values files: none that the schema and the rules take fails later, none with one fault passes.
//!
//! A valid file is a committed one (known to be valid without this program's checks: it is rendered by Helm in `tests/helm.rs`,
//! or is a component's own example) with some leaves changed to values that the plain JSON Schema takes. A rule may refuse the
//! combination, nothing else may. A fault is a value that the plain JSON Schema refuses; it must be found where it is.
//! `LAKEHELM_RANDOM=10000` draws that many of each; the rest of the time a small sample is enough to see that nothing broke.

mod chart;
mod draw;
mod fault;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use draw::{Draw, Random};
use lakehelm::diagnostic::{Diagnostic, Diagnostics, Severity, render};
use lakehelm::explain::every_rule;
use lakehelm::generate::{Inputs, values};
use lakehelm::text::Source;
use lakehelm::yaml::{Document, write};
use serde_json::Value;

use super::helm::Helm;
use super::platform::Platform;
use super::support::{catalog, engine};

/// Files of each kind without the variable.
const FEW: usize = 300;

/// The oldest Helm 3 and the newest Helm 4 of the suites.
const HELMS: [&str; 2] = ["3.17.3", "4.3.1"];

/// Of how many files one is given to Helm: rendering a platform costs a hundred times what generating it does.
const VALID_EACH: usize = 250;
const FAULTY_EACH: usize = 40;

/// What stands for every finding about the parameters of a recipe, which have a schema of their own.
const PARAMETERS: &str = "parameters of a recipe";

/// What may refuse values that fit the JSON Schema, besides the rules of the catalogue: tables of configuration keys, the
/// names of placeholders, and the reader of the post-renderer's configuration.
const BESIDE_RULES: [&str; 7] = [
    "invalid-config-value",
    "unknown-config-key",
    "owned-key",
    "unknown-placeholder",
    "unknown-recipe",
    "empty-target",
    PARAMETERS,
];

fn wanted() -> usize {
    let said = std::env::var("LAKEHELM_RANDOM").ok();
    said.map_or(FEW, |text| text.parse().expect("LAKEHELM_RANDOM is a number"))
}

fn text(value: &Value) -> String {
    let text = write::block(value, 0) + "\n";
    let read = Document::parse(source(&text)).expect("reads").to_value().expect("reads");
    assert_eq!(read, *value, "the writer and the reader disagree:\n{text}");
    text
}

fn source(text: &str) -> Source {
    Source::new("values.yaml", text)
}

fn inputs(text: &str) -> Inputs {
    Inputs { values: vec![source(text)], ..Inputs::default() }
}

fn errors(found: &Diagnostics) -> BTreeSet<String> {
    found
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| match finding.message.starts_with("postRender.recipes[") {
            true => PARAMETERS.to_owned(),
            false => finding.code.clone(),
        })
        .collect()
}

/// True when every error stands in the user's file: one about a generated file would be a fault of this program.
fn at_values(found: &Diagnostics) -> bool {
    let errors = found.iter().filter(|finding| finding.severity == Severity::Error);
    errors.filter_map(Diagnostic::place).all(|(name, ..)| name == "values.yaml")
}

/// Works on the numbers below `count` on both cores; the first `Err` ends it.
fn each(count: usize, work: impl Fn(usize) -> Result<(), String> + Sync) {
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(None));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count || failed.lock().expect("no panic").is_some() {
                        break;
                    }
                    if let Err(what) = work(number) {
                        *failed.lock().expect("no panic") = Some(format!("file {number}: {what}"));
                    }
                }
            });
        }
    });
    if let Some(what) = failed.into_inner().expect("no panic") {
        panic!("{what}");
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "how many files there were is a result")]
fn what_the_schema_and_the_rules_take_is_generated_and_rendered() {
    let draw = Draw::new();
    let mut rules = BTreeSet::from(BESIDE_RULES.map(str::to_owned));
    rules.extend(every_rule(engine().schema()).iter().map(|(_, rule)| rule.id.clone()));
    let (accepted, refused) = (AtomicUsize::new(0), Mutex::new(BTreeMap::<String, usize>::new()));
    let samples = Mutex::new(Vec::new());
    let wanted = wanted();
    each(wanted, |number| {
        let mut random = Random::new(number as u64);
        // A rule that refuses costs another draw, so that `wanted` files are generated.
        for _ in 0..200 {
            let text = text(&draw.valid(&mut random));
            match engine().generate(&inputs(&text)) {
                Ok(_) => {
                    accepted.fetch_add(1, Ordering::Relaxed);
                    if number % VALID_EACH == 0 {
                        samples.lock().expect("no panic").push(text);
                    }
                    return Ok(());
                }
                Err(found) => {
                    let codes = errors(&found);
                    if codes.is_empty() || !codes.is_subset(&rules) || !at_values(&found) {
                        return Err(format!("refused:\n{}\n{text}", render::text(&found, false)));
                    }
                    for code in codes {
                        *refused.lock().expect("no panic").entry(code).or_default() += 1;
                    }
                }
            }
        }
        Err("200 draws were refused by rules".to_owned())
    });
    let (samples, refused) =
        (samples.into_inner().expect("no panic"), refused.into_inner().expect("no panic"));
    for text in &samples {
        let file = tempfile::NamedTempFile::with_suffix(".yaml").expect("a file");
        std::fs::write(file.path(), text).expect("writes");
        let platform = Platform::generate(file.path()).unwrap_or_else(|fault| panic!("{fault}\n{text}"));
        for version in HELMS {
            let helm = Helm::new(version);
            let rendered = platform.build_dependencies(&helm).and_then(|()| {
                platform.releases.iter().try_for_each(|release| {
                    let chart = platform.path(&release.chart);
                    helm.template(&release.name, &release.namespace, &chart, &[]).map(drop)
                })
            });
            rendered.unwrap_or_else(|fault| panic!("{fault}\n{text}"));
        }
    }
    println!(
        "{} files generated, {} of them rendered by {HELMS:?}; drawn again: {} refusals by {} rules",
        accepted.load(Ordering::Relaxed),
        samples.len(),
        refused.values().sum::<usize>(),
        refused.len()
    );
}

#[test]
#[expect(clippy::print_stdout, reason = "how many files there were is a result")]
fn one_fault_is_refused_where_it_is_by_helm_too() {
    let draw = Draw::new();
    let (kinds, samples) = (Mutex::new(BTreeMap::<&str, usize>::new()), Mutex::new(Vec::new()));
    let wanted = wanted();
    each(wanted, |number| {
        let fault = draw.faulty(&mut Random::new(number as u64));
        *kinds.lock().expect("no panic").entry(fault.kind).or_default() += 1;
        let text = text(&fault.values);
        let Err(found) = values::resolve(engine().schema(), catalog(), &inputs(&text)) else {
            return Err(format!("{} at {} is accepted:\n{text}", fault.kind, fault.at));
        };
        let document = Document::parse(source(&text)).map_err(|fault| fault.message)?;
        let span = fault.span(&document);
        let there = found.iter().any(|finding| {
            finding.severity == Severity::Error
                && finding
                    .labels
                    .iter()
                    .any(|label| label.span.start <= span.end && span.start <= label.span.end)
        });
        if !there {
            return Err(format!("{} at {}:\n{}\n{text}", fault.kind, fault.at, render::text(&found, false)));
        }
        if number % FAULTY_EACH == 0 {
            samples.lock().expect("no panic").push(number);
        }
        Ok(())
    });
    let mut charts = chart::Charts::new(&HELMS);
    let mut tried = 0;
    for number in samples.into_inner().expect("no panic") {
        // The next one that lies in a chart's values; not every value crosses to Helm.
        let mut random = Random::new(number as u64);
        for _ in 0..100 {
            if charts.refuse(&draw.faulty(&mut random)) {
                tried += 1;
                break;
            }
        }
    }
    assert!(tried >= wanted / FAULTY_EACH / 2, "only {tried} faults lay in a chart's values");
    println!(
        "{wanted} faults refused ({:?}); {tried} of them given to {HELMS:?} and refused at the same path",
        kinds.into_inner().expect("no panic")
    );
}
