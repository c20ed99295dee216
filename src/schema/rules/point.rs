//! Where a broken rule points.

use crate::diagnostic::Diagnostic;

use super::Case;
use crate::schema::locate::{Locate, nearest};
use crate::schema::{pointer, words};

/// Points at the value, else at the nearest thing that the user wrote: what stands above the value, else what the rule
/// looks at, else the beginning of the values.
pub(super) fn point(diagnostic: Diagnostic, at: &str, case: &Case<'_>, locate: &dyn Locate) -> Diagnostic {
    let above = match nearest(locate, at) {
        Some((place, true)) => return diagnostic.at(&place.source, place.value_span(), ""),
        above => above.map(|(place, _)| place),
    };
    let unset = format!("{} is not set", words::place(at));
    // Every place above the value was written for its sake, but the root.
    if let Some(place) = above.as_ref().filter(|place| locate.locate("").as_ref() != Some(*place)) {
        return diagnostic.at(&place.source, place.key_span(), format!("{unset} here"));
    }
    let read = read_by(&case.rule.rule, &case.at);
    if let Some(place) = read.iter().find_map(|at| locate.locate(at)) {
        return diagnostic.at(&place.source, place.value_span(), format!("{unset}; the rule looks at this"));
    }
    match above {
        Some(place) => diagnostic.at(&place.source, place.key_span(), format!("{unset} here")),
        None => diagnostic,
    }
}

/// Pointers of the values that an expression reads by name, in the order in which they stand in it.
fn read_by(expression: &str, object: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (variable, base) in [("self", object), ("root", "")] {
        for (start, _) in expression.match_indices(variable) {
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let inside = expression[..start].ends_with(|c| word(c) || c == '.');
            let mut rest = &expression[start + variable.len()..];
            if inside || rest.starts_with(word) {
                continue;
            }
            let mut at = base.to_owned();
            while let Some(after) = rest.strip_prefix('.') {
                let end = after.find(|c| !word(c)).unwrap_or(after.len());
                // A name before a bracket is a function.
                if end == 0 || after[end..].starts_with('(') {
                    break;
                }
                pointer::push(&mut at, &after[..end]);
                rest = &after[end..];
            }
            if at != base {
                found.push((start, at));
            }
        }
    }
    found.sort();
    found.into_iter().map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::read_by;

    #[test]
    fn names_that_an_expression_reads() {
        assert_eq!(
            read_by(
                "!root.a.enabled || self.b.size() > 0 && xself.c && a.root.d && self.all(x, x in root.e)",
                "/o"
            ),
            ["/a/enabled", "/o/b", "/e"]
        );
        assert!(read_by("self", "/o").is_empty());
    }
}
