//! Values files drawn by number: the same number gives the same file.

use jsonschema::Validator;
use serde_json::Value;

use super::fault::{Fault, faults};
use crate::knobs::candidate::candidates;
use crate::knobs::leaf::Leaf;
use crate::knobs::place::{places, put};
use crate::knobs::{Base, bases};
use crate::support::engine;

/// At most so many leaves are changed.
const MOST: usize = 6;

/// A repeatable stream of numbers (SplitMix64).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count as u64).expect("below a usize")
    }

    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        if all.is_empty() { None } else { Some(&all[self.below(all.len())]) }
    }
}

/// What is drawn from: files, leaves, and the plain JSON Schema as the judge of what is drawn.
pub struct Draw {
    bases: &'static [Base],
    pub leaves: Vec<Leaf>,
    plain: Validator,
}

impl Draw {
    pub fn new() -> Self {
        let schema = engine().schema().composed();
        Self {
            bases: bases(),
            leaves: Leaf::all(schema),
            plain: jsonschema::draft7::new(schema).expect("a schema"),
        }
    }

    /// A file that the JSON Schema takes.
    pub fn valid(&self, random: &mut Random) -> Value {
        let base = random.pick(self.bases).expect("bases");
        let mut values = base.user.clone();
        for _ in 0..1 + random.below(MOST) {
            let Some((place, leaf)) = self.place(base, random) else { continue };
            let now = base.generated.values.pointer(&place).unwrap_or(&Value::Null);
            let Some(other) = random.pick(&candidates(leaf, now)).cloned() else { continue };
            let mut changed = values.clone();
            put(&mut changed, &place, &base.generated.values, other);
            // A leaf that fits alone may not fit beside its neighbours: alternatives, required keys.
            if self.plain.is_valid(&changed) {
                values = changed;
            }
        }
        values
    }

    /// A valid file with one fault that the JSON Schema refuses.
    pub fn faulty(&self, random: &mut Random) -> Fault {
        loop {
            let base = random.pick(self.bases).expect("bases");
            let Some((place, leaf)) = self.place(base, random) else { continue };
            let Some(fault) = random.pick(&faults(base, leaf, &place)).cloned() else { continue };
            if !self.plain.is_valid(&fault.values) {
                return fault;
            }
        }
    }

    fn place(&self, base: &Base, random: &mut Random) -> Option<(String, &Leaf)> {
        let leaf = random.pick(&self.leaves)?;
        Some((random.pick(&places(&base.generated.values, &leaf.path))?.clone(), leaf))
    }
}
