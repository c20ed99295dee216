//! What is wrong with a text that is not YAML, in words that help its author.

use granit_parser::{ErrorKind, ScanError};

use crate::diagnostic::Diagnostic;
use crate::text::{Source, Span};
use crate::yaml::characters::Forbidden;
use crate::yaml::gap::{line_end, line_start};

const CODE: &str = "invalid-yaml";

/// A fault that the parser found; `within` is the document.
pub(super) fn scan(source: &Source, within: Span, error: &ScanError) -> Diagnostic {
    let text = source.slice(within);
    let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    let at = (0..=at).rev().find(|n| text.is_char_boundary(*n)).unwrap_or(0);
    let line = Span::new(line_start(text, at), line_end(text, at));
    let line_text = &text[line.start..line.end.max(line.start)];
    if let Some(tab) = tab_before_content(line_text).filter(|_| is_tab(error.kind())) {
        let span = Span::new(within.start + line.start + tab, within.start + line.start + tab + 1);
        return Diagnostic::error(CODE, "a tab cannot indent YAML")
            .at(source, span, "tab")
            .help("indent with spaces, two for each level");
    }
    let (message, help) = words(error.kind());
    let end =
        text[at..].chars().next().filter(|c| !matches!(c, '\n' | '\r')).map_or(at, |c| at + c.len_utf8());
    let mut diagnostic =
        Diagnostic::error(CODE, message).at(source, Span::new(within.start + at, within.start + end), "");
    if line_text.contains("{{") {
        diagnostic =
            diagnostic.help("this looks like a template: render it first, or quote the text that holds `{{`");
    } else if let Some(help) = help {
        diagnostic = diagnostic.help(help);
    }
    diagnostic
}

/// A character that YAML forbids, or that its readers disagree on.
pub(super) fn forbidden(source: &Source, base: usize, found: Forbidden) -> Diagnostic {
    let code = u32::from(found.character);
    let span = Span::new(base + found.span.start, base + found.span.end);
    let escape = if code < 0x100 { format!("\\x{code:02X}") } else { format!("\\u{code:04X}") };
    let message = if found.line_break {
        format!("the character U+{code:04X} is a line break to some YAML readers and text to others")
    } else {
        format!("YAML does not allow the character U+{code:04X}")
    };
    Diagnostic::error(CODE, message)
        .at(source, span, "")
        .help(format!("remove it, or write it as `{escape}` between double quotes"))
}

/// More text than spans can count.
pub(super) fn too_long(source: &Source, within: Span) -> Diagnostic {
    Diagnostic::error(CODE, "a YAML document of 4 GiB or more is not supported").at(
        source,
        Span::new(within.start, within.start),
        "",
    )
}

/// The parser accepted a text whose parts cannot be found again.
pub(super) fn lost(source: &Source, at: usize) -> Diagnostic {
    Diagnostic::error(CODE, "this YAML is written in a form that is not supported")
        .at(source, Span::new(at, at), "")
        .help("write it in a simpler way, and report this text if it is valid YAML")
}

fn is_tab(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInIndentation
            | ErrorKind::TabInPlainScalar
            | ErrorKind::UnexpectedCharacter { character: '\t' }
            | ErrorKind::InvalidBlockEntryWhitespace
            | ErrorKind::InvalidMappingValueWhitespace
            | ErrorKind::MappingKeyNotAllowed
            | ErrorKind::MappingValueNotAllowed
            | ErrorKind::BlockSequenceEntryNotAllowed
            | ErrorKind::ExpectedBlockMappingKey
    )
}

/// The first tab of the white space and dashes that a line begins with.
fn tab_before_content(line: &str) -> Option<usize> {
    let blank = line.find(|c: char| !matches!(c, ' ' | '\t' | '-')).unwrap_or(line.len());
    line[..blank].find('\t')
}

/// One sentence on the fault, and one on how to go on.
fn words(kind: &ErrorKind) -> (String, Option<&'static str>) {
    let (message, help) = match kind {
        ErrorKind::RecursionLimitExceeded => {
            ("nested deeper than 255 levels", Some("move the inner parts into a file or a text of their own"))
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            ("this line has no `: ` after its key", Some("write `key: value`, or indent a text that goes on"))
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => (
            "a `:` cannot stand here",
            Some("quote a text that holds `: `, close the brackets before it, or correct the indentation"),
        ),
        ErrorKind::MappingKeyNotAllowed
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::InvalidIndentation => (
            "a key is expected here",
            Some("check the indentation: keys of one map begin in the same column"),
        ),
        ErrorKind::ExpectedBlockSequenceEntry | ErrorKind::BlockSequenceEntryNotAllowed => (
            "a list item cannot stand here",
            Some("check the indentation: the dashes of one list stand in the same column"),
        ),
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::DocumentIndicatorInQuotedScalar => {
            ("a quoted text is not closed before here", Some("add the missing quotation mark"))
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => (
            "text follows a closing quotation mark",
            Some("quote the whole text; inside single quotes write '' for one quotation mark"),
        ),
        ErrorKind::UnknownQuotedScalarEscape => (
            "unknown escape between double quotes",
            Some("write `\\\\` for a backslash, or use single quotes"),
        ),
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofImplicitFlowMapping => {
            ("brackets are not closed, or a comma is missing", Some("check the brackets before this place"))
        }
        ErrorKind::MisplacedFlowCollectionEnd | ErrorKind::MismatchedFlowCollectionEnd { .. } => (
            "this bracket closes nothing, or another kind of bracket",
            Some("close `[` with `]` and `{` with `}`, innermost first; quote a text that holds brackets"),
        ),
        ErrorKind::UnknownAnchor => (
            "no anchor of this name stands before this alias",
            Some("name the value with `&` before its alias, or quote a text that begins with `*`"),
        ),
        ErrorKind::UnexpectedCharacter { character } => {
            return (
                format!("a text cannot begin with `{}`", character.escape_default()),
                Some("quote the text"),
            );
        }
        ErrorKind::InvalidBlockScalarIndent => {
            ("a line of this text block is indented less than the first", Some("indent all its lines alike"))
        }
        other => return (other.to_string(), None),
    };
    (message.to_owned(), help)
}
