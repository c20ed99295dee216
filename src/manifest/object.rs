//! One Kubernetes object of a stream.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Identity;

/// An object as patches see it: a document, or an item of a `List`.
#[derive(Clone, Debug)]
pub struct Object {
    /// Who it was when it came in.
    pub identity: Identity,
    /// What it holds now; none once a patch has deleted it.
    pub value: Option<Value>,
    /// What it held when it came in.
    pub(super) original: Value,
    /// Its index in the document's `items`.
    pub(super) item: Option<usize>,
    /// Helm's own annotation, out of sight of patches.
    pub(super) hidden: Option<Value>,
}

impl Object {
    /// The object in a value; none when it has no kind.
    pub(super) fn of(mut value: Value, item: Option<usize>) -> Option<Self> {
        let identity = Identity::of(&value)?;
        let hidden = super::filename::hide(&mut value);
        Some(Self { identity, original: value.clone(), value: Some(value), item, hidden })
    }

    /// Who it is now.
    pub fn current_identity(&self) -> Option<Identity> {
        Identity::of(self.value.as_ref()?)
    }

    /// True when a patch has changed or deleted it.
    pub fn is_changed(&self) -> bool {
        self.value.as_ref().is_none_or(|value| !crate::yaml::equal(value, &self.original))
    }

    /// True for a hook or a test of the chart.
    pub fn is_hook(&self) -> bool {
        self.metadata("annotations").is_some_and(|map| map.contains_key("helm.sh/hook"))
    }

    /// True for a Secret, whose values never appear in a message.
    pub fn is_secret(&self) -> bool {
        self.identity.kind == "Secret"
    }

    /// `labels` or `annotations`.
    pub fn metadata(&self, key: &str) -> Option<&Map<String, Value>> {
        self.value.as_ref()?.get("metadata")?.get(key)?.as_object()
    }

    /// The whole value of its document when it came in; none for an item of a list, and when something is out of sight.
    pub(super) fn original(&self) -> Option<&Value> {
        (self.item.is_none() && self.hidden.is_none()).then_some(&self.original)
    }

    /// The value as it goes out.
    pub(super) fn finished(&self) -> Option<Cow<'_, Value>> {
        let value = self.value.as_ref()?;
        let Some(hidden) = &self.hidden else { return Some(Cow::Borrowed(value)) };
        let mut value = value.clone();
        super::filename::restore(&mut value, hidden.clone());
        Some(Cow::Owned(value))
    }
}
