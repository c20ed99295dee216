//! The entries of `images`.

use super::fields::Fields;
use super::transformers::Work;
use super::{Dialect, Reading, Step};
use crate::yaml::Node;

/// New names, tags and digests for images of one name.
#[derive(Debug)]
pub struct Image {
    /// The image as a regular expression with tag and digest left out.
    pub name: regex::Regex,
    /// Registry and repository.
    pub new_name: Option<String>,
    /// The tag.
    pub new_tag: Option<String>,
    /// The digest.
    pub digest: Option<String>,
}

/// Another registry for the images of one registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirror {
    /// The registry, and the first parts of the repository if it has some: `docker.io/apache`.
    pub registry: String,
    /// What stands in its place.
    pub new_registry: String,
}

impl Reading<'_, '_> {
    pub(super) fn images(&mut self, fields: &Fields<'_>, steps: &mut Vec<Step>) {
        let own = ["name", "newName", "newTag", "digest", "registry", "newRegistry", "optional"];
        let known = if self.dialect == Dialect::PostRender { &own[..] } else { &own[..4] };
        for (index, node) in fields.items("images", self).into_iter().enumerate() {
            let Some(entry) = Fields::read(node, "an image", known, self) else { continue };
            let work = match entry.get("registry") {
                Some(_) => self.mirror(&entry).map(Work::Mirror),
                None => self.image(node, &entry).map(Work::Images),
            };
            let optional = entry.flag("optional", self);
            steps.extend(work.map(|work| self.step(format!("images[{index}]"), node, work, optional)));
        }
    }

    fn image(&mut self, node: Node<'_>, entry: &Fields<'_>) -> Option<Image> {
        if let Some(stray) = entry.get("newRegistry") {
            self.report(stray, "missing-field", "`newRegistry` needs the `registry` that it replaces");
        }
        let name = entry.needed("name", self)?;
        let expression = format!("^{name}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$");
        let Ok(regex) = regex::Regex::new(&expression) else {
            self.report(node, "invalid-expression", format!("`{name}` is no name of an image"));
            return None;
        };
        let mut get = |key| entry.text(key, self).filter(|text: &String| !text.is_empty());
        let (new_name, new_tag, digest) = (get("newName"), get("newTag"), get("digest"));
        if self.dialect == Dialect::PostRender && new_name.is_none() && new_tag.is_none() && digest.is_none()
        {
            self.report(node, "missing-field", "an image needs `newName`, `newTag` or `digest`");
        }
        Some(Image { name: regex, new_name, new_tag, digest })
    }

    fn mirror(&mut self, entry: &Fields<'_>) -> Option<Mirror> {
        for key in ["name", "newName", "newTag", "digest"] {
            if let Some(stray) = entry.get(key) {
                self.report(
                    stray,
                    "conflicting-fields",
                    format!("an image has `registry` or `{key}`, not both"),
                );
            }
        }
        let (registry, new) = (entry.needed("registry", self), entry.needed("newRegistry", self));
        let mut part = |key: &str, text: Option<String>| {
            let text = text?;
            let sound = !text.is_empty() && !text.contains("://") && !text.contains(['@', ' ']);
            if !sound || text.starts_with('/') || text.ends_with('/') {
                let node = entry.get(key).unwrap_or(entry.node);
                let message = format!("`{key}` is the host of a registry, with or without a path");
                let found = super::finding(node, "invalid-value", message).found(text);
                self.findings.push(found.expected("such as docker.io or registry.example.com/hub"));
                return None;
            }
            Some(text)
        };
        let (registry, new_registry) = (part("registry", registry), part("newRegistry", new));
        Some(Mirror { registry: registry?, new_registry: new_registry? })
    }
}
