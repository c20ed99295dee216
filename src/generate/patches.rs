//! `post-render.yaml` of each release, out of the components' `patches/`.

use std::collections::BTreeMap;

use super::layout::Layout;
use super::plan::Rendering;
use crate::catalog::{Catalog, Component};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::post_render;
use crate::render::SUFFIX;
use crate::tree::{File, Tree};

/// Name of the file beside the release's `Chart.yaml`.
pub(super) const NAME: &str = "post-render.yaml";
/// The schema for editors, at the root of the output: one for all releases, and outside of the charts.
const SCHEMA: &str = "post-render.schema.json";

/// The text of the schema for editors.
pub(super) fn editor_schema(catalog: &Catalog) -> Result<String, Diagnostic> {
    Ok(format!("{:#}\n", post_render::schema::of(catalog.shared())?))
}

/// Writes the patches with the schema that editors read them by, and marks the releases that have some.
pub(super) fn write(
    tree: &mut Tree,
    layout: &mut Layout<'_>,
    parts: &[&Component],
    rendering: &Rendering<'_>,
    schema: &Result<String, Diagnostic>,
) -> Result<(), Diagnostics> {
    let mut releases: BTreeMap<&str, Sections> = BTreeMap::new();
    for component in parts {
        for (path, text) in component.files.below("patches") {
            let Some(release) = component.release.as_deref() else {
                return Err(component
                    .finding("patches-without-release", "a component with patches needs `release`", "title:")
                    .into());
            };
            let file = format!("patches/{path}");
            let text = if path.ends_with(SUFFIX) {
                rendering.render(component, &file, None)?
            } else {
                text.to_owned()
            };
            releases.entry(release).or_default().add(&component.name, &file, &text)?;
        }
    }
    for (name, sections) in releases {
        if sections.0.is_empty() {
            continue;
        }
        let Some(release) = layout.releases.iter_mut().find(|r| r.name == name) else {
            return Err(Diagnostic::error(
                "unknown-release",
                format!("patches for the release {name}, which has no chart"),
            )
            .into());
        };
        release.post_render = true;
        let schema = schema.clone()?;
        tree.insert(format!("{}/{NAME}", release.chart), File::text(sections.text(name, &release.chart)));
        tree.insert(SCHEMA, File::text(schema));
    }
    Ok(())
}

/// Top-level keys in order, each with the text of its list. The authors' comments and style are kept.
#[derive(Default)]
struct Sections(Vec<(String, String)>);

impl Sections {
    fn add(&mut self, component: &str, file: &str, text: &str) -> Result<(), Diagnostic> {
        let lines: Vec<&str> = text.lines().collect();
        let is_key = |line: &str| line.starts_with(|c: char| c.is_ascii_alphabetic()) && line.contains(':');
        let mut at = 0;
        // Comments belong to the key below them.
        let mut above = Vec::new();
        while at < lines.len() {
            let line = lines[at];
            if line.trim().is_empty() || line.starts_with('#') || line == "---" {
                above.extend(line.starts_with('#').then_some(line));
                at += 1;
                continue;
            }
            let Some((key, "" | "[]")) =
                line.split_once(':').map(|(key, rest)| (key, rest.trim())).filter(|_| is_key(line))
            else {
                return Err(unreadable(component, file, at));
            };
            let next = (at + 1..lines.len()).find(|next| is_key(lines[*next]));
            let of_next = |line: &&&str| line.is_empty() || line.starts_with('#');
            let end = next.map_or(lines.len(), |next| {
                next - lines[at + 1..next].iter().rev().take_while(of_next).count()
            });
            let body = &lines[at + 1..end];
            // Lists may or may not be indented below their key; all come out indented by two.
            let indent = body
                .iter()
                .find(|l| l.trim_start().starts_with('-'))
                .map_or(0, |l| l.len() - l.trim_start().len());
            if body.iter().any(|l| !l.trim().is_empty()) {
                let list = self.section(key);
                list.push_str(&format!("  # {component}\n"));
                above.drain(..).for_each(|comment| list.push_str(&format!("  {comment}\n")));
                for line in body {
                    let line = line.get(indent..).unwrap_or(line.trim_start());
                    list.push_str(if line.is_empty() { "" } else { "  " });
                    list.push_str(line);
                    list.push('\n');
                }
            }
            above.clear();
            at = end;
        }
        Ok(())
    }

    fn section(&mut self, key: &str) -> &mut String {
        let at = self.0.iter().position(|(name, _)| name == key).unwrap_or_else(|| {
            self.0.push((key.to_owned(), String::new()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    fn text(&self, release: &str, chart: &str) -> String {
        let root = "../".repeat(chart.split('/').count());
        let mut text = format!(
            "# yaml-language-server: $schema={root}{SCHEMA}\n\
             # Patches of the release {release}, applied by `lakehelm post-render` to what Helm renders.\n\
             apiVersion: lakehelm.dev/v1alpha1\nkind: PostRender\n"
        );
        for (key, list) in &self.0 {
            text.push_str(&format!("{key}:\n{list}"));
        }
        text
    }
}

fn unreadable(component: &str, file: &str, line: usize) -> Diagnostic {
    Diagnostic::error(
        "unreadable-patches",
        format!("{component}/{file} line {} (rendered): a key with a list below it is expected", line + 1),
    )
    .help("Write `patches:` alone on its line and the list below it.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_several_files_join_with_their_comments() {
        let mut sections = Sections::default();
        sections
            .add(
                "a",
                "patches/a.yaml",
                "# head\npatches:\n# why\n- target: {kind: X}\n  patch: |-\n    y: 1\n",
            )
            .expect("reads");
        sections.add("b", "patches/b.yaml", "patches:\n  - target: {kind: Z}\nlabels: []\n").expect("reads");
        let text = sections.text("r", "charts/r");
        assert!(
            text.starts_with(
                "# yaml-language-server: $schema=../../post-render.schema.json\n# Patches of the release r"
            ),
            "{text}"
        );
        assert!(text.ends_with("patches:\n  # a\n  # head\n  # why\n  - target: {kind: X}\n    patch: |-\n      y: 1\n  # b\n  - target: {kind: Z}\n"), "{text}");
    }

    #[test]
    fn anything_else_is_refused() {
        assert!(Sections::default().add("a", "patches/a.yaml", "- target: {}\n").is_err());
        assert!(Sections::default().add("a", "patches/a.yaml", "namespace: x\n").is_err());
    }
}
