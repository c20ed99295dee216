//! `generate` in memory: one starter, and many variants of it.
#![allow(missing_docs)]

use lakehelm::catalog::{Catalog, Files};
use lakehelm::generate::{Engine, Inputs};
use lakehelm::text::Source;

const STARTER: &str = include_str!("../values/aws-keys.yaml");

fn main() {
    divan::main();
}

fn catalog() -> Catalog {
    Catalog::load(Files::embedded()).unwrap_or_else(|found| panic!("{found:#?}"))
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
