//! `path=value`, one argument of `set`.

use super::Path;
use crate::diagnostic::Diagnostic;
use crate::text::{Source, Span};

/// A path and the text that it is to hold; the schema decides what the text means.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// Where.
    pub path: Path,
    /// What, as it was written.
    pub value: String,
}

impl Assignment {
    /// Splits at the first `=` that is neither escaped nor in brackets. Commas belong to the value.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let source = Source::new("PATH=VALUE", text);
        let whole = Span::new(0, text.len());
        let Some(at) = separator(text) else {
            return Err(Diagnostic::error("invalid-path", "this argument has no `=`")
                .at(&source, whole, "")
                .expected("PATH=VALUE, for example a.b=4")
                .help("To take a value away, use `lakehelm unset`."));
        };
        if at == 0 {
            return Err(Diagnostic::error("invalid-path", "this argument has no path before its `=`")
                .at(&source, whole, "")
                .expected("PATH=VALUE"));
        }
        Ok(Self { path: Path::parse_in(&source, at)?, value: text[at + 1..].to_owned() })
    }
}

fn separator(text: &str) -> Option<usize> {
    let (mut escaped, mut depth) = (false, 0usize);
    text.char_indices().find_map(|(at, c)| {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '=' if depth == 0 => return Some(at),
            _ => {}
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_the_first_free_equals_sign() {
        for (text, path, value) in
            [("a.b=c=d", "a.b", "c=d"), ("a[n=x].b=1,2", "a[n=x].b", "1,2"), (r"a\=b=", r"a\=b", "")]
        {
            let read = Assignment::parse(text).expect("reads");
            assert_eq!((read.path.text(), read.value.as_str()), (path, value));
        }
        assert_eq!(Assignment::parse("a.b").expect_err("no value").code, "invalid-path");
        assert_eq!(Assignment::parse("=1").expect_err("no path").code, "invalid-path");
    }
}
