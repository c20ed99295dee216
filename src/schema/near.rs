//! Did you mean: the nearest of some names.

/// The candidate that is most likely meant; none when nothing is near enough.
pub fn near<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    within(word, candidates, (word.chars().count() / 3).clamp(1, 3))
}

/// The nearest candidate at most `limit` edits away; case, `-` and `_` do not count.
pub(crate) fn within<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    limit: usize,
) -> Option<&'a str> {
    let wanted = plain(word);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != word)
        .map(|candidate| (distance(&wanted, &plain(candidate)), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn distance(a: &str, b: &str) -> usize {
    // A word that was cut short, or has its plural, is as near as one edit.
    let cut = a.len() >= 4 && b.len() >= 4 && a.len().abs_diff(b.len()) <= 4;
    if a != b && cut && (a.starts_with(b) || b.starts_with(a)) {
        return 1;
    }
    strsim::damerau_levenshtein(a, b)
}

fn plain(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

/// `a, b or c`.
pub(crate) fn or(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips() {
        let keys = ["replicas", "resources", "storage", "storageClass"];
        assert_eq!(near("replica", keys), Some("replicas"));
        assert_eq!(near("repilcas", keys), Some("replicas"));
        assert_eq!(near("storage-class", keys), Some("storageClass"));
        assert_eq!(near("storageclass", keys), Some("storageClass"));
        assert_eq!(near("resource", keys), Some("resources"));
        assert_eq!(near("catalog", keys), None);
        assert_eq!(near("x", ["y"]), Some("y"));
    }

    #[test]
    fn lists_words() {
        let words = |w: &[&str]| or(&w.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
        assert_eq!(words(&["a"]), "a");
        assert_eq!(words(&["a", "b", "c"]), "a, b or c");
    }
}
