//! Other images: in the containers of every object and, in our own dialect, where custom resources have some.

use serde_json::Value;

use super::apply::is_open;
use super::config::{Change, Dialect, Hooks, Image, Mirror};
use super::fields::Fields;
use super::{Line, Work};
use crate::diagnostic::Diagnostic;
use crate::manifest::Identity;

/// What Docker takes a name without a registry for.
const DEFAULT_REGISTRY: &str = "docker.io";
/// And one without a slash.
const DEFAULT_OWNER: &str = "library";

impl Work<'_> {
    /// Gives images new references where `renamed` has one.
    pub(super) fn images(
        &mut self,
        change: &Change,
        dialect: Dialect,
        renamed: &dyn Fn(&str) -> Option<String>,
        line: &mut Line,
    ) {
        let fields = self.known.rules.fields();
        let own = (dialect == Dialect::PostRender).then_some(fields);
        self.each(line, |object, identity| {
            let mut found = false;
            if own.is_none() {
                found |= empty_lists(object);
            }
            each_image(object, identity, own, &mut |reference| {
                if let Some(new) = reference.as_str().and_then(renamed) {
                    *reference = new.into();
                    found = true;
                }
            });
            found
        });
        if dialect == Dialect::PostRender && self.hooks == Hooks::Skip {
            self.report_hooks(change, renamed);
        }
    }

    /// Names the hooks that keep an image which the step would change.
    fn report_hooks(&mut self, change: &Change, renamed: &dyn Fn(&str) -> Option<String>) {
        let mut kept = Vec::new();
        for object in self.manifests.iter().flat_map(|manifest| &manifest.objects) {
            let Some(mut value) = object.value.clone().filter(|_| !is_open(object, self.hooks)) else {
                continue;
            };
            let mut meant = false;
            each_image(&mut value, &object.identity, Some(self.known.rules.fields()), &mut |reference| {
                meant |=
                    reference.as_str().and_then(renamed).is_some_and(|new| reference.as_str() != Some(&new));
            });
            kept.extend(meant.then(|| object.identity.to_string()));
        }
        if !kept.is_empty() {
            let message =
                format!("{} leaves the images of hooks and tests: {}", change.name, kept.join(", "));
            self.findings.push(
                Diagnostic::warning("hooks-out-of-reach", message)
                    .at(&change.source, change.span, "")
                    .help("`hooks: patch` reaches them on Helm 4 and in the output of `helm template`; Helm 3 never shows them to a post-renderer, so set their images in the chart's values"),
            );
        }
    }
}

/// Visits every image of an object.
fn each_image(
    value: &mut Value,
    identity: &Identity,
    own: Option<&Fields>,
    visit: &mut dyn FnMut(&mut Value),
) {
    if identity.kind == "CustomResourceDefinition" {
        return;
    }
    walk(value, visit);
    for spec in own.into_iter().flat_map(|fields| &fields.images).filter(|spec| spec.fits(identity)) {
        spec.change(value, visit);
    }
}

fn walk(value: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Object(map) => {
            for (key, child) in map {
                let image = match key.as_str() {
                    "containers" | "initContainers" => "/image",
                    "volumes" => "/image/reference",
                    _ => "",
                };
                if let Value::Array(items) = child
                    && !image.is_empty()
                {
                    items.iter_mut().filter_map(|item| item.pointer_mut(image)).for_each(&mut *visit);
                }
                walk(child, visit);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, visit)),
        _ => {}
    }
}

/// `containers:` without a value becomes an empty list when kustomize looks for images.
fn empty_lists(value: &mut Value) -> bool {
    let mut found = false;
    match value {
        Value::Object(map) => {
            for (key, child) in map {
                if child.is_null() && matches!(key.as_str(), "containers" | "initContainers") {
                    *child = Value::Array(Vec::new());
                    found = true;
                }
                found |= empty_lists(child);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| found |= empty_lists(item)),
        _ => {}
    }
    found
}

/// The new reference of an image; none when it has another name.
pub(super) fn renamed(text: &str, image: &Image) -> Option<String> {
    if !image.name.is_match(text) {
        return None;
    }
    let (rest, old_digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
    let colon = rest.rfind(':').filter(|at| !rest[*at..].contains('/'));
    let (name, old_tag) = colon.map_or((rest, None), |at| (&rest[..at], Some(&rest[at + 1..])));
    let (tag, digest) = match (&image.new_tag, &image.digest) {
        (None, None) => (old_tag, old_digest),
        (tag, digest) => (tag.as_deref(), digest.as_deref()),
    };
    let mut new = image.new_name.as_deref().unwrap_or(name).to_owned();
    if let Some(tag) = tag {
        new.push_str(&format!(":{tag}"));
    }
    if let Some(digest) = digest {
        new.push_str(&format!("@{digest}"));
    }
    Some(new)
}

/// The reference in the new registry; none when the image is of another registry.
pub(super) fn mirrored(text: &str, mirror: &Mirror) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let rest = full(text).strip_prefix(&full_registry(&mirror.registry))?.strip_prefix('/')?.to_owned();
    Some(format!("{}/{rest}", mirror.new_registry))
}

/// A reference with the registry and the owner that Docker adds.
fn full(text: &str) -> String {
    match text.split_once('/') {
        Some((first, rest)) if is_registry(first) => {
            let registry = full_registry(first);
            // `docker.io/nginx` is of the library too.
            let owner = registry == DEFAULT_REGISTRY && !rest.contains('/');
            if owner { format!("{registry}/{DEFAULT_OWNER}/{rest}") } else { format!("{registry}/{rest}") }
        }
        Some(_) => format!("{DEFAULT_REGISTRY}/{text}"),
        None => format!("{DEFAULT_REGISTRY}/{DEFAULT_OWNER}/{text}"),
    }
}

/// True for the first part of a reference when it is a host and not an owner.
fn is_registry(first: &str) -> bool {
    first.contains(['.', ':']) || first == "localhost" || first.chars().any(char::is_uppercase)
}

/// Docker's registry has an older name.
fn full_registry(registry: &str) -> String {
    match registry.strip_prefix("index.docker.io") {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{DEFAULT_REGISTRY}{rest}"),
        _ => registry.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_get_new_parts() {
        let image = |new_name: Option<&str>, new_tag: Option<&str>, digest: Option<&str>| Image {
            name: regex::Regex::new("^r:5000/a(:[a-z0-9.]*)?(@sha256:[a-z0-9]*)?$").expect("compiles"),
            new_name: new_name.map(str::to_owned),
            new_tag: new_tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        };
        let new = |text: &str, image: &Image| renamed(text, image);
        assert_eq!(new("r:5000/a:1", &image(None, Some("2"), None)).as_deref(), Some("r:5000/a:2"));
        assert_eq!(new("r:5000/a", &image(Some("b"), None, None)).as_deref(), Some("b"));
        let both = "r:5000/a:1@sha256:ab";
        assert_eq!(new(both, &image(Some("b"), None, None)).as_deref(), Some("b:1@sha256:ab"));
        let digest = image(None, None, Some("sha256:c"));
        assert_eq!(new("r:5000/a:1", &digest).as_deref(), Some("r:5000/a@sha256:c"));
        assert_eq!(new("r:5000/ab:1", &image(None, Some("2"), None)), None);
    }

    #[test]
    fn mirrors_follow_the_rules_of_docker() {
        let of = |registry: &str, text: &str| {
            mirrored(text, &Mirror { registry: registry.into(), new_registry: "m.example.com/hub".into() })
        };
        for (registry, text, wanted) in [
            ("docker.io", "nginx", Some("library/nginx")),
            ("docker.io", "nginx:1", Some("library/nginx:1")),
            ("docker.io", "nginx@sha256:ab", Some("library/nginx@sha256:ab")),
            ("docker.io", "docker.io/nginx:1", Some("library/nginx:1")),
            ("docker.io", "index.docker.io/a/b:1", Some("a/b:1")),
            ("index.docker.io", "acme/web:2.2", Some("acme/web:2.2")),
            ("docker.io/acme", "acme/web:2.2", Some("web:2.2")),
            ("docker.io/acm", "acme/web:2.2", None),
            ("docker.io", "ghcr.io/a/b", None),
            ("docker.io", "localhost/a", None),
            ("ghcr.io", "ghcr.io/a/b@sha256:1", Some("a/b@sha256:1")),
            ("ghcr.io", "ghcr.io:5000/a", None),
            ("r:5000", "r:5000/a:1", Some("a:1")),
            ("docker.io", "", None),
        ] {
            let wanted = wanted.map(|rest| format!("m.example.com/hub/{rest}"));
            assert_eq!(of(registry, text), wanted, "{registry} {text}");
        }
    }
}
