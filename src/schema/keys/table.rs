//! A table of configuration keys: which there are, which were renamed, which the generator owns.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::kind::Kind;
use crate::diagnostic::Diagnostic;
use crate::schema::locate::{Locate, at_key};
use crate::schema::{near, pointer, words};

/// Outside the known prefixes a key counts as a slip only this near to a known one.
const NEAR: usize = 2;

/// A table of configuration keys.
pub(super) struct Table {
    content: Map<String, Value>,
    kinds: HashMap<String, Result<Kind, String>>,
}

impl Table {
    /// A table as a component's data gives it.
    pub(super) fn new(content: Map<String, Value>) -> Self {
        let kinds = content.get("kinds").and_then(Value::as_object).into_iter().flatten();
        let kinds = kinds.map(|(name, kind)| (name.clone(), Kind::read(kind))).collect();
        Self { content, kinds }
    }

    fn map(&self, name: &str) -> Option<&Map<String, Value>> {
        self.content.get(name).and_then(Value::as_object)
    }

    fn says(&self, name: &str, key: &str) -> Option<&str> {
        self.map(name)?.get(key).map(|value| value.as_str().unwrap_or_default())
    }

    /// Length of the longest prefix in a list that the key begins with.
    fn prefix(&self, name: &str, key: &str) -> Option<usize> {
        let prefixes = self.content.get(name).and_then(Value::as_array)?;
        prefixes.iter().filter_map(Value::as_str).filter(|p| key.starts_with(p)).map(str::len).max()
    }

    /// What is wrong with a key.
    pub(super) fn check(
        &self,
        key: &str,
        map: &Map<String, Value>,
        at: &str,
        locate: &dyn Locate,
    ) -> Option<Diagnostic> {
        let place = words::place(at);
        let diagnostic = if let Some(reason) = self.says("owned", key) {
            Diagnostic::error("owned-key", format!("`{key}` cannot be set in {place}: {reason}"))
                .found(key)
                .help(format!("Remove `{key}` from {place}."))
        } else if let Some(current) = self.says("deprecated", key) {
            let warning = Diagnostic::warning("deprecated-key", format!("`{key}` is deprecated")).found(key);
            match current {
                "" => warning.help("It has no successor."),
                current if map.contains_key(current) => {
                    warning.help(format!("`{current}` is set too: remove `{key}`."))
                }
                current => warning.expected(current).suggest(current),
            }
        } else if self.says("known", key).is_some() {
            return None;
        } else {
            self.unknown(key, &place)?
        };
        Some(at_key(diagnostic, locate, &pointer::join(at, key), ""))
    }

    /// What is wrong with the value of a key, where the table says what kind of value it has.
    pub(super) fn check_value(
        &self,
        key: &str,
        value: &Value,
        at: &str,
        locate: &dyn Locate,
    ) -> Option<Diagnostic> {
        // A key that must go has no value to mend.
        if self.says("owned", key).is_some() {
            return None;
        }
        let current = self.says("deprecated", key).filter(|current| !current.is_empty()).unwrap_or(key);
        let name = self.says("known", current)?;
        match self.kinds.get(name)? {
            Ok(kind) => kind.check(key, value, &pointer::join(at, key), locate),
            Err(why) => Some(Diagnostic::error(
                "broken-rule",
                format!("the kind {name} of configuration values: {why}"),
            )),
        }
    }

    fn unknown(&self, key: &str, place: &str) -> Option<Diagnostic> {
        let (open, closed) = (self.prefix("open", key), self.prefix("closed", key));
        if open.is_some() && open >= closed {
            return None;
        }
        let keys = ["known", "deprecated", "owned"].into_iter().filter_map(|name| self.map(name));
        let keys = keys.flat_map(|map| map.keys().map(String::as_str));
        let meant = match closed {
            Some(_) => near::near(key, keys),
            None => near::within(key, keys, NEAR),
        };
        if closed.is_none() && meant.is_none() {
            return None;
        }
        let diagnostic =
            Diagnostic::error("unknown-config-key", format!("unknown configuration key `{key}` in {place}"))
                .found(key);
        Some(match meant {
            Some(meant) => diagnostic.help(format!("Did you mean `{meant}`?")).suggest(meant),
            None => diagnostic
                .expected(format!("a known key that begins with `{}`", &key[..closed.unwrap_or_default()])),
        })
    }
}
