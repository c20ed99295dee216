//! Recompiles the crate when the embedded catalogue changes: the macro that embeds it does not see new files.
fn main() {
    println!("cargo::rerun-if-changed=chart-templates");
    println!("cargo::rerun-if-changed=values/local.yaml");
}
