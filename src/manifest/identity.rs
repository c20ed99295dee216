//! Who an object is.

use std::fmt;

use serde_json::Value;

/// Group, version, kind, namespace and name of an object; empty where the object has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// `apps`; empty for the core group.
    pub group: String,
    /// `v1`.
    pub version: String,
    /// `Deployment`.
    pub kind: String,
    /// Empty when the object names none: it then goes to the namespace of the release.
    pub namespace: String,
    /// The name; empty for an object with `generateName`.
    pub name: String,
}

impl Identity {
    /// The identity of a value; none when it has no kind, so that it is no Kubernetes object.
    pub fn of(value: &Value) -> Option<Self> {
        let text =
            |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let kind = text("/kind");
        if kind.is_empty() {
            return None;
        }
        let (group, version) = split_api_version(&text("/apiVersion"));
        Some(Self {
            group,
            version,
            kind,
            namespace: text("/metadata/namespace"),
            name: text("/metadata/name"),
        })
    }

    /// `apps/v1`, or `v1` for the core group.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// The namespace, where none and `default` are the same.
    pub fn effective_namespace(&self) -> &str {
        if self.namespace.is_empty() { "default" } else { &self.namespace }
    }
}

/// Group and version of an `apiVersion`.
pub(crate) fn split_api_version(text: &str) -> (String, String) {
    let (group, version) = text.rsplit_once('/').unwrap_or(("", text));
    (group.to_owned(), version.to_owned())
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)?;
        if self.namespace.is_empty() { Ok(()) } else { write!(f, " in {}", self.namespace) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_have_identities() {
        let value = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "namespace": "n"}});
        let identity = Identity::of(&value).expect("an object");
        assert_eq!((identity.group.as_str(), identity.version.as_str()), ("apps", "v1"));
        assert_eq!(identity.to_string(), "Deployment a in n");
        assert_eq!(identity.api_version(), "apps/v1");
        let core = Identity::of(&json!({"apiVersion": "v1", "kind": "Pod"})).expect("an object");
        assert_eq!((core.group.as_str(), core.effective_namespace()), ("", "default"));
        assert_eq!(Identity::of(&json!({"a": 1})), None);
        assert_eq!(Identity::of(&json!("text")), None);
    }
}
