//! `generate` in memory: one starter, and many variants of it.
#![allow(missing_docs)]

use lakehelm::catalog::Catalog;
use lakehelm::generate::{Engine, Inputs};
use lakehelm::text::Source;

const STARTER: &str = include_str!("../values/aws-keys.yaml");

fn main() {
    divan::main();
}

fn catalog() -> Catalog {
    Catalog::embedded().unwrap_or_else(|found| panic!("{found:#?}"))
}

fn engine(catalog: &Catalog) -> Engine<'_> {
    Engine::new(catalog).unwrap_or_else(|found| panic!("{found:#?}"))
}

fn inputs(variant: usize) -> Inputs {
    let sets = vec![format!("fluss.tablet.storage={}Gi", variant + 10)];
    Inputs { values: vec![Source::new("aws-keys.yaml", STARTER)], sets, ..Inputs::default() }
}

/// Reading the embedded catalogue.
#[divan::bench]
fn load_catalog() -> Catalog {
    catalog()
}

/// Composing the schema, parsing and checking the templates.
#[divan::bench]
fn make_engine(bencher: divan::Bencher<'_, '_>) {
    let catalog = catalog();
    bencher.bench_local(|| engine(&catalog));
}

/// The whole way from text to a tree, for a number of variants: the time must grow with that number and no faster.
#[divan::bench(args = [1, 10, 100, 1000], sample_count = 1, sample_size = 1)]
fn aws_keys_variants(bencher: divan::Bencher<'_, '_>, variants: usize) {
    let catalog = catalog();
    let engine = engine(&catalog);
    bencher.bench_local(|| {
        (0..variants).map(|n| engine.generate(&inputs(n)).map_or(0, |done| done.tree.len())).sum::<usize>()
    });
}

/// One megabyte of values, most of it of one kind.
fn megabyte(of: &str) -> Source {
    let lines = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let text = match of {
        "comments" => {
            let line = "# a comment that says something about the values below it, in about eighty letters\n";
            line.repeat(13_000) + STARTER
        }
        "arguments of jobs" => {
            let argument = |job: usize, n: usize| {
                format!("        - \"--option-{n}=value of the option number {n} of the job {job}\"\n")
            };
            let job = |job: usize| {
                let arguments = lines(90, &|n| argument(job, n));
                format!(
                    "    - name: job-{job}\n      jar: s3://acme-flink/jobs/job-{job}.jar\n      parallelism: 1\n      args:\n{arguments}"
                )
            };
            STARTER.to_owned() + &lines(190, &job)
        }
        "session jobs" => {
            let job = |n| {
                format!(
                    "    - name: job-{n}\n      jar: s3://acme-flink/jobs/the-jar-of-the-job-number-{n}.jar\n      entryClass: org.example.jobs.TheJobOfTheNumber{n}\n      parallelism: 1\n"
                )
            };
            STARTER.to_owned() + &lines(6_500, &job)
        }
        _ => {
            let key = |n| format!("      metrics.reporter.r{n}.interval: 10 s   # a reporter of its own\n");
            format!("{STARTER}  session:\n    config:\n{}", lines(17_000, &key))
        }
    };
    Source::new("megabyte.yaml", text)
}

/// What `validate` does with a large file, the engine made: the goal is 300 ms for the whole process.
#[divan::bench(args = ["comments", "arguments of jobs", "configuration keys", "session jobs"], sample_count = 5, sample_size = 1)]
fn one_megabyte(bencher: divan::Bencher<'_, '_>, of: &str) {
    let catalog = catalog();
    let engine = engine(&catalog);
    let inputs = Inputs { values: vec![megabyte(of)], ..Inputs::default() };
    bencher.bench_local(|| engine.generate(&inputs).unwrap_or_else(|found| panic!("{found:#?}")));
}
