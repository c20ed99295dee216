//! What the integration tests share.
#![allow(dead_code, missing_docs, clippy::unwrap_used)]

use std::fmt;

pub mod helm;
pub mod knobs;
pub mod manifest;
pub mod platform;
pub mod tools;

/// What a datatest case returns; the harness prints the error with `Debug`, which would show line breaks as `\n`.
pub struct Failure(String);

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

pub fn readable(outcome: datatest_stable::Result<()>) -> datatest_stable::Result<()> {
    outcome.map_err(|error| Failure(error.to_string()).into())
}
