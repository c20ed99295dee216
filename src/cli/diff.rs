//! `lakehelm diff`.

mod rendered;
mod report;
mod side;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use super::Exit;
use super::findings::say;
use super::generate::{default_output, read_archives};
use super::values_file;
use crate::catalog::Catalog;
use crate::diagnostic::Diagnostics;
use crate::generate::Archives;
use crate::impact::{Platform, Risk, Rules, compare};
use crate::post_render;
use side::Side;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Values file or generated folder: the old one and the new one, or only the new one
    #[arg(value_name = "SIDE", num_args = 1..=2, required_unless_present = "named")]
    sides: Vec<PathBuf>,
    /// The same as SIDE; once or twice
    #[arg(short = 'f', long = "values", value_name = "SIDE", id = "named", conflicts_with = "sides")]
    named: Vec<PathBuf>,
    /// Values file that the values files of both sides are laid over; can be repeated
    #[arg(long, value_name = "OTHER")]
    below: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// End with exit code 1 when a change has at least this risk
    #[arg(long, value_enum, value_name = "RISK")]
    fail_on: Option<Level>,
    /// The helm program [default: helm in PATH]
    #[arg(long, value_name = "FILE")]
    helm: Option<PathBuf>,
    /// Render upstream charts too, from a folder of archives (<name>-<version>.tgz)
    #[arg(long, value_name = "DIR", conflicts_with = "no_helm")]
    charts: Option<PathBuf>,
    /// Compare values and templates, even where helm is there
    #[arg(long, conflicts_with = "helm")]
    no_helm: bool,
    /// Catalogue of components to use instead of the embedded one
    #[arg(long, value_name = "DIR")]
    catalog: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Level {
    /// Pods are replaced
    Restart,
    /// Something does not run until a person acts
    Outage,
    /// Kubernetes or Helm refuses the change
    Immutable,
    /// Data may go
    DataLoss,
}

impl Level {
    fn risk(self) -> Risk {
        match self {
            Level::Restart => Risk::Restart,
            Level::Outage => Risk::Outage,
            Level::Immutable => Risk::Immutable,
            Level::DataLoss => Risk::DataLoss,
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    let given = if arguments.named.is_empty() { &arguments.sides } else { &arguments.named };
    let (old, new) = match given.as_slice() {
        [new] => {
            if new.is_dir() {
                bail!("{} is a folder: name a second side to compare it with", new.display());
            }
            if new != Path::new("-") && !new.exists() {
                bail!("there is no values file {}", new.display());
            }
            (default_output(std::slice::from_ref(new)), new.clone())
        }
        [old, new] => (old.clone(), new.clone()),
        _ => {
            say("error: diff takes two sides at most");
            return Ok(Exit::Usage);
        }
    };
    let model = match values_file::model(arguments.catalog.as_deref())? {
        Ok(model) => model,
        Err(found) => return values_file::refuse(&found),
    };
    let rules = match Rules::of(&model.catalog) {
        Ok(rules) => rules,
        Err(finding) => return values_file::refuse(&finding.into()),
    };
    let mut platforms = Vec::new();
    let helm = if arguments.no_helm { None } else { rendered::find(arguments.helm.as_deref()) };
    let archives = arguments.charts.as_deref().map(read_archives).transpose()?;
    if archives.is_some() && helm.is_none() {
        anyhow::bail!("--charts needs helm, and helm is not in PATH: name it with --helm");
    }
    for path in [&old, &new] {
        match platform(path, arguments, &model.catalog, helm.as_deref(), archives.as_ref())? {
            Ok(platform) => platforms.push(platform),
            Err(found) => return values_file::refuse(&found),
        }
    }
    let changes = compare(&platforms[0], &platforms[1], &rules);
    match arguments.format {
        Format::Text => {
            report::text(&old, &new, &changes)?;
            match (&helm, &archives) {
                (None, _) => say(
                    "Compared by values and templates; with helm in PATH the rendered objects are compared.",
                ),
                (Some(_), None) => say(
                    "Upstream charts are compared by version and values; with --charts DIR by their objects.",
                ),
                (Some(_), Some(_)) => {}
            }
        }
        Format::Json => report::json(&changes)?,
    }
    let worst = changes.iter().map(|change| change.risk).max().unwrap_or_default();
    let fails = arguments.fail_on.is_some_and(|level| worst >= level.risk());
    Ok(if fails { Exit::Findings } else { Exit::Done })
}

/// One side, with the objects of its releases where Helm is there to render them.
fn platform(
    path: &Path,
    arguments: &Arguments,
    catalog: &Catalog,
    helm: Option<&Path>,
    archives: Option<&Archives>,
) -> Result<Result<Platform, Diagnostics>> {
    let mut tree = match Side::of(path)?.tree(catalog, &arguments.below)? {
        Ok(tree) => tree,
        Err(found) => return Ok(Err(found)),
    };
    let Some(helm) = helm else { return Ok(Platform::of(&tree, None)) };
    if let Some(archives) = archives
        && let Err(found) = rendered::vendor(&mut tree, archives)?
    {
        return Ok(Err(found));
    }
    let rules = match post_render::Rules::of(catalog.shared()) {
        Ok(rules) => rules,
        Err(found) => return Ok(Err(found)),
    };
    Ok(rendered::render(helm, &tree, &rules)?.and_then(|rendered| Platform::of(&tree, Some(&rendered))))
}
