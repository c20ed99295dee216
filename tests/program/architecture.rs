//! Layers point down, the engine knows no product, files stay small, only `cli` prints.

use super::support::{catalog, files, project};

/// Bottom first; `src/lib.rs` and ARCHITECTURE.md say the same.
const LAYERS: [&str; 15] = [
    "text",
    "diagnostic",
    "yaml",
    "schema",
    "manifest",
    "patch",
    "catalog",
    "render",
    "post_render",
    "tree",
    "generate",
    "edit",
    "explain",
    "impact",
    "cli",
];

/// The code of a file without its tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

fn sources() -> Vec<(String, String)> {
    let root = project("src");
    files("src", ".rs")
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("reads"))
        })
        .collect()
}

fn layer(file: &str) -> Option<usize> {
    let module = file.split(['/', '.']).next().unwrap_or_default();
    LAYERS.iter().position(|layer| *layer == module)
}

#[test]
fn layers_point_down() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let Some(own) = layer(&file) else { continue };
        for line in code(&text).lines() {
            let Some(used) = line.split("crate::").nth(1) else { continue };
            let module: String = used.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if let Some(other) = LAYERS.iter().position(|layer| *layer == module)
                && other > own
            {
                wrong.push(format!("src/{file}: {}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "a layer reaches up:\n{}", wrong.join("\n"));
}

#[test]
fn every_module_is_a_layer_with_a_place_in_the_documents() {
    let (lib, architecture) = (super::support::read("src/lib.rs"), super::support::read("ARCHITECTURE.md"));
    for layer in LAYERS {
        assert!(lib.contains(&format!("pub mod {layer};")), "src/lib.rs does not have {layer}");
        assert!(
            architecture.contains(&format!("| `{layer}` |")),
            "ARCHITECTURE.md does not describe {layer}"
        );
    }
    let modules = lib.lines().filter(|line| line.starts_with("pub mod ")).count();
    assert_eq!(modules, LAYERS.len(), "a module of src/lib.rs is in no layer");
}

#[test]
fn the_engine_names_no_product() {
    // What the catalogue calls its components, and what those are made of.
    let mut names: Vec<String> = catalog()
        .components()
        .iter()
        .map(|component| component.name.clone())
        .filter(|name| {
            !["platform", "namespaces", "credentials", "images", "installation"].contains(&name.as_str())
        })
        .collect();
    names.extend(["flink", "iceberg", "minio", "postgres", "kafka", "aws", "irsa"].map(str::to_owned));
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        for (number, line) in code(&text).lines().enumerate() {
            let words = line.to_lowercase();
            // The default values file is a starter of the catalogue.
            if names
                .iter()
                .any(|name| words.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == name))
            {
                wrong.push(format!("src/{file}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "products belong to chart-templates/:\n{}", wrong.join("\n"));
}

#[test]
fn files_stay_small() {
    let long: Vec<_> =
        sources().into_iter().filter(|(_, text)| text.lines().count() > 600).map(|(file, _)| file).collect();
    assert!(long.is_empty(), "two nouns would read better than one: {long:?}");
}

#[test]
fn only_the_command_line_prints() {
    for (file, text) in sources() {
        let prints = ["println!", "print!(", "anstream::std"].iter().any(|word| code(&text).contains(word));
        assert!(!prints || file.starts_with("cli"), "src/{file} prints");
    }
}

#[test]
fn only_three_places_touch_files() {
    for (file, text) in sources() {
        let touches =
            ["std::fs", "fs::", "walkdir::", "std::env"].iter().any(|word| code(&text).contains(word));
        let allowed = file.starts_with("cli") || file.starts_with("tree") || file == "catalog/source.rs";
        assert!(!touches || allowed, "src/{file} touches the outside");
    }
}
