//! One component: its folder, and the typed reading of its `component.yaml`.

use serde::Deserialize;

use super::source::Files;
use super::tables::Tables;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::text::{Source, Span};

/// One folder of the catalogue.
#[derive(Debug)]
pub struct Component {
    /// The folder's name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Components whose plan this one reads.
    pub requires: Vec<String>,
    /// CEL over `root` and `data`; `None`: always there.
    pub enabled: Option<String>,
    /// The release that its chart, patches and upstream charts belong to.
    pub release: Option<String>,
    /// Its chart, when it has one.
    pub chart: Option<Chart>,
    /// The upstream charts that its chart depends on.
    pub upstream: Vec<Upstream>,
    /// `data/*` by file stem; what all components share is below `shared`.
    pub data: Tables,
    /// All its files, by path below its folder.
    pub files: Files,
    /// The text of `component.yaml`.
    pub source: Source,
}

/// A chart of a component.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Chart {
    /// The chart's name and folder.
    pub name: String,
    /// The description in `Chart.yaml`.
    pub description: String,
    /// CEL; `None`: always. Without its chart a component still has a plan and files.
    pub enabled: Option<String>,
    /// The chart whose subchart it is; `None`: the chart of a release.
    pub parent: Option<String>,
    /// CEL giving the version of what the chart installs.
    pub app_version: Option<String>,
    /// The branch of the values model that becomes the chart's values, without this prefix.
    pub values_root: Option<String>,
    /// CEL giving the namespace of the release; only with no `parent`.
    pub namespace: Option<String>,
    /// Place in the order of installation; only with no `parent`.
    pub order: Option<u32>,
}

/// A dependency on somebody else's chart. Expressions are CEL over `root` and `data`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Upstream {
    /// The chart's name.
    pub name: String,
    /// Expression giving the chart's version.
    pub version: String,
    /// Expression giving the repository's address.
    pub repository: String,
    /// Expression; `None`: always.
    pub enabled: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ComponentFile {
    title: String,
    summary: String,
    #[serde(default)]
    requires: Vec<String>,
    enabled: Option<String>,
    release: Option<String>,
    chart: Option<Chart>,
    #[serde(default)]
    upstream: Vec<Upstream>,
}

impl Component {
    /// Reads a component's folder.
    pub fn load(name: String, files: Files) -> Result<Self, Diagnostics> {
        let Some(text) = files.get("component.yaml") else {
            return Err(Diagnostic::error(
                "not-a-component",
                format!("the catalogue's folder {name} has no component.yaml"),
            )
            .help("Add one (chart-templates/README.md says what it holds), or start the folder's name with `_`.")
            .into());
        };
        let source = Source::new(format!("{name}/component.yaml"), text);
        let ready = files.json("component.yaml").and_then(|json| serde_json::from_str(json).ok());
        let file: ComponentFile = match ready {
            Some(file) => file,
            None => serde_yaml::from_str(text).map_err(|error| read_error(&source, &error))?,
        };
        let data = Tables::read(&name, &files, "data")?;
        let component = Self {
            title: file.title,
            summary: file.summary,
            requires: file.requires,
            enabled: file.enabled,
            release: file.release,
            chart: file.chart,
            upstream: file.upstream,
            name,
            data,
            files,
            source,
        };
        component.check()?;
        Ok(component)
    }

    /// A finding about `component.yaml` that points at the first occurrence of a word in it.
    pub fn finding(&self, code: &str, message: impl Into<String>, word: &str) -> Diagnostic {
        let start = self.source.text().find(word).unwrap_or(0);
        let end = (start + word.len()).min(self.source.text().len());
        Diagnostic::error(code, message).at(&self.source, Span::new(start, end), "")
    }

    /// What serde cannot say: which keys belong together.
    fn check(&self) -> Result<(), Diagnostics> {
        let mut findings = Diagnostics::new();
        if let Some(chart) = &self.chart {
            let is_release = chart.parent.is_none();
            if self.release.is_none() {
                findings.push(self.finding("chart-without-release", "a chart needs `release`", "chart:"));
            }
            if is_release && chart.namespace.is_none() {
                findings.push(self.finding(
                    "release-without-namespace",
                    "a chart without `parent` is a release and needs `namespace`",
                    "chart:",
                ));
            }
            if !is_release && (chart.namespace.is_some() || chart.order.is_some()) {
                findings.push(self.finding(
                    "subchart-with-release-keys",
                    "`namespace` and `order` belong to a chart without `parent`",
                    "parent:",
                ));
            }
        } else if !self.upstream.is_empty() {
            findings.push(self.finding(
                "upstream-without-chart",
                "`upstream` needs a `chart` that depends on it",
                "upstream:",
            ));
        }
        if findings.has_errors() { Err(findings) } else { Ok(()) }
    }
}

/// A file of the catalogue that does not read as what it must be.
pub(crate) fn read_error(source: &Source, error: &serde_yaml::Error) -> Diagnostic {
    let at = error.location().map_or(0, |l| l.index().min(source.text().len()));
    Diagnostic::error("unreadable-catalog-file", error.to_string())
        .at(source, Span::new(at, at), "")
        .help("chart-templates/README.md says what this file holds.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Component, Diagnostics> {
        let mut files = Files::default();
        files.insert("component.yaml".into(), format!("title: T\nsummary: S.\n{text}"));
        Component::load("x".into(), files)
    }

    fn code(found: Result<Component, Diagnostics>) -> String {
        found.err().and_then(|d| d.iter().next().map(|d| d.code.clone())).unwrap_or_default()
    }

    #[test]
    fn unknown_keys_are_findings_with_a_place() {
        let found = load("realease: lakehouse\n").expect_err("unknown key");
        let place =
            found.iter().next().and_then(|d| d.place().map(|(name, at, _)| (name.to_owned(), at.line)));
        assert_eq!(place, Some(("x/component.yaml".to_owned(), 3)));
    }

    #[test]
    fn keys_that_do_not_belong_together_are_findings() {
        assert_eq!(code(load("chart: {name: a, description: d, parent: b}\n")), "chart-without-release");
        assert_eq!(code(load("release: r\nchart: {name: a, description: d}\n")), "release-without-namespace");
        assert_eq!(
            code(load("release: r\nchart: {name: a, description: d, parent: b, order: 1}\n")),
            "subchart-with-release-keys"
        );
        assert_eq!(
            code(load("upstream: [{name: a, version: v, repository: r}]\n")),
            "upstream-without-chart"
        );
    }
}
