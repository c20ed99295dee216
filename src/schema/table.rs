//! The values model as a page of Markdown: one table a top-level key.

use std::fmt::Write as _;

use serde_json::Value;

use super::node::{Free, Helm, Node, Rule};
use super::{Schema, words};
use crate::yaml::write;

/// The whole page.
pub fn text(schema: &Schema) -> String {
    let mut out = String::from(
        "# Values\n\nEvery key of the values file. Written by `scripts/derive` from the schemas of the components; do not edit.\n\
         `lakehelm explain PATH` says more: presets, rules, and the files that a value changes.\n\
         In the column Helm, `chart` and `global` mark what `helm upgrade --set` may change; everything else is fixed when the charts are generated.\n\
         `[]` is an item of a list, `*` an entry of a map.\n",
    );
    for (key, node) in &schema.root().properties {
        let _ = write!(out, "\n## {key}\n\n{}\n\n", node.description);
        out.push_str("| key | type | default | Helm | what it is |\n|---|---|---|---|---|\n");
        row(&mut out, key, node, None);
    }
    out
}

/// The cross-field rules as a table, by number.
pub fn rules(schema: &Schema) -> String {
    let mut all: Vec<&Rule> = Vec::new();
    super::walk::every(schema.root(), &mut |node| all.extend(&node.rules));
    // Numbers first, in their order; then words.
    let number = |rule: &&Rule| rule.id.trim_start_matches('R').parse::<u32>().unwrap_or(u32::MAX);
    all.sort_by(|a, b| (number(a), &a.id).cmp(&(number(b), &b.id)));
    all.dedup_by(|a, b| a.id == b.id && a.message == b.message && a.rule == b.rule);
    let mut out = String::from("| code | severity | what it says | how to go on |\n|---|---|---|---|\n");
    for rule in all {
        let severity = if rule.warning { "warning" } else { "error" };
        let said = match &rule.message_expression {
            // Computed from the values: CEL.
            Some(expression) => code(expression),
            None => cell(&rule.message),
        };
        let _ = writeln!(
            out,
            "| `{}` | {severity} | {} | {} |",
            rule.id,
            said,
            cell(rule.help.as_deref().unwrap_or_default())
        );
    }
    out
}

fn row(out: &mut String, path: &str, node: &Node, above: Option<Helm>) {
    let helm = node.helm.or(above);
    if node.is_branch() {
        for (key, child) in &node.properties {
            row(out, &format!("{path}.{key}"), child, helm);
        }
        return;
    }
    let default = match (&node.default, &node.default_expression) {
        (Some(default), None) => code(&shorten(&write::flow(default))),
        (Some(default), Some(_)) => format!("{} or computed", code(&shorten(&write::flow(default)))),
        (None, _) => String::new(),
    };
    let helm_word = match helm {
        Some(Helm::Chart) => "chart",
        Some(Helm::Global) => "global",
        None => "",
    };
    let mut about = node.description.clone();
    if let Some(form) = &node.form {
        let _ = write!(about, " Form: {form}");
    }
    if let Some(example) =
        node.example.as_ref().filter(|example| !matches!(example, Value::Object(_) | Value::Array(_)))
    {
        let _ = write!(about, " For example {}.", code(&write::flow(example)));
    }
    let _ = writeln!(
        out,
        "| {} | {} | {default} | {helm_word} | {} |",
        code(path),
        cell(&words::shape(node)),
        cell(&about)
    );
    match (&node.items, &node.free) {
        (Some(items), _) if items.is_branch() => row(out, &format!("{path}[]"), items, helm),
        (None, Free::Each(each)) if each.is_branch() => row(out, &format!("{path}.*"), each, helm),
        _ => {}
    }
}

fn code(text: &str) -> String {
    format!("`{}`", cell(text))
}

/// Text that stays in its cell.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}
