//! The `$` keys of a strategic merge patch.

use serde_json::{Map, Value};

use crate::patch::Fault;
use crate::yaml::pointer;

/// Which directives a patch may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directives {
    /// All that Kubernetes defines.
    Kubernetes,
    /// Those that kustomize knows; it would print the others into the manifest.
    Kustomize,
}

/// The value of `$patch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Merge,
    Replace,
    Delete,
}

pub(super) const PATCH: &str = "$patch";
const RETAIN: &str = "$retainKeys";
const ORDER: &str = "$setElementOrder/";
const DELETE: &str = "$deleteFromPrimitiveList/";
/// Keys with a `$` that JSON Schema has; they are content.
const CONTENT: [&str; 3] = ["$ref", "$schema", "$id"];

impl Directives {
    /// True for a key that is a directive; an unknown one is a fault.
    pub(super) fn is_directive(self, key: &str, at: &str) -> Result<bool, Fault> {
        if !key.starts_with('$') || CONTENT.contains(&key) {
            return Ok(false);
        }
        if key == PATCH {
            return Ok(true);
        }
        let known = key == RETAIN || key.starts_with(ORDER) || key.starts_with(DELETE);
        match self {
            Directives::Kubernetes if known => Ok(true),
            Directives::Kustomize if known => Err(Fault::new(
                pointer::join(at, key),
                format!("kustomize does not know the directive `{key}`"),
            )
            .help("it works in a file with `kind: PostRender`")),
            _ => Err(Fault::new(pointer::join(at, key), format!("`{key}` is no directive"))
                .help(format!("directives are {PATCH}, {RETAIN}, {ORDER}<list> and {DELETE}<list>"))),
        }
    }
}

/// What `$patch` says of this map.
pub(super) fn verb(patch: &Map<String, Value>, at: &str) -> Result<Option<Verb>, Fault> {
    let Some(value) = patch.get(PATCH) else { return Ok(None) };
    match value.as_str() {
        Some("merge") => Ok(Some(Verb::Merge)),
        Some("replace") => Ok(Some(Verb::Replace)),
        Some("delete") => Ok(Some(Verb::Delete)),
        _ => Err(Fault::new(pointer::join(at, PATCH), "`$patch` must be `merge`, `replace` or `delete`")),
    }
}

/// The keys that `$retainKeys` leaves.
pub(super) fn retained<'p>(patch: &'p Map<String, Value>, at: &str) -> Result<Option<Vec<&'p str>>, Fault> {
    let Some(value) = patch.get(RETAIN) else { return Ok(None) };
    let place = || pointer::join(at, RETAIN);
    let keys: Option<Vec<&str>> = value.as_array().and_then(|keys| keys.iter().map(Value::as_str).collect());
    let keys = keys.ok_or_else(|| Fault::new(place(), "`$retainKeys` must be a list of keys"))?;
    match patch
        .iter()
        .find(|(key, value)| !key.starts_with('$') && !value.is_null() && !keys.contains(&key.as_str()))
    {
        Some((key, _)) => {
            Err(Fault::new(place(), format!("the patch sets `{key}`, which its `$retainKeys` does not list")))
        }
        None => Ok(Some(keys)),
    }
}

/// The lists of this map that `$setElementOrder` orders.
pub(super) fn element_order<'p>(
    patch: &'p Map<String, Value>,
    at: &str,
) -> Result<Vec<(&'p str, &'p [Value])>, Fault> {
    lists(patch, ORDER, at)
}

/// The lists of this map from which `$deleteFromPrimitiveList` takes scalars.
pub(super) fn primitive_deletions<'p>(
    patch: &'p Map<String, Value>,
    at: &str,
) -> Result<Vec<(&'p str, &'p [Value])>, Fault> {
    lists(patch, DELETE, at)
}

fn lists<'p>(
    patch: &'p Map<String, Value>,
    prefix: &str,
    at: &str,
) -> Result<Vec<(&'p str, &'p [Value])>, Fault> {
    patch
        .iter()
        .filter_map(|(key, value)| Some((key, key.strip_prefix(prefix)?, value)))
        .map(|(key, list, value)| match value.as_array() {
            Some(items) => Ok((list, items.as_slice())),
            None => Err(Fault::new(pointer::join(at, key), format!("`{key}` must be a list"))),
        })
        .collect()
}
