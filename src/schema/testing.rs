//! Schemas for unit tests.

use std::sync::Arc;

use serde_json::Value;

use super::{Fragment, Nowhere, Schema};
use crate::diagnostic::Diagnostics;

pub fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML of a test")
}

pub fn schema(parts: &[(&str, &str)]) -> Result<Schema, Diagnostics> {
    let fragment = |(component, text): &(&str, &str)| Fragment {
        component: (*component).to_owned(),
        value: yaml(text),
        locate: Arc::new(Nowhere),
    };
    Schema::compose(parts.iter().map(fragment).collect())
}
