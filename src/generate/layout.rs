//! Where the charts stand: releases, subcharts, dependencies.

use serde_json::{Value, json};

use super::archives::Archives;
use super::parts;
use crate::catalog::{Chart, Component};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// All charts and releases of one output.
pub(super) struct Layout<'a> {
    pub charts: Vec<PlacedChart<'a>>,
    pub releases: Vec<Release>,
}

/// A chart and its folder below the output.
pub(super) struct PlacedChart<'a> {
    pub component: &'a Component,
    pub chart: &'a Chart,
    /// `charts/umbrella/charts/part`
    pub path: String,
    pub app_version: Option<String>,
    pub upstream: Vec<Dependency>,
    /// Names of its local subcharts.
    pub subcharts: Vec<String>,
}

/// A dependency on an upstream chart.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The chart's name.
    pub name: String,
    /// Its exact version.
    pub version: String,
    /// The address of its repository, or `file://…` to the unpacked archive.
    pub repository: String,
    /// `sha256:…` of the archive, when it was given.
    pub digest: Option<String>,
}

/// A release: a chart of its own and the namespace it is installed to.
#[derive(Clone, Debug)]
pub struct Release {
    /// Name of the release and of its chart.
    pub name: String,
    /// The namespace of the release.
    pub namespace: String,
    /// The chart's folder below the output.
    pub chart: String,
    /// Place in the order of installation.
    pub order: u32,
    /// Whether it has a `post-render.yaml`.
    pub post_render: bool,
    /// Chart folders whose dependencies must be built first, innermost first.
    pub dependencies: Vec<(String, Dependency)>,
}

impl Release {
    /// What templates see.
    pub(super) fn to_value(&self) -> Value {
        let dependencies: Vec<_> = self
            .dependencies
            .iter()
            .map(|(chart, d)| {
                json!({"chart": chart, "name": d.name, "version": d.version, "repository": d.repository, "digest": d.digest})
            })
            .collect();
        json!({
            "name": self.name, "namespace": self.namespace, "chart": self.chart, "order": self.order,
            "postRender": self.post_render, "dependencies": dependencies,
        })
    }
}

/// Places the charts of the enabled components.
pub(super) fn lay_out<'a>(
    parts: &[&'a Component],
    values: &Value,
    archives: Option<&Archives>,
) -> Result<Layout<'a>, Diagnostics> {
    let mut findings = Diagnostics::new();
    let mut charts = Vec::new();
    for component in parts {
        if let Some(chart) = &component.chart {
            let placed = parts::holds(component, chart.enabled.as_deref(), values)
                .map_err(Diagnostics::from)
                .and_then(|there| {
                    if there { place(component, chart, parts, values, archives).map(Some) } else { Ok(None) }
                });
            match placed {
                Ok(placed) => charts.extend(placed),
                Err(found) => findings.extend(found),
            }
        }
    }
    let parents: Vec<_> =
        charts.iter().map(|c: &PlacedChart<'_>| (c.chart.parent.clone(), c.chart.name.clone())).collect();
    for placed in &mut charts {
        let of_this = |(parent, _): &&(Option<String>, String)| parent.as_deref() == Some(&placed.chart.name);
        placed.subcharts = parents.iter().filter(of_this).map(|(_, name)| name.clone()).collect();
    }
    let mut releases = Vec::new();
    for placed in charts.iter().filter(|c| c.chart.parent.is_none()) {
        match release(placed, &charts, values) {
            Ok(release) => releases.push(release),
            Err(finding) => findings.push(finding),
        }
    }
    releases.sort_by(|a, b| (a.order, &a.name).cmp(&(b.order, &b.name)));
    if findings.has_errors() { Err(findings) } else { Ok(Layout { charts, releases }) }
}

fn place<'a>(
    component: &'a Component,
    chart: &'a Chart,
    parts: &[&'a Component],
    values: &Value,
    archives: Option<&Archives>,
) -> Result<PlacedChart<'a>, Diagnostics> {
    let path = path(component, chart, parts)?;
    let app_version = chart.app_version.as_deref().map(|e| parts::text(component, e, values)).transpose()?;
    let mut upstream = Vec::new();
    for dependency in &component.upstream {
        if parts::holds(component, dependency.enabled.as_deref(), values)? {
            let version = parts::text(component, &dependency.version, values)?;
            let (repository, digest) = match archives {
                Some(archives) => archives.dependency(&dependency.name, &version, &path)?,
                None => (parts::text(component, &dependency.repository, values)?, None),
            };
            upstream.push(Dependency { name: dependency.name.clone(), version, repository, digest });
        }
    }
    Ok(PlacedChart { component, chart, path, app_version, upstream, subcharts: Vec::new() })
}

fn path(component: &Component, chart: &Chart, parts: &[&Component]) -> Result<String, Diagnostic> {
    let Some(parent) = &chart.parent else { return Ok(format!("charts/{}", chart.name)) };
    let above =
        parts.iter().find_map(|c| c.chart.as_ref().filter(|c| c.name == *parent).map(|chart| (c, chart)));
    match above {
        Some((_, above)) if above.name == chart.name => {
            Err(component.finding("unknown-parent-chart", "a chart cannot be its own parent", parent))
        }
        Some((owner, above)) => Ok(format!("{}/charts/{}", path(owner, above, parts)?, chart.name)),
        None => Err(component.finding(
            "unknown-parent-chart",
            format!("the chart {} is a subchart of {parent}, which no enabled component has", chart.name),
            parent,
        )),
    }
}

fn release(
    placed: &PlacedChart<'_>,
    charts: &[PlacedChart<'_>],
    values: &Value,
) -> Result<Release, Diagnostic> {
    let namespace = placed.chart.namespace.as_deref().unwrap_or_default();
    let below = format!("{}/", placed.path);
    let mut inside: Vec<_> =
        charts.iter().filter(|c| c.path == placed.path || c.path.starts_with(&below)).collect();
    inside.sort_by_key(|c| (std::cmp::Reverse(c.path.len()), c.path.clone()));
    Ok(Release {
        name: placed.chart.name.clone(),
        namespace: parts::text(placed.component, namespace, values)?,
        chart: placed.path.clone(),
        order: placed.chart.order.unwrap_or(u32::MAX),
        post_render: false,
        dependencies: inside
            .iter()
            .flat_map(|c| c.upstream.iter().map(|d| (c.path.clone(), d.clone())))
            .collect(),
    })
}
