//! The `lakehelm` program.
fn main() {}
