//! What `generate` says at its end: releases, files, Secrets to create, next steps.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use crate::generate::Generated;
use crate::tree::compare::Changes;

/// The whole summary.
pub(super) fn text(generated: &Generated, output: &Path, changes: &Changes) -> String {
    let mut text = format!("{}: {} files ({}).\n", output.display(), generated.tree.len(), count(changes));
    let width = generated.releases.iter().map(|r| r.name.len()).max().unwrap_or(0);
    text.push_str("\nReleases, in this order:\n");
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
    let secrets = generated.plan.get("secrets").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if !secrets.is_empty() {
        text.push_str("\nSecrets to create:\n");
        let name = |secret: &Value| secret.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let width = secrets.iter().map(|s| name(s).len()).max().unwrap_or(0);
        for secret in secrets {
            let spaces: Vec<_> = secret
                .get("namespaces")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            writeln!(text, "  {:width$}  in {}", name(secret), spaces.join(", ")).ok();
        }
    }
    let next: Vec<_> = generated.plan.get("next").and_then(Value::as_array).into_iter().flatten().collect();
    if !next.is_empty() {
        text.push_str("\nNext:\n");
        for step in next {
            let run = step.get("run").and_then(Value::as_str).unwrap_or_default();
            let why = step.get("why").and_then(Value::as_str).unwrap_or_default();
            writeln!(text, "  {}  # {why}", output.join(run).display()).ok();
        }
    }
    text.truncate(text.trim_end().len());
    text
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
