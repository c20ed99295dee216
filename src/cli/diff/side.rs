//! One side of a comparison: what a values file generates, or what a folder holds.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::catalog::Catalog;
use crate::cli::generate::read_values;
use crate::diagnostic::Diagnostics;
use crate::generate::{Inputs, generate};
use crate::tree::{Tree, compare, lock};

pub(super) enum Side {
    /// A values file.
    Values(PathBuf),
    /// A folder that `generate` wrote.
    Folder(PathBuf),
}

impl Side {
    /// A folder needs a lock: without one nobody knows which files are the platform's.
    pub(super) fn of(path: &Path) -> Result<Self> {
        if path.join(lock::NAME).is_file() {
            return Ok(Side::Folder(path.to_owned()));
        }
        if path.is_dir() {
            bail!("{} has no {}: `lakehelm generate` did not write it", path.display(), lock::NAME);
        }
        if !path.exists() && path.extension().is_none() {
            bail!(
                "{} is not there: run `lakehelm generate` first, or name another values file to compare with",
                path.display()
            );
        }
        Ok(Side::Values(path.to_owned()))
    }

    /// The files of the platform.
    pub(super) fn tree(&self, catalog: &Catalog, below: &[PathBuf]) -> Result<Result<Tree, Diagnostics>> {
        match self {
            Side::Folder(folder) => {
                let tree = compare::read_tree(folder);
                Ok(Ok(tree.with_context(|| format!("cannot read the platform in {}", folder.display()))?))
            }
            Side::Values(file) => {
                let paths = below.iter().chain(std::iter::once(file));
                let values = paths.map(|path| read_values(path)).collect::<Result<_>>()?;
                Ok(generate(catalog, &Inputs { values, ..Inputs::default() }).map(|generated| generated.tree))
            }
        }
    }
}
