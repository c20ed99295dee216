//! What the shell offers for an argument that is a path into the values.

use std::ffi::OsStr;

use clap_complete::engine::CompletionCandidate;
use serde_json::Value;

use super::values_file;
use crate::explain::every_path;
use crate::schema::{Node, Schema};

/// Paths of the values model, with their texts.
pub(super) fn paths(current: &OsStr) -> Vec<CompletionCandidate> {
    candidates(current, false)
}

/// Paths followed by `=`; behind it, the values that are allowed.
pub(super) fn assignments(current: &OsStr) -> Vec<CompletionCandidate> {
    candidates(current, true)
}

fn candidates(current: &OsStr, assign: bool) -> Vec<CompletionCandidate> {
    // Whatever is wrong is said by the command itself: a completion stays silent.
    let (Some(current), Ok(Ok(model))) = (current.to_str(), values_file::model(None)) else {
        return Vec::new();
    };
    match current.split_once('=').filter(|_| assign) {
        Some((path, _)) => values(&model.schema, path, current),
        None => names(&model.schema, current, assign),
    }
}

fn names(schema: &Schema, current: &str, assign: bool) -> Vec<CompletionCandidate> {
    let mut found = Vec::new();
    every_path(schema.root(), &mut |path, node| {
        let leaf = !node.is_branch();
        if path.starts_with(current) && (leaf || !assign) {
            let text = if assign { format!("{path}=") } else { path.to_owned() };
            found.push(CompletionCandidate::new(text).help(Some(help(node).into())));
        }
    });
    found
}

fn values(schema: &Schema, path: &str, current: &str) -> Vec<CompletionCandidate> {
    let Some(node) = schema.node_at(&crate::schema::pointer::from_dotted(path)) else { return Vec::new() };
    let mut texts: Vec<String> = node
        .allowed
        .iter()
        .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        .collect();
    if node.accepts("boolean") {
        texts.extend([true, false].map(|value| Value::Bool(value).to_string()));
    }
    texts
        .into_iter()
        .map(|text| format!("{path}={text}"))
        .filter(|text| text.starts_with(current))
        .map(CompletionCandidate::new)
        .collect()
}

fn help(node: &Node) -> String {
    node.description.split_inclusive(". ").next().unwrap_or_default().trim().to_owned()
}
