//! Every leaf of the schema changes some output byte: no value is without effect.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use lakehelm::generate::{Generated, schema_of};
use lakehelm::tree::Tree;
use lakehelm::tree::lock;
use serde_json::{Value, json};

use super::support::{STARTERS, catalog, files, generate_text, project};

/// How many values files are tried for one leaf.
const TRIED_BASES: usize = 6;

/// Leaves that cannot have an effect by their nature.
const WITHOUT_EFFECT: [&str; 1] = ["apiVersion"];

/// Leaves for which no candidate below fits their form or the rules that couple them with others: not proven here yet.
/// A leaf that is proven has to leave this list.
const NOT_PROVEN: [&str; 35] = [
    "catalog.storage.allowedLocations",
    "catalog.storage.kmsUnavailable",
    "credentials.aws.accountId",
    "flink.autoscaling.config",
    "flink.catalogStore.path",
    "flink.session.highAvailability.pathRoot",
    "flink.session.highAvailability.quorum",
    "flink.session.mode",
    "fluss.zookeeperPathRoot",
    "images.build.baseImages.flink",
    "images.build.baseImages.flinkOperator",
    "images.build.baseImages.fluss",
    "images.build.baseImages.maven",
    "images.build.baseImages.spark",
    "images.build.extraFlinkJars.[].coordinate",
    "images.build.extraFlinkJars.[].into",
    "images.build.extraFlinkJars.[].sha256",
    "images.digests",
    "platform.clusterDomain",
    "scheduling.affinity",
    "scheduling.components.*.affinity",
    "spark.allowedEgress.[].cidr",
    "spark.applications.[].deps.files",
    "spark.applications.[].image",
    "spark.applications.[].main",
    "spark.catalogProperties",
    "versions.flink",
    "versions.flinkOperator",
    "versions.fluss",
    "versions.iceberg",
    "versions.minio",
    "versions.polaris",
    "versions.spark",
    "versions.sparkOperator",
    "zookeeper.mode",
];

/// A values file and what it generates.
struct Base {
    name: String,
    user: Value,
    generated: Generated,
}

#[test]
#[expect(clippy::print_stdout, reason = "what is not proven is said, not hidden")]
fn every_leaf_of_the_schema_changes_some_byte() {
    let schema = schema_of(catalog()).unwrap_or_else(|found| panic!("{found:#?}"));
    let schema = schema.composed();
    let mut leaves = BTreeMap::new();
    collect(schema, schema, String::new(), &mut leaves);
    assert!(leaves.len() > 150, "only {} leaves: the schema is not read", leaves.len());
    let bases = bases();
    let open: Vec<_> =
        leaves.into_iter().filter(|(path, _)| !WITHOUT_EFFECT.contains(&path.as_str())).collect();
    let dead = Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for half in 0..2 {
            let (open, bases, dead) = (&open, &bases, &dead);
            scope.spawn(move || {
                for (path, node) in open.iter().skip(half).step_by(2) {
                    if !near(bases, path).into_iter().any(|base| moves(base, path, node)) {
                        dead.lock().expect("no panic").insert(path.clone());
                    }
                }
            });
        }
    });
    let mut dead = dead.into_inner().expect("no panic");
    println!("{} leaves, {} not proven by this test", open.len(), NOT_PROVEN.len());
    let proven: Vec<_> = NOT_PROVEN.iter().filter(|path| !dead.remove(**path)).collect();
    assert!(proven.is_empty(), "take these out of NOT_PROVEN: {proven:?}");
    assert!(
        dead.is_empty(),
        "{} values without effect in any starter or tests/valid file:\n{}",
        dead.len(),
        dead.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// The bases to try for a leaf: first those whose user speaks of it or of its neighbours.
fn near<'a>(bases: &'a [Base], path: &str) -> Vec<&'a Base> {
    let names: Vec<&str> = path
        .split('.')
        .filter(|part| !matches!(*part, "[]" | "*"))
        .map(|part| part.trim_end_matches("[]"))
        .collect();
    let mut ranked: Vec<&Base> = bases.iter().collect();
    ranked.sort_by_cached_key(|base| {
        let mut here = Some(&base.user);
        let depth = names
            .iter()
            .take_while(|name| {
                here = here.and_then(|value| match value {
                    Value::Array(items) => items.iter().find_map(|item| item.get(**name)),
                    other => other.get(**name),
                });
                here.is_some()
            })
            .count();
        std::cmp::Reverse(depth)
    });
    ranked.truncate(TRIED_BASES);
    ranked
}

/// Starters and all valid files of the components.
fn bases() -> Vec<Base> {
    let mut paths: Vec<_> = STARTERS.iter().map(|name| project(&format!("values/{name}.yaml"))).collect();
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

/// All leaves with their schema node; `[]` is an item of a list, `*` an entry of a map.
fn collect(root: &Value, node: &Value, path: String, leaves: &mut BTreeMap<String, Value>) {
    let node = deref(root, node);
    let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match node.get("properties").and_then(Value::as_object).filter(|all| !all.is_empty()) {
        Some(properties) => {
            properties.iter().for_each(|(name, child)| collect(root, child, join(name), leaves))
        }
        None => {
            let below = match node.get("type").and_then(Value::as_str) {
                Some("array") => node.get("items").map(|items| (deref(root, items), "[]")),
                Some("object") => {
                    node.get("additionalProperties").filter(|a| a.is_object()).map(|a| (deref(root, a), "*"))
                }
                _ => None,
            };
            match below {
                Some((child, mark)) if child.get("properties").is_some() => {
                    collect(root, child, join(mark), leaves)
                }
                _ => {
                    leaves.insert(path, node.clone());
                }
            }
        }
    }
}

fn deref<'a>(root: &'a Value, node: &'a Value) -> &'a Value {
    match node.get("$ref").and_then(Value::as_str) {
        Some(reference) => {
            root.pointer(reference.trim_start_matches('#')).map_or(node, |target| deref(root, target))
        }
        None => node,
    }
}

/// True when some other value of the leaf is accepted and changes the output of this base.
fn moves(base: &Base, path: &str, node: &Value) -> bool {
    let places = places(&base.generated.values, path);
    places.iter().take(3).any(|pointer| {
        let now = base.generated.values.pointer(pointer).cloned().unwrap_or(Value::Null);
        candidates(node, &now).into_iter().take(14).any(|other| {
            // Over what the user wrote, so that presets and derived defaults follow; else over everything resolved.
            [&base.user, &base.generated.values].into_iter().any(|below| {
                let mut changed = below.clone();
                put(&mut changed, pointer, &base.generated.values, other.clone());
                generate_text(&base.name, &changed.to_string())
                    .is_ok_and(|new| differs(&base.generated.tree, &new.tree))
            })
        })
    })
}

/// Pointers of a leaf in the values; a list or map gives its first entries.
fn places(values: &Value, path: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for part in path.split('.') {
        found = found
            .into_iter()
            .flat_map(|pointer| match (part, values.pointer(&pointer)) {
                ("[]", Some(Value::Array(items))) => {
                    (0..items.len().min(4)).map(|at| format!("{pointer}/{at}")).collect::<Vec<_>>()
                }
                ("*", Some(Value::Object(entries))) => {
                    entries.keys().take(6).map(|key| format!("{pointer}/{}", escape(key))).collect()
                }
                ("[]" | "*", _) => Vec::new(),
                _ => vec![format!("{pointer}/{}", escape(part))],
            })
            .collect();
    }
    found
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Other values that the schema may accept; the generator has the last word.
fn candidates(node: &Value, now: &Value) -> Vec<Value> {
    let mut found: Vec<Value> = node.get("enum").and_then(Value::as_array).cloned().unwrap_or_default();
    found.extend(node.get("x-example").cloned());
    let kind = match node.get("type") {
        Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str).map(str::to_owned),
        Some(Value::String(kind)) => Some(kind.clone()),
        _ => None,
    };
    match kind.as_deref() {
        Some("boolean") => found.push(json!(!now.as_bool().unwrap_or(false))),
        Some("integer" | "number") => {
            let number = now.as_i64().unwrap_or(1);
            found.extend([number + 1, number + 2, number - 1, number * 2, 3].map(|n| json!(n)));
        }
        Some("array") => {
            let items = now.as_array().cloned().unwrap_or_default();
            for item in ["zz", "CATALOG_READ_PROPERTIES", "--zz"] {
                found.push(Value::Array(items.iter().cloned().chain([json!(item)]).collect()));
            }
            found.push(Value::Array(items.iter().skip(1).cloned().collect()));
            found.push(json!([{"key": "zz", "operator": "Exists", "effect": "NoSchedule"}]));
        }
        Some("object") => {
            for (key, value) in [
                ("zz", json!("zz")),
                ("zz.example/zz", json!("zz")),
                ("limits", json!({"memory": "777Mi"})),
                ("zz", json!({"nodeSelector": {"zz": "zz"}})),
            ] {
                let mut map = now.as_object().cloned().unwrap_or_default();
                map.insert(key.to_owned(), value);
                found.push(Value::Object(map));
            }
        }
        _ => found.extend(
            [
                "zz",
                "7Gi",
                "7g",
                "77s",
                "77 s",
                "7",
                "zz.example.com",
                "http://zz.example.com:9000",
                "s3://zz/zz/",
                "9.9.9",
                "0.77",
                "ZZ",
                "arn:aws:iam::123456789012:role/zz",
                "123456789012",
                "https://zz.example.com",
                "/zz",
                "local:///zz.jar",
                "zz:2181",
            ]
            .map(|text| json!(text)),
        ),
    }
    found.retain(|other| other != now);
    found
}

/// Sets a value at a pointer; lists on the way are taken over from the resolved values.
fn put(target: &mut Value, pointer: &str, resolved: &Value, value: Value) {
    let mut at = String::new();
    let mut here = target;
    let parts: Vec<String> =
        pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
    for (depth, part) in parts.iter().enumerate() {
        let last = depth + 1 == parts.len();
        at = format!("{at}/{}", escape(part));
        here = match here {
            Value::Array(items) => match part.parse::<usize>().ok().and_then(|index| items.get_mut(index)) {
                Some(item) => item,
                None => return,
            },
            other => {
                if !other.is_object() {
                    *other = json!({});
                }
                let Value::Object(map) = other else { return };
                let whole = resolved.pointer(&at).filter(|value| value.is_array()).cloned();
                map.entry(part.clone()).or_insert_with(|| whole.unwrap_or_else(|| json!({})))
            }
        };
        if last {
            *here = value;
            return;
        }
    }
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
