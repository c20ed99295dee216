//! `replacements`: values that are taken from one object, or given, and put into others.

use super::fields::Fields;
use super::target::Target;
use super::transformers::Work;
use super::{Reading, Step};
use crate::yaml::{Node, Scalar};

/// One entry of `replacements`.
#[derive(Debug)]
pub struct Replacement {
    /// Where the value comes from.
    pub source: ValueSource,
    /// Where it goes.
    pub targets: Vec<Destination>,
}

/// Where a value comes from.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a handful of them in a run")]
pub enum ValueSource {
    /// It is given.
    Given(String),
    /// A field of the one object that is selected.
    Field {
        /// Which object.
        select: Target,
        /// Which field.
        path: String,
        /// Which part of it.
        part: Part,
    },
}

/// Where a value goes.
#[derive(Debug)]
pub struct Destination {
    /// Which objects.
    pub select: Target,
    /// Which of these not.
    pub reject: Vec<Target>,
    /// Which fields.
    pub paths: Vec<String>,
    /// Which part of them.
    pub part: Part,
    /// Missing fields are made.
    pub create: bool,
}

/// A part of a string between delimiters.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// What stands between the parts; without it the whole string is meant.
    pub delimiter: Option<String>,
    /// Which part, from 0.
    pub index: i64,
}

const SELECTOR: [&str; 7] =
    ["group", "version", "kind", "name", "namespace", "labelSelector", "annotationSelector"];

impl Reading<'_, '_> {
    pub(super) fn replacements(&mut self, fields: &Fields<'_>, steps: &mut Vec<Step>) {
        for (index, node) in fields.items("replacements", self).into_iter().enumerate() {
            let known = ["source", "sourceValue", "targets"];
            let Some(entry) = Fields::read(node, "a replacement", &known, self) else { continue };
            let Some(source) = self.value_source(&entry) else { continue };
            let mut targets = Vec::new();
            for target in entry.items("targets", self) {
                targets.extend(self.destination(target));
            }
            if targets.is_empty() {
                self.report(node, "missing-field", "a replacement needs `targets`");
                continue;
            }
            let work = Work::Replacement(Replacement { source, targets });
            steps.push(self.step(format!("replacements[{index}]"), node, work, false));
        }
    }

    fn value_source(&mut self, entry: &Fields<'_>) -> Option<ValueSource> {
        match (entry.get("source"), entry.get("sourceValue")) {
            (Some(source), None) => {
                let known: Vec<&str> = SELECTOR.iter().chain(&["fieldPath", "options"]).copied().collect();
                let fields = Fields::read(source, "a source", &known, self)?;
                let path = fields.text("fieldPath", self).unwrap_or_else(|| "metadata.name".to_owned());
                let (part, _) = self.part(&fields)?;
                Some(ValueSource::Field { select: self.exact(&fields), path, part })
            }
            (None, Some(_)) => entry.text("sourceValue", self).map(ValueSource::Given),
            _ => {
                self.report(
                    entry.node,
                    "missing-field",
                    "a replacement needs `source` or `sourceValue`, and not both",
                );
                None
            }
        }
    }

    fn destination(&mut self, node: Node<'_>) -> Option<Destination> {
        let fields = Fields::read(
            node,
            "a target of a replacement",
            &["select", "reject", "fieldPaths", "options"],
            self,
        )?;
        let Some(select) = fields.get("select") else {
            self.report(node, "missing-field", "a target of a replacement needs `select`");
            return None;
        };
        let select = Fields::read(select, "`select`", &SELECTOR, self)?;
        let select = Target::of(&select, self);
        let mut reject = Vec::new();
        for node in fields.items("reject", self) {
            let rejected = Fields::read(node, "`reject`", &SELECTOR, self)?;
            reject.push(Target::of(&rejected, self));
        }
        let mut paths = Vec::new();
        for path in fields.items("fieldPaths", self) {
            paths.extend(super::fields::text(path, "fieldPaths", self));
        }
        if paths.is_empty() {
            paths.push("metadata.name".to_owned());
        }
        let (part, create) = self.part(&fields)?;
        Some(Destination { select, reject, paths, part, create })
    }

    /// A selector whose texts are no expressions.
    fn exact(&mut self, fields: &Fields<'_>) -> Target {
        let mut pattern = |key: &str| {
            let text = fields.text(key, self).filter(|text| !text.is_empty())?;
            Some(super::Pattern::literal(&text))
        };
        let (group, version, kind) = (pattern("group"), pattern("version"), pattern("kind"));
        let (name, namespace) = (pattern("name"), pattern("namespace"));
        Target { group, version, kind, name, namespace, ..Target::default() }
    }

    /// The options of a source or a target.
    fn part(&mut self, fields: &Fields<'_>) -> Option<(Part, bool)> {
        let Some(node) = fields.get("options") else { return Some((Part::default(), false)) };
        let options =
            Fields::read(node, "the options of a replacement", &["delimiter", "index", "create"], self)?;
        let index = match options.get("index").map(Node::value) {
            None => 0,
            Some(Some(Scalar::Int(index))) => index,
            Some(_) => {
                self.report(node, "wrong-type", "`index` must be a number");
                0
            }
        };
        let part = Part { delimiter: options.text("delimiter", self).filter(|text| !text.is_empty()), index };
        Some((part, options.flag("create", self)))
    }
}
