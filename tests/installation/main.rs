//! The scripts of the output, run against a cluster that is a folder: what they do, in which order, and what they say when
//! something is wrong. `stubs/` holds the programs that they call.
#![allow(missing_docs, clippy::unwrap_used)]

mod cluster;
mod create_secrets;
mod install;
#[path = "../support/mod.rs"]
mod support;
mod uninstall;
