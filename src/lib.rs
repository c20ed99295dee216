//! One schema-checked values file in, installable Helm charts for a streaming lakehouse out.
//!
//! The modules are layers, bottom first; a module imports only modules above it in this list
//! (`tests/program/architecture.rs` holds them to it):
//!
//! * [`text`]: sources, byte spans, edits.
//! * [`diagnostic`]: what is wrong, where, and how to fix it.
//! * [`yaml`]: lossless documents, YAML 1.1 scalars, the one YAML writer.
//! * [`schema`]: composed JSON Schema, defaults, cross-field rules.
//! * [`manifest`]: a stream of Kubernetes objects: split, identity, selectors.
//! * [`patch`]: strategic merge, JSON Patch and checked text replacement.
//! * [`catalog`]: components found by walking `chart-templates`.
//! * [`render`]: text from templates.
//! * [`post_render`]: manifests in, patched manifests out.
//! * [`tree`]: the output tree: compare, write, prune, lock.
//! * [`generate`]: values, schema, plan, render, tree.
//! * [`edit`]: a values file changed by its paths.
//! * [`explain`]: what a value is for, and what it changes.
//! * [`impact`]: two platforms compared, with the risk of each change.
pub mod catalog;
pub mod cli;
pub mod diagnostic;
pub mod edit;
pub mod explain;
pub mod generate;
pub mod impact;
pub mod manifest;
pub mod patch;
pub mod post_render;
pub mod render;
pub mod schema;
pub mod text;
pub mod tree;
pub mod yaml;
