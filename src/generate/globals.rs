//! What a Helm template reads below `.Values.global`.

use crate::text::Span;

const MARK: &str = ".Values.global.";

/// The dotted paths and where they stand.
pub(super) fn read_by(template: &str) -> impl Iterator<Item = (&str, Span)> {
    template.match_indices(MARK).map(|(at, _)| {
        let start = at + MARK.len();
        let rest = &template[start..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(rest.len());
        let path = rest[..end].trim_end_matches('.');
        (path, Span::new(start, start + path.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::read_by;

    #[test]
    fn paths_with_their_places() {
        let text = "{{ $.Values.global.a.b }} {{ with .root.Values.global.c}} .Values.global.d.";
        let found: Vec<_> = read_by(text).map(|(path, span)| (path, &text[span.start..span.end])).collect();
        assert_eq!(found, [("a.b", "a.b"), ("c", "c"), ("d", "d")]);
    }
}
