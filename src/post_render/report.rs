//! What each step did, for `--report`.

use std::fmt;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The step: `patches[2]`.
    pub step: String,
    /// Whom it found.
    pub found: Vec<String>,
    /// How many of them it changed.
    pub changed: usize,
    /// How many of them it deleted.
    pub deleted: usize,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = if self.found.is_empty() { "nothing".to_owned() } else { self.found.join(", ") };
        write!(
            f,
            "{}: {} found, {} changed, {} deleted: {found}",
            self.step,
            self.found.len(),
            self.changed,
            self.deleted
        )
    }
}
