//! Every leaf of the schema changes some output byte: no value is without effect.

pub mod candidate;
pub mod leaf;
pub mod place;

use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock};

use candidate::candidates;
use lakehelm::diagnostic::{Diagnostics, Severity};
use lakehelm::generate::Generated;
use lakehelm::tree::Tree;
use lakehelm::tree::lock;
use leaf::Leaf;
use place::{places, put};
use serde_json::Value;

use super::support::{STARTERS, engine, files, generate_text, project};

/// How many values files are tried for one leaf.
const TRIED_BASES: usize = 6;

/// Leaves that cannot have an effect by their nature.
const WITHOUT_EFFECT: [&str; 1] = ["apiVersion"];

/// Values that a leaf can only have beside others: the leaf, the place beside it, and what is written there.
const COUPLED: [(&str, &str, &str); 4] = [
    ("flink.autoscaling.type", "/flink/autoscaling/config", "{}"),
    ("flink.session.mode", "/flink/session/taskManager/replicas", "2"),
    ("zookeeper.mode", "/zookeeper/address", r#""zk.example.com:2181""#),
    ("zookeeper.mode", "/zookeeper/address", r#""""#),
];

/// A values file and what it generates.
pub struct Base {
    name: String,
    pub user: Value,
    pub generated: Generated,
}

#[test]
fn every_leaf_of_the_schema_changes_some_byte() {
    let leaves: Vec<_> = Leaf::all(engine().schema().composed())
        .into_iter()
        .filter(|leaf| !WITHOUT_EFFECT.contains(&leaf.path.as_str()))
        .collect();
    for leaf in &leaves {
        let example = leaf.node.get("x-example");
        assert!(
            example.is_none_or(|example| leaf.accepts(example)),
            "{}: {example:?} is no example",
            leaf.path
        );
    }
    assert!(leaves.len() > 150, "only {} leaves: the schema is not read", leaves.len());
    let bases = bases();
    let next = Mutex::new(leaves.iter());
    let dead = Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(leaf) = { next.lock().expect("no panic").next() } {
                    let mut refusals = BTreeSet::new();
                    if !near(bases, leaf).into_iter().any(|base| moves(base, leaf, &mut refusals)) {
                        let refusals: Vec<_> = refusals.into_iter().collect();
                        let line = format!("{}: {}", leaf.path, refusals.join("; "));
                        dead.lock().expect("no panic").insert(line);
                    }
                }
            });
        }
    });
    let dead = dead.into_inner().expect("no panic");
    assert!(
        dead.is_empty(),
        "{} of {} values without effect in any starter or valid file, with what was tried and why it was refused:\n{}",
        dead.len(),
        leaves.len(),
        dead.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// The bases to try for a leaf: first those whose user speaks of it or of its neighbours.
fn near<'a>(bases: &'a [Base], leaf: &Leaf) -> Vec<&'a Base> {
    let depth = |base: &Base| {
        let mut here = Some(&base.user);
        leaf.names()
            .take_while(|name| {
                here = here.and_then(|value| match value {
                    Value::Array(items) => items.iter().find_map(|item| item.get(*name)),
                    other => other.get(*name),
                });
                here.is_some()
            })
            .count()
    };
    let mut ranked: Vec<&Base> = bases.iter().collect();
    ranked.sort_by_cached_key(|base| std::cmp::Reverse(depth(base)));
    ranked.truncate(TRIED_BASES);
    ranked
}

/// Starters, the values files of the tests, and all valid files of the components.
pub fn bases() -> &'static [Base] {
    static BASES: OnceLock<Vec<Base>> = OnceLock::new();
    BASES.get_or_init(read_bases)
}

fn read_bases() -> Vec<Base> {
    let mut paths: Vec<_> = STARTERS.iter().map(|name| project(&format!("values/{name}.yaml"))).collect();
    paths.extend(files("tests/values", ".yaml"));
    paths.extend(
        files("chart-templates", ".yaml")
            .into_iter()
            .filter(|path| path.to_string_lossy().contains("/tests/valid/")),
    );
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("reads");
            let name = path.display().to_string();
            let generated = generate_text(&name, &text).unwrap_or_else(|found| panic!("{name}: {found:#?}"));
            let user = lakehelm::yaml::Document::parse(lakehelm::text::Source::new(&name, text))
                .expect("parses")
                .to_value()
                .expect("reads");
            Base { name, user, generated }
        })
        .collect()
}

/// True when some other value of the leaf is accepted and changes the output of this base.
fn moves(base: &Base, leaf: &Leaf, refusals: &mut BTreeSet<String>) -> bool {
    let values = &base.generated.values;
    let nothing = Value::Null;
    let coupled = COUPLED.iter().filter(|(path, ..)| *path == leaf.path).map(|(_, at, text)| {
        Some((*at, serde_json::from_str::<Value>(text).unwrap_or_else(|fault| panic!("{text}: {fault}"))))
    });
    let mut besides: Vec<_> = coupled.collect();
    if besides.is_empty() {
        besides.push(None);
    }
    let mut tries = Vec::new();
    for beside in &besides {
        for place in places(values, &leaf.path).into_iter().take(3) {
            let now = values.pointer(&place).unwrap_or(&nothing);
            tries.extend(candidates(leaf, now).into_iter().map(|other| (beside, place.clone(), other)));
        }
    }
    tries.into_iter().any(|(beside, place, other)| {
        // Over what the user wrote, so that presets and derived defaults follow; else over everything resolved.
        [&base.user, values].into_iter().any(|below| {
            let mut coupled = below.clone();
            if let Some((at, value)) = beside {
                put(&mut coupled, at, values, value.clone());
            }
            let mut changed = coupled.clone();
            put(&mut changed, &place, values, other.clone());
            let new = match generate_text(&base.name, &changed.to_string()) {
                Ok(new) => new.tree,
                Err(found) => {
                    refusals.insert(format!("{other} is refused ({})", codes(&found)));
                    return false;
                }
            };
            // What stands beside the leaf must not be what moved the output.
            let alone = beside.as_ref().and_then(|_| generate_text(&base.name, &coupled.to_string()).ok());
            let moved = differs(alone.as_ref().map_or(&base.generated.tree, |made| &made.tree), &new);
            if !moved {
                refusals.insert(format!("{other} changes nothing"));
            }
            moved
        })
    })
}

fn codes(found: &Diagnostics) -> String {
    let errors = found.iter().filter(|finding| finding.severity == Severity::Error);
    errors
        .map(|finding| finding.code.as_str())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
        .join(", ")
}

/// True when some file besides the lock differs.
fn differs(one: &Tree, two: &Tree) -> bool {
    let files = |tree: &Tree| {
        tree.iter()
            .filter(|(path, _)| *path != lock::NAME)
            .map(|(p, f)| (p.to_owned(), f.clone()))
            .collect::<Vec<_>>()
    };
    files(one) != files(two)
}
