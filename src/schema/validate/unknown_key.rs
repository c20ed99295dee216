//! A key that the schema does not know, and what was meant.

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::schema::locate::{Locate, at_key};
use crate::schema::near::{near, or};
use crate::schema::node::{Free, Node};
use crate::schema::{Schema, pointer, words};

/// More places than this for one name are no help.
const PLACES: usize = 3;

impl Schema {
    /// The finding for a key that an object of the values does not have, given the object's pointer.
    pub fn unknown_key(&self, locate: &dyn Locate, at: &str, key: &str) -> Diagnostic {
        let node = self.node_at(at);
        let names = node.into_iter().flat_map(|node| std::iter::once(node).chain(&node.branches));
        let siblings = names.flat_map(|node| &node.properties).map(|(key, _)| key.as_str()).collect();
        among(self, locate, at, key, siblings)
    }
}

pub(super) fn report(schema: &Schema, locate: &dyn Locate, at: &str, key: &str, raw: &Value) -> Diagnostic {
    let siblings = match raw.get("properties").and_then(Value::as_object) {
        Some(properties) => properties.keys().map(String::as_str).collect(),
        None => Vec::new(),
    };
    among(schema, locate, at, key, siblings)
}

fn among(schema: &Schema, locate: &dyn Locate, at: &str, key: &str, siblings: Vec<&str>) -> Diagnostic {
    let home = if at.is_empty() { "at the top level".to_owned() } else { format!("in {}", words::place(at)) };
    let mut diagnostic = Diagnostic::error("unknown-key", format!("unknown key `{key}` {home}")).found(key);
    if !siblings.is_empty() {
        diagnostic = diagnostic.expected(or(&siblings.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()));
    }
    diagnostic = at_key(diagnostic, locate, &pointer::join(at, key), "");
    if let Some(meant) = near(key, siblings) {
        return diagnostic.help(format!("Did you mean `{meant}`?")).suggest(meant);
    }
    let places = elsewhere(schema, at, key);
    if places.is_empty() {
        return diagnostic;
    }
    diagnostic.help(format!("Did you mean {}?", or(&places)))
}

/// Where else the schema has the key, nearest first: below this object, in the same part, anywhere.
fn elsewhere(schema: &Schema, at: &str, key: &str) -> Vec<String> {
    let mut all = Vec::new();
    collect(schema.root(), "", &mut all);
    let mut named: Vec<&String> =
        all.iter().filter(|path| pointer::last(path).as_deref() == Some(key)).collect();
    if named.is_empty() {
        let names = all.iter().filter_map(|path| pointer::last(path)).collect::<Vec<_>>();
        if let Some(meant) = near(key, names.iter().map(AsRef::as_ref)) {
            named = all.iter().filter(|path| pointer::last(path).as_deref() == Some(meant)).collect();
        }
    }
    let top = |path: &str| pointer::segments(path).next().map(|s| s.into_owned());
    let rank = |path: &str| match () {
        () if !at.is_empty() && path.starts_with(&format!("{at}/")) => 0,
        () if !at.is_empty() && top(path) == top(at) => 1,
        () => 2,
    };
    let best = named.iter().map(|path| rank(path)).min().unwrap_or(2);
    named.retain(|path| rank(path) == best);
    if named.len() > PLACES {
        return Vec::new();
    }
    named.into_iter().map(|path| words::place(path)).collect()
}

/// Every property of the schema, as pointers into values; the first item stands for all.
fn collect(node: &Node, at: &str, out: &mut Vec<String>) {
    for (key, child) in &node.properties {
        let here = pointer::join(at, key);
        collect(child, &here, out);
        out.push(here);
    }
    if let Some(items) = &node.items {
        collect(items, &pointer::join(at, "0"), out);
    }
    if let Free::Each(each) = &node.free {
        collect(each, &pointer::join(at, "*"), out);
    }
}
