//! The output tree: files in memory, what differs on disk, writing all or nothing.

pub mod compare;
pub mod lock;
pub mod write;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// Files by their path with `/`, in the order of paths.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree(BTreeMap<String, File>);

/// One file of the output.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// What it holds.
    pub bytes: Vec<u8>,
    /// A script that may be run.
    pub executable: bool,
}

impl File {
    /// A text; one that starts with `#!` may be run.
    pub fn text(text: impl Into<String>) -> Self {
        let bytes = text.into().into_bytes();
        let executable = bytes.starts_with(b"#!");
        Self { bytes, executable }
    }

    /// `sha256:` and the digest in hexadecimal.
    pub fn digest(&self) -> String {
        digest(&self.bytes)
    }
}

/// `sha256:` and the digest in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

impl Tree {
    /// Adds a file; gives back the one that stood there.
    pub fn insert(&mut self, path: impl Into<String>, file: File) -> Option<File> {
        self.0.insert(path.into(), file)
    }

    /// One file.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.0.get(path)
    }

    /// Paths and files, in the order of paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &File)> {
        self.0.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// How many files.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True without files.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
