//! The span of a block scalar. The parser tells where its content is, and runs into the next line.

use crate::text::Span;
use crate::yaml::gap::{line_end, line_start, next_line, skip_blank};

/// From its `|` or `>` to the end of its last line of content, without the line break. `from` lies before
/// the header. The error is the place where the header should be.
pub(super) fn span(text: &str, from: usize, content: Span, empty: bool) -> Result<Span, usize> {
    let head = skip_blank(text, from);
    if !matches!(text.as_bytes().get(head), Some(b'|' | b'>')) {
        return Err(head);
    }
    let mut after_head = head + 1;
    while matches!(text.as_bytes().get(after_head), Some(b'+' | b'-' | b'1'..=b'9')) {
        after_head += 1;
    }
    if empty {
        return Ok(Span::new(head, after_head));
    }
    let body = next_line(text, head);
    let mut end = content.end.max(body);
    // The parser runs into the indentation of the next node.
    let last = line_start(text, end);
    if end < text.len() && last >= body && text[last..end].bytes().all(|b| b == b' ') {
        end = last;
    }
    if !text[head..after_head].contains('+') {
        end = trim_blank_lines(text, body, end, content.start - line_start(text, content.start));
    }
    let end = end - usize::from(text[..end].ends_with('\n'));
    let end = end - usize::from(text[..end].ends_with('\r'));
    Ok(Span::new(head, end.max(after_head)))
}

/// Drops blank lines at the end; a line of spaces that is wider than the indentation is content.
fn trim_blank_lines(text: &str, body: usize, mut end: usize, width: usize) -> usize {
    while end > body {
        let before_feed = end - usize::from(text[..end].ends_with('\n'));
        let before_break = before_feed - usize::from(text[..before_feed].ends_with('\r'));
        let start = line_start(text, before_break).max(body);
        let line = &text.as_bytes()[start..line_end(text, start).min(before_break)];
        if line.len() > width || line.iter().any(|b| *b != b' ') {
            break;
        }
        end = start;
    }
    end
}
