//! The page of recipes, derived from the recipes themselves: `docs/recipes.md`.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Recipe, Recipes};
use crate::diagnostic::Diagnostics;
use crate::schema::Node;
use crate::yaml::write::flow;

const HEAD: &str = "# Recipes

A recipe is a set of patches with a name and parameters. The configuration of `lakehelm post-render` (post-render.md) uses it so:

```yaml
apiVersion: lakehelm.dev/v1alpha1
kind: PostRender
recipes:
  - name: scheduling                        # one of those below
    with: {priorityClassName: platform}     # its parameters
    target: {kind: StatefulSet}             # only these objects of those that it is for
    optional: true                          # finding or changing nothing is fine; `expect` counts objects as for patches
    anyVersion: true                        # also charts in versions on which it was not tested
```

Recipes come before all patches, in their order; images, labels and checksums that a recipe brings keep their place in the order of work. A
recipe that finds nothing or changes nothing is an error, and so is an object of a chart (label `helm.sh/chart`) in a version on which the recipe
was not tested. Parameters are checked before anything is read.

This page is derived from the catalogue by `scripts/derive`.
";

impl Recipes {
    /// The text of the page.
    pub fn reference(&self) -> Result<String, Diagnostics> {
        let mut text = HEAD.to_owned();
        for name in self.names() {
            if let Some(recipe) = self.read(name) {
                describe(&recipe?, &mut text);
            }
        }
        Ok(text)
    }
}

fn describe(recipe: &Recipe, text: &mut String) {
    let _ =
        write!(text, "\n## {}\n\n{}. {}\n\nTested on: ", recipe.name, recipe.title, recipe.summary.trim());
    let charts: Vec<_> =
        recipe.charts.iter().map(|(chart, versions)| format!("{chart} {}", versions.join(", "))).collect();
    let _ = writeln!(text, "{}.\n", charts.join("; "));
    if let Some(otherwise) = &recipe.otherwise {
        let _ = writeln!(text, "Other versions: {otherwise}.\n");
    }
    text.push_str("| parameter | default | |\n|---|---|---|\n");
    rows(recipe.schema.root(), "", text);
    let _ = write!(text, "\n```yaml\n{}```\n", recipe.example);
}

fn rows(node: &Node, above: &str, text: &mut String) {
    for (key, child) in &node.properties {
        let path = format!("{above}{key}");
        if child.is_branch() {
            rows(child, &format!("{path}."), text);
            continue;
        }
        let default = match &child.default {
            _ if node.required.contains(key) => "must be given".to_owned(),
            Some(default) => format!("`{}`", plain(default)),
            None => String::new(),
        };
        let mut about = child.description.clone();
        if !child.allowed.is_empty() {
            let allowed: Vec<_> = child.allowed.iter().map(|value| format!("`{}`", plain(value))).collect();
            let _ = write!(about, " One of {}.", allowed.join(", "));
        }
        if let Some(example) = &child.example {
            let _ = write!(about, " For example `{}`.", plain(example));
        }
        let cell = |text: &str| text.replace('|', "\\|");
        let _ = writeln!(text, "| `{path}` | {} | {} |", cell(&default), cell(&about));
    }
}

/// A value on one line.
fn plain(value: &Value) -> String {
    flow(value)
}
