//! The fields of a map of the configuration; those that nobody knows are findings.

use super::{Dialect, Reading, finding};
use crate::schema::near::near;
use crate::yaml::{Kind, Node, Scalar};

/// Fields that only `kind: PostRender` has.
const OWN: [&str; 11] = [
    "expect",
    "optional",
    "replaceText",
    "ensure",
    "hooks",
    "recipes",
    "require",
    "pods",
    "files",
    "listOrder",
    "checksums",
];

/// The entries of a map, all of them known.
pub(super) struct Fields<'d> {
    pub(super) node: Node<'d>,
    entries: Vec<(String, Node<'d>)>,
}

impl<'d> Fields<'d> {
    /// Reads a map that may have these fields; `what` is what messages call it.
    pub(super) fn read(
        node: Node<'d>,
        what: &str,
        known: &[&str],
        reading: &mut Reading<'_, '_>,
    ) -> Option<Self> {
        let map = node.resolved();
        if map.kind() != Kind::Mapping {
            reading.report(node, "wrong-type", format!("{what} must be a map"));
            return None;
        }
        let mut entries = Vec::new();
        for entry in map.entries() {
            let Some(key) = entry.key.key_text() else { continue };
            if !known.contains(&key.as_str()) {
                let found = finding(entry.key, "unknown-field", format!("{what} has no field `{key}`"));
                let found = match near(&key, known.iter().copied()) {
                    Some(near) => found.help(format!("did you mean `{near}`?")).suggest(near),
                    None if reading.dialect == Dialect::Kustomize && OWN.contains(&key.as_str()) => {
                        found.help("it is a field of `apiVersion: lakehelm.dev/v1alpha1`, `kind: PostRender`")
                    }
                    None => found.help(format!("its fields are {}", known.join(", "))),
                };
                reading.findings.push(found);
            } else if entry.value.resolved().kind() != Kind::Null {
                entries.push((key, entry.value.resolved()));
            }
        }
        Some(Self { node, entries })
    }

    /// Reads the known fields of a map and leaves the others alone.
    pub(super) fn lenient(node: Node<'d>, known: &[&str]) -> Self {
        let map = node.resolved();
        let entries = map.entries().filter_map(|entry| Some((entry.key.key_text()?, entry.value.resolved())));
        let entries =
            entries.filter(|(key, value)| known.contains(&key.as_str()) && value.kind() != Kind::Null);
        Self { node, entries: entries.collect() }
    }

    /// The value of a field that is there and not null.
    pub(super) fn get(&self, key: &str) -> Option<Node<'d>> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, node)| *node)
    }

    /// The items of a field that is a list.
    pub(super) fn items(&self, key: &str, reading: &mut Reading<'_, '_>) -> Vec<Node<'d>> {
        let Some(node) = self.get(key) else { return Vec::new() };
        if node.kind() != Kind::Sequence {
            reading.report(node, "wrong-type", format!("`{key}` must be a list"));
            return Vec::new();
        }
        node.items().map(Node::resolved).collect()
    }

    /// A field that is a string.
    pub(super) fn text(&self, key: &str, reading: &mut Reading<'_, '_>) -> Option<String> {
        let node = self.get(key)?;
        text(node, key, reading)
    }

    /// A field that is a string and must be there.
    pub(super) fn needed(&self, key: &str, reading: &mut Reading<'_, '_>) -> Option<String> {
        if self.get(key).is_none() {
            reading.report(self.node, "missing-field", format!("`{key}` is missing"));
        }
        self.text(key, reading)
    }

    /// A field that is true or false.
    pub(super) fn flag(&self, key: &str, reading: &mut Reading<'_, '_>) -> bool {
        let Some(node) = self.get(key) else { return false };
        match node.value() {
            Some(Scalar::Bool(value)) => value,
            _ => {
                reading.report(node, "wrong-type", format!("`{key}` must be true or false"));
                false
            }
        }
    }
}

/// A string; a number or a bool in its place is a finding.
pub(super) fn text(node: Node<'_>, what: &str, reading: &mut Reading<'_, '_>) -> Option<String> {
    match node.value() {
        Some(Scalar::String(text)) => Some(text.into_owned()),
        Some(_) => {
            let found = finding(node, "wrong-type", format!("`{what}` must be a string"));
            let quoted = format!("\"{}\"", node.text());
            reading.findings.push(found.found(node.text()).suggest(quoted));
            None
        }
        None => {
            reading.report(node, "wrong-type", format!("`{what}` must be a string"));
            None
        }
    }
}
