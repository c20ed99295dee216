//! A stream of YAML documents, cut at its markers. Nothing is parsed: YAML allows no line that begins with
//! a marker inside any scalar.

use memchr::memmem;

use crate::text::Span;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// One document of a stream with its marker. The segments of a stream, put together, are the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// All bytes of the document, marker included.
    pub span: Span,
    /// Where the text after the marker begins; the start of the span when there is no marker.
    pub body: usize,
}

impl Segment {
    /// True when it begins with `---`.
    pub fn has_marker(&self) -> bool {
        self.body > self.span.start
    }

    /// True when it holds only white space and comments.
    pub fn is_blank(&self, stream: &[u8]) -> bool {
        let body = stream.get(self.body..self.span.end).unwrap_or_default();
        let body = body.strip_prefix(BOM).unwrap_or(body);
        body.split(|b| *b == b'\n').all(|line| {
            let first = line.iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r'));
            matches!(first, None | Some(b'#'))
        })
    }
}

/// The documents of a stream, in order. Text before the first marker is a segment of its own.
pub fn split(stream: &[u8]) -> Segments<'_> {
    Segments { stream, finder: memmem::Finder::new(b"\n---"), at: 0 }
}

/// Iterator over the segments of a stream.
pub struct Segments<'s> {
    stream: &'s [u8],
    finder: memmem::Finder<'static>,
    at: usize,
}

impl Iterator for Segments<'_> {
    type Item = Segment;

    fn next(&mut self) -> Option<Segment> {
        let (stream, start) = (self.stream, self.at);
        if start >= stream.len() {
            return None;
        }
        let bom = if start == 0 && stream.starts_with(BOM) { BOM.len() } else { 0 };
        let body = if is_marker(stream, start + bom) { start + bom + 3 } else { start };
        let mut from = start + bom;
        self.at = loop {
            match self.finder.find(&stream[from..]) {
                Some(found) if is_marker(stream, from + found + 1) => break from + found + 1,
                Some(found) => from += found + 1,
                None => break stream.len(),
            }
        };
        Some(Segment { span: Span::new(start, self.at), body })
    }
}

/// True for `---` at the start of a line, followed by white space or the end.
fn is_marker(stream: &[u8], at: usize) -> bool {
    stream[at..].starts_with(b"---")
        && matches!(stream.get(at + 3), None | Some(b' ' | b'\t' | b'\r' | b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(stream: &str) -> Vec<&str> {
        split(stream.as_bytes()).map(|segment| &stream[segment.span.start..segment.span.end]).collect()
    }

    #[test]
    fn markers_begin_documents() {
        assert_eq!(
            parts("a\n---\nb\n--- # c\nd\n---\t\ne\n---"),
            ["a\n", "---\nb\n", "--- # c\nd\n", "---\t\ne\n", "---"]
        );
        assert_eq!(parts("---\r\na\r\n---\r\nb"), ["---\r\na\r\n", "---\r\nb"]);
        assert_eq!(parts("---\n---\n"), ["---\n", "---\n"]);
        assert_eq!(parts(""), Vec::<&str>::new());
        assert_eq!(parts("\u{feff}---\na\n"), ["\u{feff}---\na\n"]);
    }

    #[test]
    fn other_dashes_do_not() {
        for stream in ["a\n---x\n", "a\n----\n", "a\n ---\nb\n", "k: |\n  ---\n", "-----BEGIN\n"] {
            assert_eq!(parts(stream), [stream]);
        }
    }

    #[test]
    fn blank_documents_are_known() {
        let stream = b"\xef\xbb\xbf# a\n---\n# Source: x\n\n---\r\n  \r\n--- # c\na: 1\n";
        let blank: Vec<_> = split(stream).map(|segment| segment.is_blank(stream)).collect();
        assert_eq!(blank, [true, true, true, false]);
        let bodies: Vec<_> = split(stream).map(|segment| segment.has_marker()).collect();
        assert_eq!(bodies, [false, true, true, true]);
    }
}
