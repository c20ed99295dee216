//! Files outside the charts: images, scripts, the README of the output.

use serde_json::Value;

use super::charts::{put, says_nothing};
use super::layout::Layout;
use super::plan::Rendering;
use crate::catalog::Component;
use crate::diagnostic::Diagnostics;
use crate::render::SUFFIX;
use crate::tree::Tree;

/// Writes `files/**` of every component to the same path below the output.
pub(super) fn write(
    tree: &mut Tree,
    layout: &Layout<'_>,
    parts: &[&Component],
    rendering: &Rendering<'_>,
) -> Result<(), Diagnostics> {
    let releases = Value::Array(layout.releases.iter().map(super::Release::to_value).collect());
    for component in parts {
        for (path, text) in component.files.below("files") {
            match path.strip_suffix(SUFFIX) {
                None => put(tree, path, text.to_owned())?,
                Some(target) => {
                    let text = rendering.render(component, &format!("files/{path}"), Some(&releases))?;
                    if !says_nothing(&text) {
                        put(tree, target, text)?;
                    }
                }
            }
        }
    }
    Ok(())
}
