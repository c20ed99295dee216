//! What goes out: pieces of the stream that came in, and what was made.

use crate::text::Span;

/// A stream that is mostly another stream. What passes is not copied.
#[derive(Debug)]
pub struct Output<'s> {
    stream: &'s [u8],
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    /// This part of the stream.
    Passed(Span),
    /// New text, not empty.
    Made(Vec<u8>),
}

impl<'s> Output<'s> {
    /// Nothing yet of a stream.
    pub(super) fn of(stream: &'s [u8]) -> Self {
        Self { stream, pieces: Vec::new() }
    }

    /// Puts a document of the stream behind the others; `marked` when it can stand behind another one.
    pub(super) fn pass(&mut self, span: Span, marked: bool) {
        if span.start == span.end {
            return;
        }
        match self.pieces.last_mut() {
            // What was one text stays one text.
            Some(Piece::Passed(last)) if last.end == span.start => last.end = span.end,
            _ => {
                self.separate(marked);
                self.pieces.push(Piece::Passed(span));
            }
        }
    }

    /// Puts a new text behind the others.
    pub(super) fn add(&mut self, text: Vec<u8>, marked: bool) {
        if !text.is_empty() {
            self.separate(marked);
            self.pieces.push(Piece::Made(text));
        }
    }

    /// The marker of a document begins a line; a document without one gets one.
    fn separate(&mut self, marked: bool) {
        let Some(last) = self.pieces.last() else { return };
        let last = self.bytes(last);
        let mut text = Vec::new();
        if !marked {
            // The line break of the document before, if it has one.
            text.extend_from_slice(if last.ends_with(b"\r\n") { b"---\r\n" } else { b"---\n" });
        }
        if last.last() != Some(&b'\n') {
            text.insert(0, b'\n');
        }
        if !text.is_empty() {
            self.pieces.push(Piece::Made(text));
        }
    }

    fn bytes<'p>(&'p self, piece: &'p Piece) -> &'p [u8] {
        match piece {
            Piece::Passed(span) => &self.stream[span.start..span.end],
            Piece::Made(text) => text,
        }
    }

    /// The texts that make it, in order.
    pub fn slices(&self) -> impl Iterator<Item = &[u8]> {
        self.pieces.iter().map(|piece| self.bytes(piece))
    }

    /// The whole text.
    pub fn to_vec(&self) -> Vec<u8> {
        self.slices().collect::<Vec<_>>().concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_one_piece() {
        let mut output = Output::of(b"---\na\n---\nb\n---\nc");
        for (start, end) in [(0, 6), (6, 12), (12, 17)] {
            output.pass(Span::new(start, end), true);
        }
        assert_eq!(output.slices().count(), 1);
        assert_eq!(output.to_vec(), b"---\na\n---\nb\n---\nc");
    }

    #[test]
    fn documents_keep_apart() {
        let mut output = Output::of(b"a\r\n---\nb");
        output.add(b"---\nnew\r\n".to_vec(), true);
        output.pass(Span::new(0, 3), false);
        output.add(Vec::new(), false);
        output.pass(Span::new(3, 8), true);
        output.add(b"---\nlast".to_vec(), true);
        assert_eq!(output.to_vec(), b"---\nnew\r\n---\r\na\r\n---\nb\n---\nlast");
    }
}
