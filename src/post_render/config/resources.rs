//! `resources` of our own kind: objects that are added to what Helm renders.

use super::fields::Fields;
use super::{Reading, finding};
use crate::manifest::Identity;
use crate::text::{Source, Span};
use crate::yaml::write::fragment_block;
use crate::yaml::{Document, Fragment, Kind, Node, Scalar, split};

/// An object to add.
#[derive(Debug)]
pub struct Resource {
    /// Who it is.
    pub identity: Identity,
    /// Its document, without a marker.
    pub text: String,
    /// Where it stands in the configuration.
    pub source: Source,
    /// Its first line there.
    pub span: Span,
}

impl Reading<'_, '_> {
    pub(super) fn resources(&mut self, fields: &Fields<'_>) -> Vec<Resource> {
        let mut resources = Vec::new();
        for node in fields.items("resources", self) {
            let texts = match (node.kind(), node.value()) {
                (Kind::Mapping, _) => match Fragment::from_node(node) {
                    Ok(fragment) => vec![format!("{}\n", fragment_block(&fragment, 0).trim_end())],
                    Err(found) => {
                        self.findings.extend(found);
                        continue;
                    }
                },
                (_, Some(Scalar::String(path))) => documents(&self.file(node, &path)),
                _ => {
                    self.report(
                        node,
                        "wrong-type",
                        "a resource is an object, or the path of a file with objects",
                    );
                    continue;
                }
            };
            for text in texts {
                resources.extend(self.resource(node, text));
            }
        }
        resources
    }

    fn resource(&mut self, node: Node<'_>, text: String) -> Option<Resource> {
        let read = Document::parse(Source::new("a resource", text.as_str())).map_err(Into::into);
        let value = match read.and_then(|document| document.to_value()) {
            Ok(value) => value,
            Err(found) => {
                let reason = found.iter().next().map_or_else(String::new, |found| found.message.clone());
                self.report(node, "invalid-resource", format!("this resource cannot be read: {reason}"));
                return None;
            }
        };
        let found = finding(node, "invalid-resource", "this resource is no Kubernetes object");
        let Some(identity) =
            Identity::of(&value).filter(|identity| !identity.version.is_empty() && !identity.name.is_empty())
        else {
            self.findings.push(found.expected("an object with `apiVersion`, `kind` and `metadata.name`"));
            return None;
        };
        let label = found.labels.into_iter().next()?;
        Some(Resource { identity, text, source: label.source, span: label.span })
    }
}

/// The documents of a file, without markers.
fn documents(text: &str) -> Vec<String> {
    let segments = split::split(text.as_bytes()).filter(|segment| !segment.is_blank(text.as_bytes()));
    let bodies = segments.filter_map(|segment| text.get(segment.body..segment.span.end));
    bodies.map(|body| format!("{}\n", body.trim_end())).collect()
}
