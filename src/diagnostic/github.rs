//! Findings as workflow commands: GitHub Actions shows them beside the lines of a pull request.

use super::Diagnostic;
use super::render::fix;

/// One finding as one line: `::error file=…,line=…::…`.
pub fn line(diagnostic: &Diagnostic) -> String {
    let mut properties = Vec::new();
    if let Some((name, start, end)) = diagnostic.place() {
        properties.push(format!("file={}", property(name)));
        properties.push(format!("line={}", start.line));
        properties.push(format!("endLine={}", end.line));
        // Columns are shown only for places within one line.
        if start.line == end.line {
            properties.push(format!("col={}", start.column));
            properties.push(format!("endColumn={}", end.column));
        }
    }
    properties.push(format!("title={}", property(&diagnostic.code)));
    let found = diagnostic.found.iter().map(|text| format!("found: {text}"));
    let expected = diagnostic.expected.iter().map(|text| format!("expected: {text}"));
    let help = diagnostic.help.iter().map(|text| format!("help: {text}"));
    let fix = fix(diagnostic).map(|text| format!("fix: {text}"));
    let lines =
        std::iter::once(diagnostic.message.clone()).chain(found).chain(expected).chain(help).chain(fix);
    let message = lines.collect::<Vec<_>>().join("\n");
    format!("::{} {}::{}", diagnostic.severity.word(), properties.join(","), data(&message))
}

/// What ends a line or begins an escape is escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// In a property, what ends the property too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Source, Span};

    #[test]
    fn is_one_line_whatever_it_says() {
        let source = Source::new("a:b,c.yaml", "x: 100%\n");
        let finding = Diagnostic::error("some-code", "100% wrong\r\nand more, too: yes")
            .at(&source, Span::new(3, 7), "")
            .help("Mend it.")
            .suggest("1");
        assert_eq!(
            line(&finding),
            "::error file=a%3Ab%2Cc.yaml,line=1,endLine=1,col=4,endColumn=8,title=some-code::100%25 wrong%0D%0Aand more, too: yes%0Ahelp: Mend it.%0Afix: replace `100%25` by `1`"
        );
        assert_eq!(line(&Diagnostic::warning("c", "m")), "::warning title=c::m");
    }
}
