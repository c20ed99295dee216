//! The starters that the binary was built with: the values files that name the schema for editors.

use include_dir::{Dir, include_dir};

use crate::text::Source;

static VALUES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/values");

/// The mark of a starter, in its first line.
const MARK: &str = "yaml-language-server: $schema=";

/// A first values file.
pub(super) struct Starter {
    /// Its name, which is also the profile that it chooses.
    pub name: &'static str,
    /// The whole text.
    pub text: &'static str,
}

impl Starter {
    /// The file that the first line names, beside the values file.
    pub(super) fn schema(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.split_once(MARK).map_or("", |(_, name)| name.trim())
    }

    /// What it is for: its first comment after the mark.
    pub(super) fn summary(&self) -> &'static str {
        self.text.lines().nth(1).unwrap_or_default().trim_start_matches(['#', ' '])
    }
}

/// All starters, by name; the first one is the one for a single machine.
pub(super) fn all() -> Vec<Starter> {
    let mut all: Vec<_> = VALUES
        .files()
        .filter_map(|file| {
            // The command line is built at every start: files without the mark, one of them long, are not read.
            let first = file.contents().split(|byte| *byte == b'\n').next()?;
            memchr::memmem::find(first, MARK.as_bytes())?;
            Some(Starter { name: file.path().file_stem()?.to_str()?, text: file.contents_utf8()? })
        })
        .collect();
    all.sort_by_key(|starter| (starter.name != DEFAULT, starter.name));
    all
}

/// The starter that `generate` reads when no values file is named.
pub(super) fn first() -> Source {
    let text = VALUES.get_file(format!("{DEFAULT}.yaml")).and_then(|file| file.contents_utf8());
    Source::new(format!("values/{DEFAULT}.yaml (embedded)"), text.unwrap_or_default())
}

/// The starter that is taken when none is named.
pub(super) const DEFAULT: &str = "local";
