//! Faults given to Helm, where they lie in a chart's values.

use std::path::PathBuf;

use lakehelm::explain::{Place, explain};
use lakehelm::yaml::pointer;
use serde_json::Value;

use super::fault::Fault;
use crate::helm::Helm;
use crate::platform::Platform;
use crate::support::{catalog, engine, project};

/// A platform that has every part, generated once.
pub struct Charts {
    helms: Vec<(Helm, Platform)>,
}

impl Charts {
    pub fn new(versions: &[&'static str]) -> Self {
        let helms = versions.iter().map(|version| {
            let helm = Helm::new(version);
            let platform = Platform::generate(&project("tests/values/production.yaml"))
                .unwrap_or_else(|fault| panic!("{fault}"));
            platform.build_dependencies(&helm).unwrap_or_else(|fault| panic!("{fault}"));
            (helm, platform)
        });
        Self { helms: helms.collect() }
    }

    /// True when the fault lies in a chart's values; then every Helm must have refused it at its path.
    pub fn refuse(&mut self, fault: &Fault) -> bool {
        let Some(value) = &fault.value else { return false };
        // The owner of an unknown key is what it stands in.
        let known = if fault.kind == "unknown key" {
            pointer::parent(&fault.at).unwrap_or_default()
        } else {
            &fault.at
        };
        let Ok(place) = Place::find(engine().schema(), &pointer::dotted(known)) else { return false };
        if place.pointer() != known {
            return false;
        }
        let Some(path) = explain(engine().schema(), catalog(), &place).helm else { return false };
        let below = fault.at.strip_prefix(known).unwrap_or_default();
        let path_in_release: Vec<String> = path
            .path
            .split('.')
            .map(str::to_owned)
            .chain(pointer::segments(below).map(|step| step.into_owned()))
            .collect();
        let mut tried = false;
        for (helm, platform) in &self.helms {
            let Some(release) = platform.releases.iter().find(|release| release.name == path.release) else {
                return false;
            };
            let chart = platform.path(&release.chart);
            let Some(inside) = owner(chart.clone(), &path_in_release, fault.kind == "unknown key") else {
                return false;
            };
            let set = format!("{}={value}", path_in_release.join("."));
            match helm.template(&release.name, &release.namespace, &chart, &["--set-json", &set]) {
                Ok(_) => panic!("helm {}: {} accepts {set}", helm.version, release.name),
                Err(message) => {
                    let place = path_in_release[inside..].to_vec();
                    assert!(
                        message.contains("values don't meet the specifications of the schema")
                            && names(&message, &place),
                        "helm {}: {set} is refused, but not at {place:?}: {message}",
                        helm.version
                    );
                }
            }
            tried = true;
        }
        tried
    }
}

/// How many steps of a path lead into subcharts, when the last chart's schema has the rest.
fn owner(mut chart: PathBuf, path: &[String], unknown: bool) -> Option<usize> {
    let mut inside = 0;
    while path.get(inside).is_some_and(|step| chart.join("charts").join(step).is_dir()) {
        chart = chart.join("charts").join(&path[inside]);
        inside += 1;
    }
    let schema: Value =
        serde_json::from_slice(&std::fs::read(chart.join("values.schema.json")).ok()?).ok()?;
    let known = if unknown { &path[inside..path.len() - 1] } else { &path[inside..] };
    let mut node = &schema;
    for step in known {
        node = resolve(node, &schema).get("properties")?.get(step)?;
    }
    (!known.is_empty()).then_some(inside)
}

fn resolve<'a>(node: &'a Value, root: &'a Value) -> &'a Value {
    let target = node.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
    target.and_then(|pointer| root.pointer(pointer)).unwrap_or(node)
}

/// Helm 3 writes `a.b`, Helm 4 `/a/b`; an unknown key is named beside the place it stands in.
fn names(message: &str, place: &[String]) -> bool {
    let (last, above) = place.split_last().expect("a path");
    [".", "/"].iter().any(|between| message.contains(&place.join(between)))
        || (message.contains(last.as_str())
            && [".", "/"].iter().any(|between| message.contains(&above.join(between))))
}
