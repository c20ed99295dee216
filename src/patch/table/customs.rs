//! Custom resources: where they embed types of Kubernetes, and lists that merge.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::Field;
use crate::diagnostic::Diagnostic;

const FILE: &str = "custom-resources.yaml";

/// What is known of custom resources, read at the first question: most patches are for the kinds of Kubernetes.
#[derive(Clone, Debug, Default)]
pub(super) struct Customs {
    text: Cow<'static, str>,
    read: OnceLock<Kinds>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Kinds {
    /// Kinds of the catalogue, as `group/Kind`, which is the name of their type too.
    pub(super) catalogue: BTreeSet<String>,
    /// Type of each kind whose definition is in the stream, by `apiVersion` and kind.
    pub(super) definitions: BTreeMap<String, BTreeMap<String, String>>,
    /// Fields of each type by name. There is a `/` in the name of each type, and in that of none of Kubernetes.
    pub(super) types: BTreeMap<String, BTreeMap<String, Field>>,
}

impl Customs {
    /// Those of a text. Reading it panics when it is damaged: [`Customs::read`] says so before.
    pub(super) fn of(text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into(), read: OnceLock::new() }
    }

    /// Reads them now.
    #[expect(clippy::result_large_err, reason = "a fault of the catalogue ends the run")]
    pub(super) fn read(&self) -> Result<(), Diagnostic> {
        self.parsed().map(|known| drop(self.read.set(known)))
    }

    /// What is known.
    pub(super) fn get(&self) -> &Kinds {
        self.read.get_or_init(|| {
            self.parsed().unwrap_or_else(|fault| panic!("a damaged table: {}", fault.message))
        })
    }

    /// What is known, to be changed.
    pub(super) fn get_mut(&mut self) -> &mut Kinds {
        self.get();
        self.read.get_mut().expect("it was just read")
    }

    #[expect(clippy::result_large_err, reason = "a fault of the catalogue ends the run")]
    fn parsed(&self) -> Result<Kinds, Diagnostic> {
        let mut known = Kinds::default();
        if self.text.is_empty() {
            return Ok(known);
        }
        let kinds: BTreeMap<String, BTreeMap<String, Field>> = super::data(FILE, &self.text)?;
        for (kind, paths) in kinds {
            for (path, field) in paths {
                known.add(&kind, &path, field);
            }
        }
        Ok(known)
    }
}

impl Kinds {
    /// Adds the rule of a field; `kind` is `group/Kind`, `path` a JSON pointer.
    fn add(&mut self, kind: &str, path: &str, field: Field) {
        self.catalogue.insert(kind.to_owned());
        let mut holder = kind.to_owned();
        let mut steps = path.split('/').skip(1).peekable();
        while let Some(step) = steps.next() {
            let fields = self.types.entry(holder.clone()).or_default();
            if steps.peek().is_none() {
                fields.insert(step.to_owned(), field);
                return;
            }
            holder = format!("{holder}/{step}");
            fields
                .entry(step.to_owned())
                .or_insert_with(|| Field { of: Some(holder.clone()), ..Field::default() });
        }
    }

    /// The type of a kind.
    pub(super) fn of(&self, api_version: &str, kind: &str) -> Option<&String> {
        let (group, _) = api_version.rsplit_once('/')?;
        let defined = || self.definitions.get(api_version)?.get(kind);
        self.catalogue.get(&format!("{group}/{kind}")).or_else(defined)
    }
}
