//! Writing a tree to a folder: all of it or nothing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::compare::Changes;
use super::{File, Tree};

/// Brings a folder up to date. Edited files are kept beside the new ones as `.orig`; call it only when that is wanted.
///
/// New files are staged inside the folder first; then old and new change places by renaming. An error puts everything back.
pub fn write(tree: &Tree, folder: &Path, changes: &Changes) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let stage = folder.join(format!(".lakehelm-{}", std::process::id()));
    let mut done = Moves::default();
    let result = stage_and_swap(tree, folder, changes, &stage, &mut done);
    if result.is_err() {
        done.undo();
    }
    // The stage holds only what was replaced (or, after an error, what was never put in place).
    fs::remove_dir_all(&stage).ok();
    if result.is_ok() {
        changes.stale.iter().for_each(|path| remove_empty_parents(folder, path));
    }
    result
}

fn stage_and_swap(
    tree: &Tree,
    folder: &Path,
    changes: &Changes,
    stage: &Path,
    done: &mut Moves,
) -> Result<()> {
    let wanted = || changes.created.iter().chain(&changes.updated).chain(&changes.edited);
    for path in wanted() {
        if let Some(file) = tree.get(path) {
            create(&stage.join("new").join(path), file)?;
        }
    }
    for path in changes.updated.iter().chain(&changes.stale) {
        done.rename(&folder.join(path), &stage.join("old").join(path))?;
    }
    for path in &changes.edited {
        done.rename(&folder.join(path), &folder.join(format!("{path}.orig")))?;
    }
    for path in wanted().filter(|path| tree.get(path).is_some()) {
        let top = missing(folder, path).unwrap_or(Path::new(path));
        let staged = stage.join("new").join(top);
        // Else it came with its folder.
        if staged.exists() {
            done.rename(&staged, &folder.join(top))?;
        }
    }
    Ok(())
}

/// The shortest part of a path, from its start, that `folder` does not have: a new folder moves once with all its files.
fn missing<'p>(folder: &Path, path: &'p str) -> Option<&'p Path> {
    let parts: Vec<_> = Path::new(path).ancestors().filter(|part| !part.as_os_str().is_empty()).collect();
    parts.into_iter().rev().find(|part| folder.join(part).symlink_metadata().is_err())
}

fn create(path: &Path, file: &File) -> Result<()> {
    let describe = || format!("cannot write {}", path.display());
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(describe)?;
    }
    fs::write(path, &file.bytes).with_context(describe)?;
    #[cfg(unix)]
    if file.executable {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).with_context(describe)?;
    }
    Ok(())
}

/// Renames so far, to be undone in reverse.
#[derive(Default)]
struct Moves(Vec<(PathBuf, PathBuf)>);

impl Moves {
    fn rename(&mut self, from: &Path, to: &Path) -> Result<()> {
        let describe = || format!("cannot move {} to {}", from.display(), to.display());
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).with_context(describe)?;
        }
        fs::rename(from, to).with_context(describe)?;
        self.0.push((from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn undo(&mut self) {
        for (from, to) in self.0.drain(..).rev() {
            // Best effort: the first error is the one to report.
            fs::rename(to, from).ok();
        }
    }
}

fn remove_empty_parents(folder: &Path, path: &str) {
    let mut parent = Path::new(path).parent();
    while let Some(relative) = parent.filter(|p| !p.as_os_str().is_empty()) {
        if fs::remove_dir(folder.join(relative)).is_err() {
            break;
        }
        parent = relative.parent();
    }
}

#[cfg(test)]
mod tests {
    use super::super::compare::compare;
    use super::super::lock;
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::default();
        let mut locked = String::from("files:\n");
        for (path, text) in files {
            let file = File::text(*text);
            locked.push_str(&format!("  {path}: \"{}\"\n", file.digest()));
            tree.insert(*path, file);
        }
        tree.insert(lock::NAME, File::text(locked));
        tree
    }

    fn put(tree: &Tree, folder: &Path) -> Changes {
        let changes = compare(tree, folder).expect("compares");
        write(tree, folder, &changes).expect("writes");
        changes
    }

    #[test]
    fn writes_once_and_then_finds_nothing_to_do() {
        let folder = tempfile::tempdir().expect("tempdir");
        let tree = tree(&[("a/b.yaml", "x: 1\n"), ("run.sh", "#!/bin/sh\n")]);
        assert_eq!(put(&tree, folder.path()).created.len(), 3);
        assert!(compare(&tree, folder.path()).expect("compares").is_empty());
        assert_eq!(fs::read_dir(folder.path()).expect("reads").count(), 3);
    }

    #[test]
    fn stale_files_and_their_empty_folders_go() {
        let folder = tempfile::tempdir().expect("tempdir");
        put(&tree(&[("a/b/c.yaml", "1\n"), ("d.yaml", "2\n")]), folder.path());
        let changes = put(&tree(&[("d.yaml", "2\n")]), folder.path());
        assert_eq!(changes.stale, ["a/b/c.yaml"]);
        assert!(!folder.path().join("a").exists());
    }

    #[test]
    fn new_folders_and_new_files_of_old_folders_get_their_places() {
        let folder = tempfile::tempdir().expect("tempdir");
        fs::create_dir_all(folder.path().join("a/b")).expect("creates");
        fs::write(folder.path().join("a/mine"), "mine\n").expect("writes");
        let files = [
            ("a/b/c/1", "1\n"),
            ("a/b/c/2", "2\n"),
            ("a/3", "3\n"),
            ("d/e/4", "4\n"),
            ("d/5", "5\n"),
            ("6", "6\n"),
        ];
        let next = tree(&files);
        put(&next, folder.path());
        assert!(compare(&next, folder.path()).expect("compares").is_empty());
        assert_eq!(fs::read_to_string(folder.path().join("a/mine")).expect("reads"), "mine\n");
        assert_eq!(fs::read_dir(folder.path()).expect("reads").count(), 4, "the stage is left");
    }

    #[test]
    fn an_edited_file_is_told_apart_from_a_stale_one_and_kept() {
        let folder = tempfile::tempdir().expect("tempdir");
        put(&tree(&[("a.yaml", "1\n"), ("b.yaml", "1\n")]), folder.path());
        fs::write(folder.path().join("a.yaml"), "mine\n").expect("writes");
        let next = tree(&[("a.yaml", "2\n"), ("b.yaml", "2\n")]);
        let changes = put(&next, folder.path());
        assert_eq!(
            (changes.edited, changes.updated),
            (vec!["a.yaml".to_owned()], vec!["b.yaml".to_owned(), "lakehelm.lock".to_owned()])
        );
        assert_eq!(fs::read_to_string(folder.path().join("a.yaml.orig")).expect("reads"), "mine\n");
        assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).expect("reads"), "2\n");
    }

    #[test]
    fn a_file_that_was_never_ours_counts_as_edited() {
        let folder = tempfile::tempdir().expect("tempdir");
        fs::write(folder.path().join("a.yaml"), "mine\n").expect("writes");
        assert_eq!(compare(&tree(&[("a.yaml", "1\n")]), folder.path()).expect("compares").edited, ["a.yaml"]);
    }

    #[test]
    fn a_failure_leaves_everything_as_it_was() {
        let folder = tempfile::tempdir().expect("tempdir");
        put(&tree(&[("a.yaml", "1\n"), ("z", "1\n")]), folder.path());
        let next = tree(&[("a.yaml", "2\n"), ("z/file", "2\n")]);
        // `z` stays a file in the way of the folder `z/` because the comparison is not told that it is stale.
        let mut changes = compare(&next, folder.path()).expect("compares");
        changes.stale.clear();
        assert!(write(&next, folder.path(), &changes).is_err());
        assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).expect("reads"), "1\n");
        assert_eq!(fs::read_dir(folder.path()).expect("reads").count(), 3);
    }
}
