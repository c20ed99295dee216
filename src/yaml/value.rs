//! Tree to value, as Helm reads it.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::text::Span;
use crate::yaml::{Kind, Node, Scalar, scalar};

/// Levels of nesting after aliases are expanded; the parser allows 510 before.
const DEPTH: usize = 640;
/// What aliases may add, in bytes of text and 64 for each node.
const EXPANSION: usize = 16 << 20;
const NODE_COST: usize = 64;

/// The value of a node, or everything that is wrong with it.
pub(crate) fn read(node: Node<'_>) -> Result<Value, Diagnostics> {
    Reader::default().read(node)
}

/// The value of a node with what Helm does silently: the last of two equal keys, rounded integers.
pub(crate) fn read_lenient(node: Node<'_>) -> Result<Value, Diagnostics> {
    Reader { lenient: true, ..Reader::default() }.read(node)
}

/// True when two values are the same by type; `1` and `1.0` are the same number.
pub fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64()
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        _ => a == b,
    }
}

#[derive(Default)]
struct Reader {
    diagnostics: Diagnostics,
    /// Do as Helm does where it loses something.
    lenient: bool,
    /// Aliases that are being expanded.
    in_alias: usize,
    /// What aliases have added so far.
    expanded: usize,
    /// A limit is passed: everything else reads as null.
    exhausted: bool,
}

impl Reader {
    fn read(mut self, node: Node<'_>) -> Result<Value, Diagnostics> {
        let value = self.node(node, 0);
        if self.diagnostics.is_empty() { Ok(value) } else { Err(self.diagnostics.sorted()) }
    }

    fn node(&mut self, node: Node<'_>, depth: usize) -> Value {
        if self.in_alias > 0 {
            self.expanded += NODE_COST + node.content().map_or(0, str::len);
        }
        if self.exhausted {
            return Value::Null;
        }
        if self.expanded > EXPANSION || depth > DEPTH {
            self.exhausted = true;
            self.report(node, "alias-expansion", "the aliases of this document expand to too much")
                .help("write the repeated parts out, or shorten them");
            return Value::Null;
        }
        match node.kind() {
            Kind::Alias => self.alias(node, depth),
            Kind::Mapping => self.mapping(node, depth),
            Kind::Sequence => Value::Array(node.items().map(|item| self.node(item, depth + 1)).collect()),
            Kind::Null | Kind::Scalar => self.scalar(node),
        }
    }

    fn alias(&mut self, alias: Node<'_>, depth: usize) -> Value {
        let target = alias.resolved();
        if target.contains(alias) {
            self.report(alias, "alias-cycle", "this alias stands for a node that holds the alias itself");
            return Value::Null;
        }
        self.in_alias += 1;
        let value = self.node(target, depth + 1);
        self.in_alias -= 1;
        value
    }

    fn scalar(&mut self, node: Node<'_>) -> Value {
        let value = match node.scalar() {
            None => return Value::Null,
            Some(Ok(value)) => value,
            Some(Err(mismatch)) => {
                self.report(node, "tag-mismatch", "this value does not fit its tag")
                    .found(node.text())
                    .expected(mismatch.wanted);
                return Value::Null;
            }
        };
        if scalar::is_not_finite(&value) {
            self.report(node, "not-a-finite-number", "Helm refuses infinite numbers and not-a-number")
                .found(node.text())
                .help("quote it if it is a text");
            return Value::Null;
        }
        let rounded =
            matches!(value, Scalar::Float(_)) && node.content().is_some_and(scalar::is_integer_text);
        if rounded && !self.lenient {
            self.report(node, "integer-too-large", "an integer of more than 64 bits would be rounded")
                .found(node.text())
                .expected("an integer from -9223372036854775808 to 18446744073709551615")
                .help("quote it if it is a text");
            return Value::Null;
        }
        value.to_json().unwrap_or(Value::Null)
    }

    fn mapping(&mut self, mapping: Node<'_>, depth: usize) -> Value {
        let mut map = Map::new();
        let mut seen: HashMap<String, Span> = HashMap::new();
        for entry in mapping.entries() {
            let merge = entry.key.is_merge_key();
            let key = if merge { Some("<<".to_owned()) } else { self.key(entry.key) };
            let Some(key) = key else { continue };
            if let Some(first) = seen.get(&key) {
                let source = entry.key.document.source();
                self.diagnostics.push(
                    Diagnostic::error("duplicate-key", format!("`{key}` is given twice in this map"))
                        .at(source, entry.key.span(), "again here")
                        .at(source, *first, "first here")
                        .help("remove one of them: Helm would silently take the last"),
                );
                continue;
            }
            if !self.lenient {
                seen.insert(key.clone(), entry.key.span());
            }
            if merge {
                self.merge(entry.value, depth, &mut map);
            } else {
                let value = self.node(entry.value, depth + 1);
                map.insert(key, value);
            }
        }
        Value::Object(map)
    }

    /// The string of a key.
    fn key(&mut self, key: Node<'_>) -> Option<String> {
        let scalar = match key.resolved().scalar() {
            Some(Ok(scalar)) if !scalar::is_not_finite(&scalar) => scalar,
            _ => {
                self.report(key, "invalid-key", "a key must be a text, a number or a bool")
                    .found(key.text().lines().next().unwrap_or_default());
                return None;
            }
        };
        let text = scalar::key(&scalar);
        if text.is_none() {
            self.report(key, "invalid-key", "a key must not be null").help("quote it if it is a text");
        }
        text
    }

    /// Merges one mapping or a list of them; what comes later in the text wins, as in Helm.
    fn merge(&mut self, node: Node<'_>, depth: usize, into: &mut Map<String, Value>) {
        let merged = match self.node(node, depth + 1) {
            Value::Object(map) => vec![map],
            Value::Array(items) if items.iter().all(Value::is_object) => {
                // The first mapping of a list wins, so it comes last.
                items
                    .into_iter()
                    .rev()
                    .filter_map(|item| if let Value::Object(map) = item { Some(map) } else { None })
                    .collect()
            }
            _ if !self.diagnostics.is_empty() => return,
            _ => {
                self.report(node, "invalid-merge", "only a map or a list of maps can be merged with `<<`");
                return;
            }
        };
        for map in merged {
            into.extend(map);
        }
    }

    fn report(&mut self, node: Node<'_>, code: &str, message: &str) -> Report<'_> {
        let diagnostic = Diagnostic::error(code, message).at(node.document.source(), node.span(), "");
        Report { diagnostic: Some(diagnostic), to: &mut self.diagnostics }
    }
}

/// A diagnostic under construction, which adds itself to the others at the end.
struct Report<'r> {
    diagnostic: Option<Diagnostic>,
    to: &'r mut Diagnostics,
}

impl Report<'_> {
    fn change(mut self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        self.diagnostic = self.diagnostic.take().map(change);
        self
    }

    fn found(self, text: &str) -> Self {
        self.change(|diagnostic| diagnostic.found(text))
    }

    fn expected(self, text: &str) -> Self {
        self.change(|diagnostic| diagnostic.expected(text))
    }

    fn help(self, text: &str) -> Self {
        self.change(|diagnostic| diagnostic.help(text))
    }
}

impl Drop for Report<'_> {
    fn drop(&mut self) {
        if let Some(diagnostic) = self.diagnostic.take() {
            self.to.push(diagnostic);
        }
    }
}
