//! What differs between two texts.

use similar::TextDiff;

/// A unified diff, empty when nothing differs; `names` stand in its head.
pub fn unified(before: &str, after: &str, names: (&str, &str)) -> String {
    TextDiff::from_lines(before, after).unified_diff().header(names.0, names.1).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_differ_stand_below_each_other() {
        let diff = unified("a\nb\n", "a\nc\n", ("a/f", "b/f"));
        assert_eq!(diff, "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
        assert_eq!(unified("a\n", "a\n", ("a/f", "b/f")), "");
    }
}
