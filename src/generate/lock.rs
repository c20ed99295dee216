//! `lakehelm.lock`: versions, releases, dependencies, images, and the digest of each file.

use serde_json::{Map, Value, json};

use super::layout::Layout;
use crate::tree::{File, Tree, lock};
use crate::yaml::write;

/// Writes the lock of everything that is in the tree.
pub(super) fn write(tree: &mut Tree, layout: &Layout<'_>, plan: &Value) {
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
    let files: Map<_, _> = tree.iter().map(|(path, file)| (path.to_owned(), json!(file.digest()))).collect();
    content.insert("files".into(), Value::Object(files));
    let text = format!(
        "# Written by lakehelm generate, read by its next run and by --check. Do not edit.\n{}\n",
        write::block(&Value::Object(content), 0)
    );
    tree.insert(lock::NAME, File::text(text));
}
