//! The manifests that go out.

use std::io::{ErrorKind, IoSlice, Write};
use std::path::Path;

use anyhow::{Context, Result};

use crate::post_render::Output;

/// Writes to a file, or to standard output.
pub(super) fn write(path: Option<&Path>, output: &Output<'_>) -> Result<()> {
    match path {
        Some(path) => {
            let file = std::fs::File::create(path);
            let written = file.and_then(|mut file| write_all(&mut file, output));
            written.with_context(|| format!("cannot write {}", path.display()))
        }
        None => {
            let mut out = std::io::stdout().lock();
            write_all(&mut out, output)?;
            out.flush().context("cannot write standard output")
        }
    }
}

/// All pieces with as few calls as the system allows, and without putting them together first.
fn write_all(to: &mut impl Write, output: &Output<'_>) -> std::io::Result<()> {
    let mut pieces: Vec<IoSlice<'_>> = output.slices().map(IoSlice::new).collect();
    let mut rest = pieces.as_mut_slice();
    while !rest.is_empty() {
        match to.write_vectored(rest) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) => IoSlice::advance_slices(&mut rest, count),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
