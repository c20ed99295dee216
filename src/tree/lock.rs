//! `lakehelm.lock`: what was generated from what, and the digest of each file as it was written.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The name of the lock below the output folder.
pub const NAME: &str = "lakehelm.lock";

/// The digests of an earlier run.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Lock {
    /// `sha256:…` by path.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
}

impl Lock {
    /// Reads a lock; other keys than the digests do not matter here.
    pub fn parse(text: &str) -> Result<Self, serde_yaml::Error> {
        serde_yaml::from_str(text)
    }
}
