//! What lies between two nodes: white space, comments and indicators.

/// Skips white space, line breaks and comments.
pub(crate) fn skip_blank(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            b'#' => at = line_end(text, at),
            _ => break,
        }
    }
    at
}

/// Skips `...` lines before a document.
pub(crate) fn skip_end_markers(text: &str, mut at: usize) -> usize {
    loop {
        let next = skip_blank(text, at);
        // Anything else is the start of a plain scalar: `...{` and ` ...` too.
        let first = matches!(&text[line_start(text, next)..next], "" | "\u{feff}");
        let last = matches!(text.as_bytes().get(next + 3), None | Some(b' ' | b'\t' | b'\n' | b'\r'));
        if !text[next..].starts_with("...") || !first || !last {
            return at;
        }
        at = next + 3;
    }
}

/// The end of the line that holds `at`, before its line break: CR LF, LF, or CR alone.
pub(crate) fn line_end(text: &str, at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text.as_bytes()[at..]).map_or(text.len(), |n| at + n)
}

/// The start of the line after the one that holds `at`; the end of the text when there is none.
pub(crate) fn next_line(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    match &text.as_bytes()[end..] {
        [] => end,
        [b'\r', b'\n', ..] => end + 2,
        _ => end + 1,
    }
}

/// The start of the line that holds `at`.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    // Between CR and LF is no start of a line.
    let before = if at > 0 && bytes.get(at) == Some(&b'\n') && bytes[at - 1] == b'\r' { at - 1 } else { at };
    memchr::memrchr2(b'\n', b'\r', &bytes[..before]).map_or(0, |n| n + 1)
}

/// True when an indicator may end here: white space, a flow indicator or the end of the text.
pub(crate) fn ends_indicator(text: &str, at: usize) -> bool {
    matches!(
        text.as_bytes().get(at),
        None | Some(b' ' | b'\t' | b'\n' | b'\r' | b',' | b'[' | b']' | b'{' | b'}')
    )
}

/// Skips a tag or an anchor.
pub(crate) fn skip_property(text: &str, at: usize) -> usize {
    let rest = &text.as_bytes()[at..];
    if rest.starts_with(b"!<") {
        return memchr::memchr(b'>', rest).map_or(text.len(), |n| at + n + 1);
    }
    let stop = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b',' | b'[' | b']' | b'{' | b'}');
    rest.iter().position(stop).map_or(text.len(), |n| at + n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_comments_are_skipped() {
        assert_eq!(skip_blank("  # a\n\t b", 0), 8);
        assert_eq!(skip_blank("#", 0), 1);
    }

    #[test]
    fn end_markers_end_at_white_space() {
        assert_eq!(skip_end_markers("...\n... # a\nb", 0), 7);
        assert_eq!(skip_end_markers("...", 0), 3);
        assert_eq!(skip_end_markers("\u{feff}...\na", 3), 6);
        for text in ["...a: 1", "...{a: 1", "...,: 1", " ... : 1"] {
            assert_eq!(skip_end_markers(text, 0), 0, "{text}");
        }
    }

    #[test]
    fn lines_end_before_their_break() {
        assert_eq!(line_end("ab\r\nc", 0), 2);
        assert_eq!(line_end("ab\nc", 1), 2);
        assert_eq!(line_end("ab", 1), 2);
        assert_eq!(next_line("ab\r\nc", 0), 4);
        assert_eq!(line_start("ab\ncd", 4), 3);
        assert_eq!((line_start("ab\r\n", 3), line_start("ab\r\n", 2)), (0, 0));
    }

    #[test]
    fn a_carriage_return_alone_ends_a_line() {
        assert_eq!(skip_blank("# a\rb", 0), 4);
        assert_eq!((line_end("ab\rc", 0), next_line("ab\rc", 0), line_start("ab\rc", 4)), (2, 3, 3));
    }

    #[test]
    fn properties_end_at_white_space_or_brackets() {
        assert_eq!(skip_property("!<a,b> c", 0), 6);
        assert_eq!(skip_property("&x, c", 0), 2);
    }
}
