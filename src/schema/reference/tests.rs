//! Tests of the reference values.

use serde_json::{Value, json};

use super::text;
use crate::schema::Nowhere;
use crate::schema::helm::tests::sample;
use crate::schema::testing::yaml;

#[test]
fn the_reference_says_everything_and_reads_as_the_defaults() {
    let schema = sample();
    let text = text(&schema);
    insta::assert_snapshot!("reference", text);
    let read: Value = yaml(&text);
    assert_eq!(Ok(&read), schema.fill(&json!({}), &|_, _| None).as_ref());
    assert!(schema.validate(&read, &Nowhere).is_empty());
}
