//! The entries of `patches`, `patchesStrategicMerge` and `patchesJson6902`.

use std::sync::Arc;

use serde_json::Value;

use super::expect::{Expect, expect};
use super::fields::{Fields, text};
use super::target::{Pattern, Target};
use super::{Dialect, PodsPatch, Reading, Requirement, Step, finding};
use crate::diagnostic::Diagnostics;
use crate::manifest::Identity;
use crate::patch::file::FilePatch;
use crate::patch::json::{Operation, Parents};
use crate::patch::text::Replacement;
use crate::post_render::recipe::Origin;
use crate::text::{Source, Span};
use crate::yaml::{Document, Node, split};

/// One patch and the objects it is for.
#[derive(Debug)]
pub struct Patch {
    /// What messages call it: `patches[2]`.
    pub name: String,
    /// Where it stands.
    pub source: Source,
    /// Its first line.
    pub span: Span,
    /// What it is for.
    pub target: Target,
    /// How many objects it must find.
    pub expect: Expect,
    /// What it does, in order.
    pub bodies: Vec<Body>,
    /// It may change the name of an object.
    pub allow_name_change: bool,
    /// It may change the kind of an object.
    pub allow_kind_change: bool,
    /// Finding the wrong number, or changing nothing, is fine.
    pub optional: bool,
    /// The use of a recipe that brought it.
    pub recipe: Option<Arc<Origin>>,
}

/// What a patch does to an object.
#[derive(Debug)]
pub enum Body {
    /// Strategic merge.
    Merge(Value),
    /// JSON Patch.
    Json(Vec<Operation>, Parents),
    /// Checked replacements of text.
    Text(Vec<Replacement>),
    /// The same change of every pod.
    Pods(PodsPatch),
    /// Nothing: it only makes sure of something.
    Require(Box<Requirement>),
    /// A patch inside a file of a ConfigMap.
    File(FilePatch),
}

const ENTRY: [&str; 5] = ["target", "patch", "path", "options", "expect"];
const OWN: [&str; 3] = ["optional", "replaceText", "ensure"];

impl Reading<'_, '_> {
    pub(super) fn patches(&mut self, fields: &Fields<'_>, steps: &mut Vec<Step>) {
        let own: &[&str] = if self.dialect == Dialect::PostRender { &OWN } else { &[] };
        let known: Vec<&str> = match self.dialect {
            Dialect::PostRender => ENTRY.iter().chain(own).copied().collect(),
            Dialect::Kustomize => ENTRY[..4].to_vec(),
        };
        for (index, node) in fields.items("patches", self).into_iter().enumerate() {
            let name = format!("patches[{index}]");
            let Some(entry) = Fields::read(node, "a patch", &known, self) else { continue };
            self.entry(&name, &entry, steps);
        }
    }

    pub(super) fn merge_patches(&mut self, fields: &Fields<'_>, steps: &mut Vec<Step>) {
        for (index, node) in fields.items("patchesStrategicMerge", self).into_iter().enumerate() {
            let name = format!("patchesStrategicMerge[{index}]");
            let Some(text) = text(node, &name, self) else { continue };
            let text = if text.contains(['\n', ':', '{']) { text } else { self.file(node, &text) };
            let Some(bodies) = self.parse(node, &name, &text) else { continue };
            self.untargeted(node, &name, bodies, steps, &Options::default());
        }
    }

    pub(super) fn json_patches(&mut self, fields: &Fields<'_>, steps: &mut Vec<Step>) {
        for (index, node) in fields.items("patchesJson6902", self).into_iter().enumerate() {
            let name = format!("patchesJson6902[{index}]");
            let Some(entry) =
                Fields::read(node, "a JSON patch", &["target", "patch", "path", "options"], self)
            else {
                continue;
            };
            if entry.get("target").is_none() {
                self.report(node, "missing-field", "a JSON patch needs a `target`");
                continue;
            }
            self.entry(&name, &entry, steps);
        }
    }

    fn entry(&mut self, name: &str, entry: &Fields<'_>, steps: &mut Vec<Step>) {
        let options = self.options(entry);
        let Some(mut bodies) = self.bodies(name, entry) else { return };
        if entry.get("patch").or_else(|| entry.get("path")).or_else(|| entry.get("replaceText")).is_none() {
            let own =
                if self.dialect == Dialect::PostRender { ", `path` or `replaceText`" } else { " or `path`" };
            self.report(entry.node, "missing-field", format!("a patch needs `patch`{own}"));
            return;
        }
        let replacements = self.replacements_of_text(entry);
        let Some(target) = entry.get("target") else {
            if !replacements.is_empty() || bodies.iter().any(|body| matches!(body, Parsed::Json(_))) {
                self.report(
                    entry.node,
                    "missing-field",
                    "this patch needs a `target`: it does not say what it is for",
                );
                return;
            }
            self.untargeted(entry.node, name, bodies, steps, &options);
            return;
        };
        if bodies.len() > 1 && bodies.iter().any(|body| matches!(body, Parsed::Merge(_))) {
            self.report(
                entry.node,
                "several-patches",
                "a strategic merge patch with a target holds one document",
            );
            return;
        }
        if bodies.len() > 1 && self.dialect == Dialect::Kustomize {
            bodies.truncate(1);
            let message = format!("{name} holds several JSON patches, and kustomize reads only the first");
            let mut found = finding(entry.node, "several-patches", message);
            found.severity = crate::diagnostic::Severity::Warning;
            self.findings.push(found.help("write all operations in one list"));
        }
        let Some(target) = Target::read(target, self) else { return };
        let mut patch = self.patch(entry.node, name, target, &options);
        patch.bodies = bodies.into_iter().map(|body| body.into_body(options.parents)).collect();
        if !replacements.is_empty() {
            patch.bodies.push(Body::Text(replacements));
        }
        steps.push(Step::Patch(Box::new(patch)));
    }

    /// What `patch` or the file of `path` holds; none with a finding.
    pub(super) fn bodies(&mut self, name: &str, entry: &Fields<'_>) -> Option<Vec<Parsed>> {
        match (entry.get("patch"), entry.get("path")) {
            (Some(_), Some(path)) => {
                self.report(path, "conflicting-fields", "a patch has `patch` or `path`, not both");
                None
            }
            (Some(node), None) => {
                let text = text(node, "patch", self)?;
                self.parse(node, name, &text)
            }
            (None, Some(node)) => {
                let path = text(node, "path", self)?;
                let text = self.file(node, &path);
                self.parse(node, &format!("{name} ({path})"), &text)
            }
            (None, None) => Some(Vec::new()),
        }
    }

    /// Strategic merge patches that say themselves what they are for.
    fn untargeted(
        &mut self,
        node: Node<'_>,
        name: &str,
        bodies: Vec<Parsed>,
        steps: &mut Vec<Step>,
        options: &Options,
    ) {
        let several = bodies.len() > 1;
        for (index, body) in bodies.into_iter().enumerate() {
            let Parsed::Merge(value) = body else {
                self.report(node, "missing-field", "a JSON patch needs a `target`");
                continue;
            };
            let identity = Identity::of(&value)
                .filter(|identity| !identity.name.is_empty() && !identity.version.is_empty());
            let Some(identity) = identity else {
                self.findings.push(
                    finding(node, "missing-identity", "this patch does not say what it is for")
                        .help("give it `apiVersion`, `kind` and `metadata.name`, or a `target`"),
                );
                continue;
            };
            let exact = |text: &str| Some(Pattern::literal(text));
            let target = Target {
                group: exact(&identity.group),
                version: exact(&identity.version),
                kind: exact(&identity.kind),
                name: exact(&identity.name),
                namespace: exact(identity.effective_namespace()),
                ..Target::default()
            };
            let name = if several { format!("{name} document {}", index + 1) } else { name.to_owned() };
            let mut patch = self.patch(node, &name, target, options);
            patch.bodies = vec![Body::Merge(value)];
            steps.push(Step::Patch(Box::new(patch)));
        }
    }

    /// A patch that does nothing yet.
    pub(super) fn patch(&self, node: Node<'_>, name: &str, target: Target, options: &Options) -> Patch {
        let (source, span) = super::first_line(node);
        Patch {
            name: name.to_owned(),
            source,
            span,
            target,
            expect: options.expect,
            bodies: Vec::new(),
            allow_name_change: options.allow_name_change,
            allow_kind_change: options.allow_kind_change,
            optional: options.optional,
            recipe: None,
        }
    }

    /// The documents of a patch's text.
    fn parse(&mut self, node: Node<'_>, name: &str, text: &str) -> Option<Vec<Parsed>> {
        let source = Source::new(format!("{}, {name}", node.document().source().name()), text);
        let mut parsed = Vec::new();
        for segment in split::split(text.as_bytes()).filter(|segment| !segment.is_blank(text.as_bytes())) {
            let read = Document::parse_part(source.clone(), segment.span).map_err(Diagnostics::from);
            let read = read.and_then(|document| {
                let value = document.to_value()?;
                self.spelling.learn(&document);
                Ok((document, value))
            });
            let (document, value) = match read {
                Ok(read) => read,
                Err(found) => {
                    self.findings.extend(found);
                    return None;
                }
            };
            match value {
                Value::Object(_) => parsed.push(Parsed::Merge(value)),
                Value::Array(_) => parsed.push(Parsed::Json(self.operations(document.root())?)),
                Value::Null => {}
                _ => {
                    self.report(node, "invalid-patch", "this is no patch: a map (strategic merge) or a list of operations (JSON Patch) is expected");
                    return None;
                }
            }
        }
        // To kustomize a patch of comments is a patch that does nothing.
        if parsed.is_empty() && self.dialect == Dialect::PostRender {
            self.report(node, "empty-patch", "this patch is empty");
            return None;
        }
        Some(parsed)
    }

    fn operations(&mut self, list: Node<'_>) -> Option<Vec<Operation>> {
        let mut operations = Vec::new();
        for node in list.items() {
            let known = ["op", "path", "from", "value"];
            // The RFC ignores other members; in our own files they are slips.
            let fields = match self.dialect {
                Dialect::PostRender => Fields::read(node, "an operation", &known, self)?,
                Dialect::Kustomize => Fields::lenient(node, &known),
            };
            let op = fields.needed("op", self)?;
            let path = fields.needed("path", self)?;
            let raw =
                node.resolved().entries().find(|entry| entry.key.key_text().as_deref() == Some("value"));
            let value = raw.and_then(|entry| entry.value.to_value().ok());
            let needs_value = matches!(op.as_str(), "add" | "replace" | "test");
            if needs_value && value.is_none() {
                self.report(node, "missing-field", format!("`{op}` needs a `value`"));
                return None;
            }
            let value = value.unwrap_or(Value::Null);
            operations.push(match op.as_str() {
                "add" => Operation::Add(path, value),
                "remove" => Operation::Remove(path),
                "replace" => Operation::Replace(path, value),
                "test" => Operation::Test(path, value),
                "move" => Operation::Move(fields.needed("from", self)?, path),
                "copy" => Operation::Copy(fields.needed("from", self)?, path),
                _ => {
                    let place = fields.get("op").unwrap_or(node);
                    let found = finding(
                        place,
                        "unknown-operation",
                        format!("`{op}` is no operation of a JSON patch"),
                    );
                    self.findings.push(found.expected("add, remove, replace, move, copy or test"));
                    return None;
                }
            });
        }
        Some(operations)
    }

    fn replacements_of_text(&mut self, entry: &Fields<'_>) -> Vec<Replacement> {
        let mut replacements = Vec::new();
        for node in entry.items("replaceText", self) {
            let Some(fields) = Fields::read(node, "a text replacement", &["path", "find", "replace"], self)
            else {
                continue;
            };
            let (path, find) = (fields.needed("path", self), fields.needed("find", self));
            let replace = fields.needed("replace", self);
            if find.as_deref() == Some("") {
                self.report(node, "invalid-value", "`find` must not be empty");
            }
            if let (Some(path), Some(find), Some(replace)) = (path, find, replace) {
                replacements.push(Replacement { path, find, replace });
            }
        }
        replacements
    }

    pub(super) fn options(&mut self, entry: &Fields<'_>) -> Options {
        let mut options = Options { optional: entry.flag("optional", self), ..Options::default() };
        if let Some(node) = entry.get("options")
            && let Some(fields) =
                Fields::read(node, "the options of a patch", &["allowNameChange", "allowKindChange"], self)
        {
            options.allow_name_change = fields.flag("allowNameChange", self);
            options.allow_kind_change = fields.flag("allowKindChange", self);
        }
        if let Some(node) = entry.get("ensure") {
            match node.content() {
                Some("parents") => options.parents = Parents::Ensured,
                _ => self.findings.push(
                    finding(node, "invalid-value", "`ensure` can only be `parents`").found(node.text()),
                ),
            }
        }
        if let Some(node) = entry.get("expect") {
            match expect(node, self) {
                Some(expect) => options.expect = expect,
                None if node.content() == Some("optional") => options.optional = true,
                None => self.findings.push(
                    finding(node, "invalid-value", "`expect` says how many objects the patch must find")
                        .found(node.text().lines().next().unwrap_or_default())
                        .expected("a number, a range such as 1..3, or `optional`"),
                ),
            }
        }
        if options.optional {
            options.expect.min = 0;
        }
        options
    }

    pub(super) fn file(&mut self, node: Node<'_>, path: &str) -> String {
        match (self.read_file)(path) {
            Ok(text) => text,
            Err(reason) => {
                self.report(node, "unreadable-file", format!("cannot read {path}: {reason}"));
                String::new()
            }
        }
    }
}

/// A patch's text, read.
pub(super) enum Parsed {
    Merge(Value),
    Json(Vec<Operation>),
}

impl Parsed {
    pub(super) fn into_body(self, parents: Parents) -> Body {
        match self {
            Parsed::Merge(value) => Body::Merge(value),
            Parsed::Json(operations) => Body::Json(operations, parents),
        }
    }
}

/// What an entry says beside its patch.
#[derive(Default)]
pub(super) struct Options {
    pub(super) expect: Expect,
    pub(super) optional: bool,
    allow_name_change: bool,
    allow_kind_change: bool,
    pub(super) parents: Parents,
}
