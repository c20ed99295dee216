//! Where the words of the post-renderer go besides standard error.
//!
//! Helm 3 drops what a post-renderer says when it succeeds, Helm 4 drops it always. A log file, an open
//! descriptor and the terminal still reach the person.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// The places that get a copy.
#[derive(Default)]
pub(super) struct Log {
    files: Vec<File>,
}

impl Log {
    /// Opens the file of `--log` or `LAKEHELM_LOG`, and the descriptor `LAKEHELM_LOG_FD`.
    pub(super) fn open(path: Option<PathBuf>) -> Result<Self> {
        let mut log = Self::default();
        let variable = || std::env::var_os("LAKEHELM_LOG").filter(|path| !path.is_empty()).map(PathBuf::from);
        if let Some(path) = path.or_else(variable) {
            let file = OpenOptions::new().create(true).append(true).open(&path);
            log.files.push(file.with_context(|| format!("cannot write the log {}", path.display()))?);
        }
        if let Some(number) =
            std::env::var("LAKEHELM_LOG_FD").ok().and_then(|number| number.trim().parse::<u32>().ok())
        {
            let file = OpenOptions::new().append(true).open(format!("/dev/fd/{number}"));
            log.files.push(
                file.with_context(|| format!("LAKEHELM_LOG_FD is {number}, which is not open for writing"))?,
            );
        }
        Ok(log)
    }

    /// Writes a text; a log that cannot be written must not stop a deployment.
    pub(super) fn write(&mut self, text: &str) {
        for file in &mut self.files {
            file.write_all(text.as_bytes()).ok();
        }
    }

    /// Writes a failure; under Helm 4 it also goes to the terminal.
    pub(super) fn fail(&mut self, text: &str) {
        self.write(text);
        if std::env::var_os("HELM_PLUGIN_NAME").is_some()
            && let Ok(mut terminal) = OpenOptions::new().write(true).open("/dev/tty")
        {
            terminal.write_all(text.as_bytes()).ok();
        }
    }
}
