//! The plan: what the components agree on before any chart is rendered.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::catalog::{Catalog, Component};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::render::{Renderer, Variables};
use crate::text::Source;
use crate::yaml::Document;

const TEMPLATE: &str = "plan.yaml.tera";

/// What templates read of their own component, whatever the values are. Its tables are large, so only those that its
/// templates read are converted, once for all files and all platforms.
pub(super) struct OwnVariables(BTreeMap<String, Variables>);

impl OwnVariables {
    /// `data` and `component` of every component.
    pub fn of(catalog: &Catalog, renderer: &Renderer) -> Self {
        let own = |component: &Component| {
            let mut variables = Variables::default();
            let data = match renderer.members(&component.name, "data") {
                Some(tables) => component.data.named(tables.into_iter()),
                None => component.data.whole(),
            };
            variables.set("data", &data);
            let chart = component.chart.as_ref().map(|chart| json!({"name": chart.name}));
            variables.set(
                "component",
                &json!({"name": component.name, "title": component.title, "release": component.release, "chart": chart}),
            );
            (component.name.clone(), variables)
        };
        Self(catalog.components().iter().map(own).collect())
    }

    fn with(&self, component: &Component, more: &Variables) -> Variables {
        let mut variables = self.0.get(&component.name).cloned().unwrap_or_default();
        variables.extend(more.clone());
        variables
    }
}

/// What every template may read besides its component.
pub(super) struct Rendering<'a> {
    pub values: &'a Value,
    renderer: &'a Renderer,
    own: &'a OwnVariables,
    /// `values` and `plan`, converted once.
    shared: Variables,
}

impl<'a> Rendering<'a> {
    /// What templates see once values and plan are known.
    pub fn new(renderer: &'a Renderer, own: &'a OwnVariables, values: &'a Value, plan: &Value) -> Self {
        let mut shared = Variables::default();
        shared.set("values", values);
        shared.set("plan", plan);
        Self { values, renderer, own, shared }
    }

    /// Renders a template of a component; `releases` are there once they are known.
    pub fn render(
        &self,
        component: &Component,
        path: &str,
        releases: Option<&Value>,
    ) -> Result<String, Diagnostic> {
        let mut variables = self.own.with(component, &self.shared);
        if let Some(releases) = releases {
            variables.set("releases", releases);
        }
        self.renderer.render(&component.name, path, &variables)
    }
}

/// Renders the plan of each component, in order, and joins them.
pub(super) fn make(
    catalog: &Catalog,
    parts: &[&Component],
    renderer: &Renderer,
    own: &OwnVariables,
    values: &Value,
) -> Result<Value, Diagnostics> {
    let mut said: BTreeMap<&str, Value> = BTreeMap::new();
    let mut whole = Value::Object(Map::new());
    let mut shared = Variables::default();
    shared.set("values", values);
    for component in parts {
        if component.files.get(TEMPLATE).is_none() {
            continue;
        }
        // A component sees only what it says it requires, so that a missing `requires` is found at once.
        let mut known = Value::Object(Map::new());
        for required in catalog.required_by(&component.name) {
            if let Some(part) = said.get(required) {
                join(&mut known, part.clone(), "").map_err(|path| conflict(component, &path))?;
            }
        }
        let mut variables = own.with(component, &shared);
        variables.set("plan", &known);
        let text = renderer.render(&component.name, TEMPLATE, &variables)?;
        let source = Source::new(format!("{}/plan.yaml (rendered)", component.name), text);
        let part = Document::parse(source)?.to_value()?;
        join(&mut whole, part.clone(), "").map_err(|path| conflict(component, &path))?;
        said.insert(&component.name, part);
    }
    Ok(whole)
}

/// Maps deeply, lists joined; the path of a scalar said twice with different values is the error.
fn join(whole: &mut Value, part: Value, path: &str) -> Result<(), String> {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (key, value) in part {
                match whole.get_mut(&key) {
                    Some(there) => join(there, value, &format!("{path}.{key}"))?,
                    None => {
                        whole.insert(key, value);
                    }
                }
            }
            Ok(())
        }
        (Value::Array(whole), Value::Array(part)) => {
            whole.extend(part);
            Ok(())
        }
        // A part that says nothing (an empty template) is no contradiction.
        (_, Value::Null) => Ok(()),
        (whole @ Value::Null, part) => {
            *whole = part;
            Ok(())
        }
        (whole, part) if *whole == part => Ok(()),
        _ => Err(path.trim_start_matches('.').to_owned()),
    }
}

fn conflict(component: &Component, path: &str) -> Diagnostic {
    Diagnostic::error(
        "plan-conflict",
        format!("component {} says plan.{path} anew, with another value", component.name),
    )
    .help("Two components may add to a list or a map of the plan, but a single value has one owner.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_merge_lists_join_and_contradictions_are_named() {
        let mut whole = json!({"a": {"x": 1}, "l": [1]});
        join(&mut whole, json!({"a": {"y": 2}, "l": [2], "n": null}), "").expect("joins");
        assert_eq!(whole, json!({"a": {"x": 1, "y": 2}, "l": [1, 2], "n": null}));
        assert_eq!(join(&mut whole, json!({"a": {"x": 2}}), ""), Err("a.x".to_owned()));
    }
}
