//! Free configuration maps against tables of known keys (`x-known-keys`).

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, Diagnostics};

use super::cel::{Expression, Scope, read_of};
use super::locate::{Locate, at_key};
use super::node::Node;
use super::walk::walk;
use super::{Schema, near, pointer, words};

/// Outside the known prefixes a key counts as a slip only this near to a known one.
const NEAR: usize = 2;

impl Schema {
    /// Checks the keys of configuration maps: those the generator owns (`owned-key`), those that have a new name
    /// (`deprecated-key`, a warning) and those that nobody knows (`unknown-config-key`).
    pub fn check_keys(
        &self,
        values: &Value,
        data: &dyn Fn(&str) -> Value,
        locate: &dyn Locate,
    ) -> Diagnostics {
        let mut maps: Vec<(&Node, &Map<String, Value>, String)> = Vec::new();
        walk(&self.root, values, "", &mut |node, value, at| {
            if let (Some(_), Value::Object(map)) = (&node.known_keys, value)
                && !map.is_empty()
            {
                maps.push((node, map, at.to_owned()));
            }
        });
        let mut out = Diagnostics::new();
        if maps.is_empty() {
            return out;
        }
        let root = Scope::new(values);
        for (node, map, at) in maps {
            let expression = node.known_keys.as_deref().unwrap_or_default();
            match table(expression, &root, &data(&node.component)) {
                Ok(table) => {
                    for key in map.keys() {
                        out.extend(table.check(key, map, &at, locate));
                    }
                }
                Err(why) => {
                    let message = format!(
                        "component {}: the x-known-keys of {} fail: {why}",
                        node.component,
                        words::place(&at)
                    );
                    let fault = Diagnostic::error("broken-rule", message).found(expression);
                    let at = pointer::join(&node.pointer, "x-known-keys");
                    out.push(self.sources.mark(fault, &node.component, &at, ""));
                }
            }
        }
        out.sorted()
    }
}

/// A table of configuration keys.
struct Table(Map<String, Value>);

fn table(expression: &str, root: &Scope<'_>, data: &Value) -> Result<Table, String> {
    let expression = Expression::parse(expression)?;
    match expression.evaluate(&root.with("data", &read_of([&expression], "data", data)))? {
        Value::Object(table) => Ok(Table(table)),
        other => Err(format!("it gives {other} instead of a table")),
    }
}

impl Table {
    fn map(&self, name: &str) -> Option<&Map<String, Value>> {
        self.0.get(name).and_then(Value::as_object)
    }

    fn says(&self, name: &str, key: &str) -> Option<&str> {
        self.map(name)?.get(key).map(|value| value.as_str().unwrap_or_default())
    }

    /// Length of the longest prefix in a list that the key begins with.
    fn prefix(&self, name: &str, key: &str) -> Option<usize> {
        let prefixes = self.0.get(name).and_then(Value::as_array)?;
        prefixes.iter().filter_map(Value::as_str).filter(|p| key.starts_with(p)).map(str::len).max()
    }

    fn check(
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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::schema::Nowhere;
    use crate::schema::testing::{schema, yaml};

    const PART: &str = "
type: object
additionalProperties: false
properties:
  version: {type: string, default: '2', description: Version.}
  config:
    type: object
    description: Free keys.
    additionalProperties: {type: string}
    x-known-keys: data.keys[root.version]
";

    const TABLE: &str = "
keys:
  '2':
    known: {execution.checkpointing.interval: duration, state.backend.type: string, rest.port: integer}
    deprecated: {state.backend: state.backend.type, gone.key: ''}
    owned: {kubernetes.cluster-id: set from session.name}
    open: [env.java.opts., state.plugin.]
    closed: [execution., state.]
";

    fn check(user: &str) -> Vec<String> {
        let schema = schema(&[("x", PART)]).expect("composes");
        let values = schema.fill(&yaml(user), &|_, _| None).expect("fills");
        let data: Value = yaml(TABLE);
        let found = schema.check_keys(&values, &|_| data.clone(), &Nowhere);
        found
            .iter()
            .map(|d| {
                format!(
                    "{} {} -> {}",
                    d.code,
                    d.found.as_deref().unwrap_or(""),
                    d.suggestion.as_deref().unwrap_or("-")
                )
            })
            .collect()
    }

    #[test]
    fn keys_are_known_owned_deprecated_or_slips() {
        for (key, expected) in [
            ("execution.checkpointing.interval", &[][..]),
            ("kubernetes.cluster-id", &["owned-key kubernetes.cluster-id -> -"][..]),
            ("state.backend", &["deprecated-key state.backend -> state.backend.type"]),
            ("gone.key", &["deprecated-key gone.key -> -"]),
            (
                "execution.checkpointing.intervall",
                &["unknown-config-key execution.checkpointing.intervall -> execution.checkpointing.interval"],
            ),
            ("state.something.else", &["unknown-config-key state.something.else -> -"]),
            ("state.plugin.mine", &[]),
            ("env.java.opts.taskmanager", &[]),
            ("my.own.plugin", &[]),
            ("rest.prot", &["unknown-config-key rest.prot -> rest.port"]),
        ] {
            assert_eq!(check(&format!("config: {{{key}: x}}")), expected, "{key}");
        }
        assert_eq!(
            check("config: {state.backend: a, state.backend.type: b}"),
            ["deprecated-key state.backend -> -"]
        );
    }

    #[test]
    fn a_table_that_is_not_there_is_an_error() {
        assert_eq!(check("{version: '9', config: {a: b}}"), ["broken-rule data.keys[root.version] -> -"]);
        assert!(check("version: '9'").is_empty(), "nobody asks for the table of an empty map");
    }
}
