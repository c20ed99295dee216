//! What differs between the output in memory and a folder on disk.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};

use super::lock::{self, Lock};
use super::{File, Tree, digest};
use crate::text::unified;

/// The difference between a tree and a folder, path by path.
#[derive(Debug, Default, PartialEq)]
pub struct Changes {
    /// Not on disk.
    pub created: Vec<String>,
    /// On disk as an earlier run wrote them, and different now.
    pub updated: Vec<String>,
    /// Written by an earlier run, no longer part of the output.
    pub stale: Vec<String>,
    /// Changed by somebody else since they were written, or never written by lakehelm, and in the way.
    pub edited: Vec<String>,
    /// As they should be.
    pub same: usize,
}

impl Changes {
    /// True when nothing on disk has to change.
    pub fn is_empty(&self) -> bool {
        self.created.is_empty() && self.updated.is_empty() && self.stale.is_empty() && self.edited.is_empty()
    }
}

/// Compares a tree with a folder, which need not exist.
pub fn compare(tree: &Tree, folder: &Path) -> Result<Changes> {
    let old = read_lock(folder)?;
    let mut changes = Changes::default();
    for (path, file) in tree.iter() {
        match read(&folder.join(path))? {
            None => changes.created.push(path.to_owned()),
            Some(found) if found == *file => changes.same += 1,
            // The lock itself has no digest: it is ours when it reads as a lock.
            Some(found) if path == lock::NAME || old.files.get(path) == Some(&digest(&found.bytes)) => {
                changes.updated.push(path.to_owned());
            }
            // The right bytes without the right to run are nobody's edit.
            Some(found) if found.bytes == file.bytes => changes.updated.push(path.to_owned()),
            Some(_) => changes.edited.push(path.to_owned()),
        }
    }
    for (path, written) in old.files.iter().filter(|(path, _)| tree.get(path).is_none()) {
        match read(&folder.join(path))? {
            None => {}
            Some(found) if digest(&found.bytes) == *written => changes.stale.push(path.clone()),
            Some(_) => changes.edited.push(path.clone()),
        }
    }
    changes.edited.sort();
    Ok(changes)
}

/// A unified diff of one path, from what is on disk to what the tree holds.
pub fn unified_diff(tree: &Tree, folder: &Path, path: &str) -> Result<String> {
    let old = read(&folder.join(path))?.map(|file| file.bytes);
    let new = tree.get(path).map(|file| file.bytes.clone());
    let show = |bytes: &Option<Vec<u8>>| {
        bytes.as_deref().map(String::from_utf8_lossy).unwrap_or_default().into_owned()
    };
    let (before, after) = (show(&old), show(&new));
    let name =
        |side: &str, there: bool| if there { format!("{side}/{path}") } else { "/dev/null".to_owned() };
    Ok(unified(&before, &after, (&name("a", old.is_some()), &name("b", new.is_some()))))
}

/// The files that an earlier run wrote to a folder, as they are now.
pub fn read_tree(folder: &Path) -> Result<Tree> {
    let mut tree = Tree::default();
    let written = read_lock(folder)?.files;
    for path in written.keys().map(String::as_str).chain(std::iter::once(lock::NAME)) {
        if let Some(file) = read(&folder.join(path))? {
            tree.insert(path, file);
        }
    }
    Ok(tree)
}

fn read_lock(folder: &Path) -> Result<Lock> {
    let path = folder.join(lock::NAME);
    let Some(file) = read(&path)? else { return Ok(Lock::default()) };
    let text = String::from_utf8_lossy(&file.bytes);
    Lock::parse(&text).with_context(|| {
        format!(
            "{} does not read as a lock; restore it from version control, or remove it and use --overwrite",
            path.display()
        )
    })
}

pub(super) fn read(path: &Path) -> Result<Option<File>> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    Ok(Some(File { executable: is_executable(path, &bytes), bytes }))
}

#[cfg(unix)]
fn is_executable(path: &Path, _bytes: &[u8]) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o111 != 0)
}

// Elsewhere the right to run is not kept: the bytes decide, as when they are written.
#[cfg(not(unix))]
fn is_executable(_path: &Path, bytes: &[u8]) -> bool {
    bytes.starts_with(b"#!")
}
