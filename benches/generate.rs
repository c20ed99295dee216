//! `generate` in memory: one starter, and many variants of it.
#![allow(missing_docs)]

use lakehelm::catalog::{Catalog, Files};
use lakehelm::generate::{Inputs, generate};
use lakehelm::text::Source;

const STARTER: &str = include_str!("../values/aws-keys.yaml");

fn main() {
    divan::main();
}

fn catalog() -> Catalog {
    Catalog::load(Files::embedded()).unwrap_or_else(|found| panic!("{found:#?}"))
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

/// The whole way from text to a tree, for a number of variants: the time must grow with that number and no faster.
#[divan::bench(args = [1, 10, 100, 1000], sample_count = 1, sample_size = 1)]
fn aws_keys_variants(bencher: divan::Bencher<'_, '_>, variants: usize) {
    let catalog = catalog();
    bencher.bench_local(|| {
        (0..variants).map(|n| generate(&catalog, &inputs(n)).map_or(0, |done| done.tree.len())).sum::<usize>()
    });
}
