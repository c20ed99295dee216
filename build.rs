//! What cargo has to know: files that are part of the program, and how it is linked.

fn main() {
    // The macro that embeds the catalogue does not see new files.
    println!("cargo::rerun-if-changed=chart-templates");
    println!("cargo::rerun-if-changed=values/local.yaml");
    // At a fixed address, as Go links helm and kubectl: moving 38,000 addresses takes a quarter of every start.
    let target = |key: &str| std::env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
