//! Which templates read a value.

use crate::catalog::Catalog;
use crate::render::{SUFFIX, lint};
use crate::text::Source;

/// The templates of the catalogue that read a path (`a.list[].b`), something below it, or the list or map that holds it.
pub fn readers(catalog: &Catalog, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    for component in catalog.components() {
        for (file, text) in component.files.iter().filter(|(file, _)| file.ends_with(SUFFIX)) {
            let name = format!("{}/{file}", component.name);
            let uses = lint::uses(&Source::new(&name, text), "values");
            if uses.iter().any(|used| touches(&used.path, path)) {
                found.push(name);
            }
        }
    }
    found
}

fn touches(used: &str, path: &str) -> bool {
    let below = |long: &str, short: &str| {
        long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    // A template that walks over a list names its items in another variable: the list is what the text shows.
    below(used, path) || (below(path, used) && used.contains('.') && path[used.len()..].starts_with('['))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_that_walks_a_list_reads_its_items() {
        assert!(touches("a.b", "a.b") && touches("a.b.c", "a.b") && touches("a.jobs", "a.jobs[].name"));
        assert!(!touches("a", "a.b") && !touches("a.bc", "a.b") && !touches("a.b", "a.b.c"));
    }
}
