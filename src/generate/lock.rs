//! `lakehelm.lock`: versions, releases, dependencies, images, and the digest of each file.

use serde_json::{Map, Value, json};

use super::layout::Layout;
use crate::tree::{File, Tree, lock};
use crate::yaml::write;

/// The digests of the files in a tree, by path.
pub(super) fn digests(tree: &Tree) -> Map<String, Value> {
    tree.iter().map(|(path, file)| (path.to_owned(), json!(file.digest()))).collect()
}

/// Writes the lock of everything that is in the tree, whose digests are these.
pub(super) fn write(tree: &mut Tree, layout: &Layout<'_>, plan: &Value, files: Map<String, Value>) {
    let mut content = Map::new();
    content.insert("lakehelm".into(), json!(env!("CARGO_PKG_VERSION")));
    content.insert(
        "releases".into(),
        Value::Array(layout.releases.iter().map(super::Release::to_value).collect()),
    );
    // What components want recorded beside the engine's own facts.
    if let Some(Value::Object(own)) = plan.get("lock") {
        content.extend(own.clone());
    }
    if let Some(images) = plan.get("images") {
        content.insert("images".into(), images.clone());
    }
    content.insert("files".into(), Value::Object(files));
    let text = format!(
        "# Written by lakehelm generate, read by its next run and by --check. Do not edit.\n{}\n",
        write::block(&Value::Object(content), 0)
    );
    tree.insert(lock::NAME, File::text(text));
}
