//! The entries of `files`: patches inside the files of ConfigMaps.

use super::fields::{Fields, text};
use super::patches::Body;
use super::target::Target;
use super::{Reading, Step, finding};
use crate::patch::file::{FileEdit, FilePatch, Format};
use crate::patch::json::{Operation, Parents};
use crate::yaml::{Kind, Node};

const FIELDS: [&str; 10] =
    ["target", "entry", "format", "patch", "path", "set", "unset", "expect", "optional", "ensure"];

impl Reading<'_, '_> {
    pub(super) fn files(&mut self, fields: &Fields<'_>, steps: &mut Vec<Step>) {
        for (index, node) in fields.items("files", self).into_iter().enumerate() {
            let Some(entry) = Fields::read(node, "a patch of a file", &FIELDS, self) else { continue };
            let name = format!("files[{index}]");
            let (file, options) = (self.file_patch(&name, &entry), self.options(&entry));
            let Some(target) = entry.get("target") else {
                self.report(node, "missing-field", "a patch of a file needs the `target` that holds it");
                continue;
            };
            let (Some(target), Some(file)) = (Target::read(target, self), file) else { continue };
            let mut patch = self.patch(node, &name, target, &options);
            patch.bodies = vec![Body::File(file)];
            steps.push(Step::Patch(Box::new(patch)));
        }
    }

    fn file_patch(&mut self, name: &str, entry: &Fields<'_>) -> Option<FilePatch> {
        let file = entry.needed("entry", self)?;
        let format = match entry.get("format").map(|node| (node, node.content())) {
            None => Format::of(&file),
            Some((_, Some("yaml"))) => Some(Format::Yaml),
            Some((_, Some("json"))) => Some(Format::Json),
            Some((_, Some("properties"))) => Some(Format::Properties),
            Some((node, _)) => {
                let found = finding(node, "invalid-value", "`format` says what the file is written in");
                self.findings.push(found.found(node.text()).expected("yaml, json or properties"));
                return None;
            }
        };
        let Some(format) = format else {
            self.report(
                entry.node,
                "missing-field",
                format!("the name `{file}` does not say its `format`: yaml, json or properties"),
            );
            return None;
        };
        let mut edits = Vec::new();
        if let Some(patch) = entry.get("patch").or_else(|| entry.get("path")) {
            if format == Format::Properties {
                self.report(
                    patch,
                    "conflicting-fields",
                    "a properties file has no maps and lists; use `set` and `unset`",
                );
                return None;
            }
            let parents = self.options(entry).parents;
            for body in self.bodies(name, entry)? {
                edits.extend(match body.into_body(parents) {
                    Body::Merge(value) => Some(FileEdit::Merge(value)),
                    Body::Json(operations, parents) => Some(FileEdit::Json(operations, parents)),
                    _ => None,
                });
            }
        }
        self.set(entry, format, &mut edits)?;
        for node in entry.items("unset", self) {
            let key = text(node, "unset", self)?;
            edits.push(match format {
                Format::Properties => FileEdit::RemoveLine(key),
                _ => FileEdit::Json(vec![Operation::Remove(self.pointer(node, &key)?)], Parents::Required),
            });
        }
        if edits.is_empty() {
            self.report(
                entry.node,
                "missing-field",
                "a patch of a file needs `patch`, `path`, `set` or `unset`",
            );
            return None;
        }
        Some(FilePatch { entry: file, format, edits, spelling: self.spelling.clone() })
    }

    /// `set`: values by place, or by key in a properties file.
    fn set(&mut self, entry: &Fields<'_>, format: Format, edits: &mut Vec<FileEdit>) -> Option<()> {
        let Some(map) = entry.get("set") else { return Some(()) };
        if map.kind() != Kind::Mapping {
            self.report(map, "wrong-type", "`set` must be a map");
            return None;
        }
        for pair in map.entries() {
            let (key, node) = (pair.key.key_text()?, pair.value.resolved());
            if format == Format::Properties {
                let Some(value) = node.content().filter(|_| node.kind() == Kind::Scalar) else {
                    self.report(
                        node,
                        "wrong-type",
                        format!("`{key}` must be a scalar: this is a line of a properties file"),
                    );
                    return None;
                };
                edits.push(FileEdit::SetLine(key, value.to_owned()));
                continue;
            }
            let place = self.pointer(pair.key, &key)?;
            let value = node.to_value().ok()?;
            edits.push(FileEdit::Json(vec![Operation::Replace(place, value)], Parents::Ensured));
        }
        Some(())
    }

    /// A place in a file, which is a JSON pointer.
    fn pointer(&mut self, node: Node<'_>, text: &str) -> Option<String> {
        if text.starts_with('/') {
            return Some(text.to_owned());
        }
        let found = finding(node, "invalid-value", format!("`{text}` is no place in the file"));
        self.findings.push(found.expected("a JSON pointer").help(format!("write `/{text}`")));
        None
    }
}
