//! What `generate` says at its end: releases, files, Secrets to create, next steps.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use crate::generate::Generated;
use crate::tree::compare::Changes;

/// The whole summary; without releases and Secrets when nothing changed.
pub(super) fn text(generated: &Generated, output: &Path, changes: &Changes) -> String {
    let mut text = format!("{}: {} files ({}).\n", output.display(), generated.tree.len(), count(changes));
    if !changes.edited.is_empty() {
        text.push_str("What was edited by hand is kept as <name>.orig.\n");
    }
    if !changes.is_empty() {
        text.push_str(&releases(generated));
        text.push_str(&secrets(generated));
    }
    let steps: Vec<_> = list(&generated.plan, "next")
        .map(|step| (output.join(word(step, "run")).display().to_string(), word(step, "why").to_owned()))
        .collect();
    if !steps.is_empty() {
        text.push_str(&format!("\n{}", next_steps(&steps)));
    }
    text.truncate(text.trim_end().len());
    text
}

fn releases(generated: &Generated) -> String {
    let mut text = String::from("\nReleases, in this order:\n");
    let width = generated.releases.iter().map(|r| r.name.len()).max().unwrap_or(0);
    for release in &generated.releases {
        let charts = generated
            .tree
            .iter()
            .filter(|(path, _)| {
                path.ends_with("/Chart.yaml") && path.starts_with(&format!("{}/", release.chart))
            })
            .count();
        let patches = if release.post_render { ", patched by the post-renderer" } else { "" };
        let plural = if charts == 1 { "chart" } else { "charts" };
        writeln!(
            text,
            "  {:width$}  in namespace {} ({charts} {plural}{patches})",
            release.name, release.namespace
        )
        .ok();
    }
    text
}

fn secrets(generated: &Generated) -> String {
    let mut text = String::new();
    let width = list(&generated.plan, "secrets").map(|secret| word(secret, "name").len()).max().unwrap_or(0);
    for secret in list(&generated.plan, "secrets") {
        let namespaces: Vec<_> = list(secret, "namespaces").filter_map(Value::as_str).collect();
        writeln!(text, "  {:width$}  in {}", word(secret, "name"), namespaces.join(", ")).ok();
    }
    if text.is_empty() { text } else { format!("\nSecrets to create:\n{text}") }
}

fn word<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// Commands to go on with, each with what it is for; nothing is said about one that speaks for itself.
pub(super) fn next_steps(steps: &[(String, String)]) -> String {
    let width = steps.iter().map(|(run, _)| run.chars().count()).max().unwrap_or(0);
    let line = |(run, why): &(String, String)| match why.as_str() {
        "" => format!("  {run}\n"),
        why => format!("  {run:width$}  # {why}\n"),
    };
    format!("Next:\n{}", steps.iter().map(line).collect::<String>())
}

/// `3 created, 1 updated`, or `unchanged`.
pub(super) fn count(changes: &Changes) -> String {
    let kinds = [
        (changes.created.len(), "created"),
        (changes.updated.len(), "updated"),
        (changes.stale.len(), "removed"),
        (changes.edited.len(), "edited by hand"),
    ];
    let said: Vec<_> =
        kinds.iter().filter(|(count, _)| *count > 0).map(|(count, kind)| format!("{count} {kind}")).collect();
    if said.is_empty() { "unchanged".to_owned() } else { said.join(", ") }
}
