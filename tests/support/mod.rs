//! What the integration tests share.
#![allow(dead_code, missing_docs, clippy::unwrap_used)]

pub mod helm;
pub mod knobs;
pub mod manifest;
pub mod platform;
pub mod tools;
