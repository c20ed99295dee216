//! One YAML document: its text, its tree, and the value that Helm reads in it.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::text::{Source, Span};
use crate::yaml::tree::Tree;
use crate::yaml::{Kind, Node, parse, pointer, value};

/// A mapping with more entries than this gets an index of its keys when one is looked up.
const WIDE: usize = 32;
/// Merge keys that one look-up follows before it gives up.
const MERGES: usize = 1_000;

/// One YAML document of a [`Source`]: a values file, a schema, one manifest of a stream.
pub struct Document {
    source: Source,
    span: Span,
    tree: Tree,
    wide: OnceLock<HashMap<u32, HashMap<String, u32>>>,
}

impl Document {
    /// Parses a source that holds one document; an empty text is a document that is null.
    #[expect(clippy::result_large_err, reason = "a fault ends the work on a document")]
    pub fn parse(source: Source) -> Result<Document, Diagnostic> {
        let whole = Span::new(0, source.text().len());
        Self::parse_part(source, whole)
    }

    /// Parses the one document that a part of a source holds; its spans are places in the whole source.
    #[expect(clippy::result_large_err, reason = "a fault ends the work on a document")]
    pub fn parse_part(source: Source, span: Span) -> Result<Document, Diagnostic> {
        let tree = parse::parse(&source, span)?;
        Ok(Document { source, span, tree, wide: OnceLock::new() })
    }

    /// The source it was parsed from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The part of the source that holds this document.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The node that holds all others.
    pub fn root(&self) -> Node<'_> {
        Node { document: self, index: 0 }
    }

    /// The node at a JSON pointer. Aliases and merge keys are followed, so every pointer into the value
    /// of [`Document::to_value`] finds the text it came from.
    pub fn get(&self, pointer: &str) -> Option<Node<'_>> {
        let mut node = self.root();
        for step in pointer::steps(pointer)? {
            let holder = node.resolved();
            node = match holder.kind() {
                Kind::Sequence => holder.items().nth(pointer::index(&step)?)?,
                Kind::Mapping => self.look_up(holder, &step, &mut 0)?,
                _ => return None,
            };
        }
        Some(node)
    }

    /// The value that Helm reads: YAML 1.1 scalars, aliases and merge keys expanded.
    pub fn to_value(&self) -> Result<serde_json::Value, Diagnostics> {
        value::read(self.root())
    }

    /// The value with what Helm does silently: the last of two equal keys wins, integers of more than 64 bits
    /// are rounded. For manifests of others; a file that a person writes is read with [`Document::to_value`].
    pub fn to_value_lenient(&self) -> Result<serde_json::Value, Diagnostics> {
        value::read_lenient(self.root())
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The value of a key of a mapping, merged keys included; the last one wins, as in Helm.
    fn look_up<'a>(&'a self, mapping: Node<'a>, key: &str, merges: &mut usize) -> Option<Node<'a>> {
        if let Some(index) = self.wide.get_or_init(|| self.index()).get(&mapping.index) {
            return index.get(key).map(|value| mapping.at(*value));
        }
        let mut found = None;
        for entry in mapping.entries() {
            if entry.key.is_merge_key() {
                *merges += 1;
                if *merges > MERGES {
                    return None;
                }
                let merged = entry.value.resolved();
                let mapping = |node: Node<'a>| (node.kind() == Kind::Mapping).then_some(node);
                found = match mapping(merged) {
                    Some(one) => self.look_up(one, key, merges),
                    // The first mapping of a list wins.
                    None => merged
                        .items()
                        .filter_map(|item| mapping(item.resolved()))
                        .find_map(|one| self.look_up(one, key, merges)),
                }
                .or(found);
            } else if entry.key.key_text().as_deref() == Some(key) {
                found = Some(entry.value);
            }
        }
        found
    }

    /// The keys of all wide mappings that merge nothing.
    fn index(&self) -> HashMap<u32, HashMap<String, u32>> {
        let mut all = HashMap::new();
        for (index, record) in (0_u32..).zip(&self.tree.records) {
            if record.kind != Kind::Mapping || (record.next - index) as usize <= 2 * WIDE {
                continue;
            }
            let mapping = Node { document: self, index };
            if mapping.entries().count() <= WIDE || mapping.entries().any(|entry| entry.key.is_merge_key()) {
                continue;
            }
            let keys = mapping
                .entries()
                .filter_map(|entry| Some((entry.key.key_text()?, entry.value.index)))
                .collect();
            all.insert(index, keys);
        }
        all
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({:?}, {:?}, {} nodes)", self.source, self.span, self.tree.records.len())
    }
}

/// The finding for a text with more than one document where one is wanted.
pub(crate) fn several_documents(source: &Source, marker: Span) -> Diagnostic {
    Diagnostic::error("several-documents", "this file holds more than one YAML document")
        .at(source, marker, "the second document begins here")
        .help("put each document into a file of its own")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(text: &str) -> Document {
        Document::parse(Source::new("test.yaml", text)).unwrap_or_else(|d| panic!("{text:?}: {d:?}"))
    }

    fn value(text: &str) -> serde_json::Value {
        parse(text).to_value().unwrap_or_else(|d| panic!("{text:?}: {d:?}"))
    }

    fn codes(text: &str) -> Vec<String> {
        match Document::parse(Source::new("test.yaml", text)) {
            Err(diagnostic) => vec![diagnostic.code],
            Ok(document) => document.to_value().err().into_iter().flatten().map(|d| d.code).collect(),
        }
    }

    /// The text of the nodes at these pointers.
    fn texts<'a>(document: &'a Document, pointers: &[&str]) -> Vec<&'a str> {
        pointers.iter().map(|p| document.get(p).unwrap_or_else(|| panic!("no {p}")).text()).collect()
    }

    #[test]
    fn values_are_what_helm_reads() {
        for (text, wanted) in [
            ("", json!(null)),
            ("# only a comment\n", json!(null)),
            ("---\n# c\na: 1\n...\n", json!({"a": 1})),
            ("a: 1\n---\n", json!({"a": 1})),
            ("a: on\non: 0777\n1: 1_000\n", json!({"a": true, "true": 511, "1": 1000})),
            ("a: 'on'\nb: \"\\u00e9\"\nc: x\n  y\n\n  z\n", json!({"a": "on", "b": "é", "c": "x y\nz"})),
            (
                "a: !!str 12\nb: !!int \"12\"\nc: !x 1\nd: !!binary aGVsbG8=\n",
                json!({"a": "12", "b": 12, "c": "1", "d": "hello"}),
            ),
            (
                "{a: 1, b, c: , \"d\":[1,2,], e: {}}",
                json!({"a": 1, "b": null, "c": null, "d": [1, 2], "e": {}}),
            ),
            ("[a: 1, {? x : y}, ? z]", json!([{"a": 1}, {"x": true}, {"z": null}])),
            (
                "b: &b {x: 1, z: 2}\nm:\n  x: 9\n  <<: *b\n",
                json!({"b": {"x": 1, "z": 2}, "m": {"x": 1, "z": 2}}),
            ),
            (
                "b: &b {x: 1, z: 2}\nm:\n  <<: *b\n  x: 9\n",
                json!({"b": {"x": 1, "z": 2}, "m": {"x": 9, "z": 2}}),
            ),
            ("m:\n  <<: [{x: 1}, {x: 2, z: 1}]\n", json!({"m": {"x": 1, "z": 1}})),
            ("m: {\"<<\": 1}\n", json!({"m": {"<<": 1}})),
            ("a: &x 1\nb: &x 2\nc: *x\n*x : d\n", json!({"a": 1, "b": 2, "c": 2, "2": "d"})),
            ("? a\n: b\n? c\n? - x\n", json!(null)),
        ] {
            if text.starts_with('?') {
                assert_eq!(codes(text), ["invalid-key"]);
            } else {
                assert_eq!(value(text), wanted, "{text:?}");
            }
        }
    }

    #[test]
    fn spans_end_where_the_value_ends() {
        let text = "a: 1\nb:\n  c: x y # z\n\n  d: |\n\n    foo\n     bar\n\n  e: >-   # hey\n    foo\n    bar\nf:\n- 1\n-\n- a: 1\n  b: 2\n-   - x\n    - y\n# c\n\ng: ~\nh:\ni: \"x\n  y\" # i\n";
        for text in [
            text.to_owned(),
            text.replace('\n', "\r\n"),
            format!("\u{feff}{text}"),
            text.trim_end().to_owned(),
        ] {
            let document = parse(&text);
            let nl = if text.contains('\r') { "\r\n" } else { "\n" };
            let wanted: Vec<String> = [
                "c: x y # z\n\n  d: |\n\n    foo\n     bar\n\n  e: >-   # hey\n    foo\n    bar",
                "x y",
                "|\n\n    foo\n     bar",
                ">-   # hey\n    foo\n    bar",
                "- 1\n-\n- a: 1\n  b: 2\n-   - x\n    - y",
                "",
                "a: 1\n  b: 2",
                "- x\n    - y",
                "~",
                "",
                "\"x\n  y\"",
            ]
            .iter()
            .map(|wanted| wanted.replace('\n', nl))
            .collect();
            let pointers = ["/b", "/b/c", "/b/d", "/b/e", "/f", "/f/1", "/f/2", "/f/3", "/g", "/h", "/i"];
            assert_eq!(texts(&document, &pointers), wanted);
            for pointer in pointers {
                assert_eq!(document.get(pointer).map(Node::pointer).as_deref(), Some(pointer));
            }
            let bar = document.get("/b/d").and_then(Node::value);
            assert_eq!(bar, Some(crate::yaml::Scalar::String("\nfoo\n bar\n".into())));
            let key = document.get("/i").and_then(Node::key_span).expect("a key");
            assert_eq!(document.source().slice(key), "i");
        }
    }

    #[test]
    fn block_scalars_keep_what_is_content() {
        for (text, wanted) in [
            ("a: |+\n  x\n\n\nb: 1\n", "|+\n  x\n\n"),
            ("a: |\n  x\n\n\nb: 1\n", "|\n  x"),
            ("a: |-\n  x\n    \n  \nb: 1\n", "|-\n  x\n    "),
            ("a: |2-\n    x\n   y\nb: 1\n", "|2-\n    x\n   y"),
            ("a: |\n\nb: 1\n", "|"),
            ("a: |\n  x\n # c\nb: 1\n", "|\n  x"),
            ("a: # why\n  |\n  x", "|\n  x"),
            ("a: &t !!str |\n  x\n", "|\n  x"),
            ("a: |+\n\n\n", "|+\n\n"),
        ] {
            assert_eq!(texts(&parse(text), &["/a"]), [wanted], "{text:?}");
        }
    }

    #[test]
    fn properties_belong_to_their_node() {
        let document = parse("&k a: !foo &y\n  c: &z\n  - 1\n&n b: *z\ne: !!str\nf: &e\n&g g: 1\n");
        let spans = |pointer: &str| {
            let node = document.get(pointer).expect(pointer);
            (node.anchor(), node.tag(), document.source().slice(node.span_with_properties()))
        };
        assert_eq!(spans("/a"), (Some("y"), Some("!foo"), "!foo &y\n  c: &z\n  - 1"));
        assert_eq!(spans("/a/c"), (Some("z"), None, "&z\n  - 1"));
        assert_eq!(spans("/e"), (None, Some("tag:yaml.org,2002:str"), "!!str"));
        assert_eq!(spans("/f"), (Some("e"), None, "&e"));
        assert_eq!(document.get("/g").and_then(Node::key).and_then(Node::anchor), Some("g"));
        assert_eq!(document.get("/b").map(Node::kind), Some(Kind::Alias));
        assert_eq!(texts(&document, &["/b/0"]), ["1"]);
    }

    #[test]
    fn faults_have_a_code_and_a_place() {
        for (text, code, place) in [
            ("a:\n\t- x\n", "invalid-yaml", "\t"),
            ("a: 1\nb\n", "invalid-yaml", "b"),
            ("b: y: z\n", "invalid-yaml", ":"),
            ("a: @x\n", "invalid-yaml", "@"),
            ("a: *q\n", "invalid-yaml", "*"),
            ("a: 1\0\n", "invalid-yaml", "\0"),
            ("a: x\u{2028}y\n", "invalid-yaml", "\u{2028}"),
            ("a: 1\n--- \nb: y\n", "several-documents", "---"),
        ] {
            let fault = Document::parse(Source::new("t", text)).expect_err(text);
            assert_eq!(fault.code, code, "{text:?}");
            assert_eq!(fault.labels[0].source.slice(fault.labels[0].span), place, "{text:?}");
            assert!(!fault.help.is_empty() || text.contains('*'), "{text:?} has no help");
        }
    }

    #[test]
    fn values_that_helm_would_change_silently_are_refused() {
        for (text, code) in [
            ("a: 1\na: 2\n", "duplicate-key"),
            ("on: 1\n'true': 2\n", "duplicate-key"),
            ("a: .inf\n", "not-a-finite-number"),
            ("a: 18446744073709551616\n", "integer-too-large"),
            ("a: -9223372036854775809\n", "integer-too-large"),
            ("a: !!int x\n", "tag-mismatch"),
            ("~: 1\n", "invalid-key"),
            ("[a]: 1\n", "invalid-key"),
            ("a: &a [*a]\n", "alias-cycle"),
            ("a: {<<: 1}\n", "invalid-merge"),
        ] {
            assert_eq!(codes(text), [code], "{text:?}");
        }
        let text = "a: 1\nb: {c: .nan, c: 1}\na: 2\n";
        assert_eq!(codes(text), ["not-a-finite-number", "duplicate-key", "duplicate-key"]);
    }

    #[test]
    fn parts_have_places_in_the_whole_source() {
        let source = Source::new("t", "a: 1\n---\nb: |\n  x\nc: &d [1]\n");
        let document = Document::parse_part(source, Span::new(5, 28)).expect("valid");
        assert_eq!(texts(&document, &["/b", "/c/0"]), ["|\n  x", "1"]);
        assert_eq!(document.get("/b").and_then(Node::value), Some(crate::yaml::Scalar::String("x\n".into())));
    }

    #[test]
    fn merged_and_aliased_values_are_found() {
        let text = "b: &b {x: 1, z: {q: 2}}\nl: &l [*b]\nm:\n  <<: [*b, {w: 3}]\n  x: 9\np: *l\n";
        let document = parse(text);
        assert_eq!(texts(&document, &["/m/x", "/m/z/q", "/m/w", "/p/0/x"]), ["9", "2", "3", "1"]);
        assert!(document.get("/m/nothing").is_none());
    }

    #[test]
    fn wide_mappings_are_indexed() {
        let text: String =
            (0..500).map(|n| format!("k{n}: {n}\n")).chain(["k7: last\n".to_owned()]).collect();
        let document = parse(&text);
        assert_eq!(texts(&document, &["/k0", "/k499", "/k7"]), ["0", "499", "last"]);
    }

    #[test]
    fn alias_bombs_end_early() {
        let mut text = "a0: &a0 x\n".to_owned();
        for n in 1..40 {
            let one = format!("*a{}", n - 1);
            text.push_str(&format!("a{n}: &a{n} [{}]\n", [one.as_str(); 9].join(", ")));
        }
        assert_eq!(codes(&text), ["alias-expansion"]);
        let mut text = "a0: &a0 {x: 1}\n".to_owned();
        for n in 1..40 {
            let one = format!("*a{}", n - 1);
            text.push_str(&format!("a{n}: &a{n} {{<<: [{}]}}\n", [one.as_str(); 9].join(", ")));
        }
        assert_eq!(codes(&text), ["alias-expansion"]);
        assert!(parse(&text).get("/a39/y").is_none());
    }
}
