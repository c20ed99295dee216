//! Free configuration maps against tables of known keys (`x-known-keys`).

mod kind;
mod table;

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, Diagnostics};

use super::cel::{Reads, Scope};
use super::locate::Locate;
use super::node::Node;
use super::rules::Data;
use super::walk::walk;
use super::{Schema, pointer, words};
use table::Table;

impl Schema {
    /// Checks configuration maps: keys that the generator owns (`owned-key`), keys that have a new name
    /// (`deprecated-key`, a warning), keys that nobody knows (`unknown-config-key`), and values that the program which
    /// reads them would refuse (`invalid-config-value`).
    pub fn check_keys(&self, values: &Value, data: &Data<'_>, locate: &dyn Locate) -> Diagnostics {
        let mut maps: Vec<(&Node, &str, &Map<String, Value>, String)> = Vec::new();
        walk(&self.root, values, &mut |node, value, at| {
            if let (Some(known), Value::Object(map)) = (&node.known_keys, value)
                && !map.is_empty()
            {
                maps.push((node, known, map, at.to_owned()));
            }
        });
        let mut out = Diagnostics::new();
        let functions = Scope::functions();
        let reads = self.expressions.reads(maps.iter().map(|(_, known, ..)| *known));
        let root = functions.with("root", values, &reads);
        // Maps in the items of a list have one table, and a table is large.
        let mut tables: HashMap<(&str, &str), Result<Table, String>> = HashMap::new();
        for (node, known, map, at) in maps {
            let table = tables
                .entry((&node.component, known))
                .or_insert_with(|| self.table(known, &root, &|reads| data(&node.component, reads)));
            match table {
                Ok(table) => {
                    for (key, value) in map {
                        out.extend(table.check(key, map, &at, locate));
                        out.extend(table.check_value(key, value, &at, locate));
                    }
                }
                Err(why) => {
                    let message = format!(
                        "component {}: the x-known-keys of {} fail: {why}",
                        node.component,
                        words::place(&at)
                    );
                    let fault = Diagnostic::error("broken-rule", message).found(known);
                    let at = pointer::join(&node.pointer, "x-known-keys");
                    out.push(self.sources.mark(fault, &node.component, &at, ""));
                }
            }
        }
        out.sorted()
    }

    fn table(
        &self,
        expression: &str,
        root: &Scope<'_>,
        data: &dyn Fn(&Reads) -> Value,
    ) -> Result<Table, String> {
        let expression = self.expressions.get(expression)?;
        let tables = expression.reads().below("data").map_or(Value::Null, data);
        match expression.evaluate(&root.with("data", &tables, expression.reads()))? {
            Value::Object(table) => Ok(Table::new(table)),
            other => Err(format!("it gives {other} instead of a table")),
        }
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
    known: {execution.checkpointing.interval: duration, state.backend.type: backend, rest.port: integer}
    kinds:
      duration: {is: a duration, pattern: '^[0-9]+ *(ms|s|min)$', examples: [10 s], mend: {'^([0-9]+) *sec$': '$1 s'}}
      backend: {values: [hashmap, rocksdb], anyCase: true, pattern: '[.]'}
      integer: {is: a port, pattern: '^[0-9]+$', range: [0, 65535]}
    deprecated: {state.backend: state.backend.type, gone.key: ''}
    owned: {kubernetes.cluster-id: set from session.name}
    open: [env.java.opts., state.plugin.]
    closed: [execution., state.]
";

    fn check(user: &str) -> Vec<String> {
        let schema = schema(&[("x", PART)]).expect("composes");
        let values = schema.fill(&yaml(user), &|_, _| None).expect("fills");
        let data: Value = yaml(TABLE);
        let found = schema.check_keys(&values, &|_, _| data.clone(), &Nowhere);
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

    /// Only what is said of the key: `x` is no value of most kinds.
    fn check_keys_of(key: &str) -> Vec<String> {
        let found = check(&format!("config: {{{key}: x}}"));
        found.into_iter().filter(|found| !found.starts_with("invalid-config-value")).collect()
    }

    #[test]
    fn values_are_what_their_reader_takes() {
        for (config, expected) in [
            ("rest.port: '8081'", &[][..]),
            ("rest.port: '80810'", &["invalid-config-value \"80810\" -> -"][..]),
            ("rest.port: 8081/tcp", &["invalid-config-value \"8081/tcp\" -> -"]),
            ("execution.checkpointing.interval: 10 s", &[]),
            ("execution.checkpointing.interval: 10 sec", &["invalid-config-value \"10 sec\" -> 10 s"]),
            ("execution.checkpointing.interval: soon", &["invalid-config-value \"soon\" -> -"]),
            ("state.backend.type: ROCKSDB", &[]),
            ("state.backend.type: org.example.Backend", &[]),
            ("state.backend.type: rockdb", &["invalid-config-value \"rockdb\" -> rocksdb"]),
            ("state.backend.type: '{{ backend }}'", &[]),
            (
                "state.backend: rockdb",
                &[
                    "invalid-config-value \"rockdb\" -> rocksdb",
                    "deprecated-key state.backend -> state.backend.type",
                ],
            ),
        ] {
            assert_eq!(check(&format!("config: {{{config}}}")), expected, "{config}");
        }
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
            assert_eq!(check_keys_of(key), expected, "{key}");
        }
        assert_eq!(
            check("config: {state.backend: hashmap, state.backend.type: hashmap}"),
            ["deprecated-key state.backend -> -"]
        );
    }

    #[test]
    fn a_table_that_is_not_there_is_an_error() {
        assert_eq!(check("{version: '9', config: {a: b}}"), ["broken-rule data.keys[root.version] -> -"]);
        assert!(check("version: '9'").is_empty(), "nobody asks for the table of an empty map");
    }
}
