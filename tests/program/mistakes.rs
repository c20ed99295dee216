//! Seeded mistakes: each is found, at its line, and most of them with the right correction; valid variations raise nothing.

use lakehelm::diagnostic::Diagnostics;
use lakehelm::edit::fix;
use lakehelm::generate::{Inputs, schema_of, values};
use lakehelm::schema::node::Free;
use lakehelm::schema::{Node, Schema};
use lakehelm::text::{Edit, Source, Span, apply};
use lakehelm::yaml::{Document, Kind, Node as Yaml, Style};

use super::support::{STARTERS, catalog, files, read};

/// One values file with one mistake.
struct Mistake {
    kind: &'static str,
    text: String,
    /// The wrong bytes.
    span: Span,
    line: usize,
    code: &'static str,
    /// What must be suggested, where only one correction is right.
    suggestion: Option<String>,
}

fn check(schema: &Schema, text: &str) -> Diagnostics {
    let inputs = Inputs { values: vec![Source::new("values.yaml", text)], ..Inputs::default() };
    let (Ok((_, found)) | Err(found)) = values::resolve(schema, catalog(), &inputs);
    found
}

/// How many mistakes of a kind one file gives: the point is that they differ.
const EACH: usize = 14;

#[test]
#[expect(clippy::print_stdout, reason = "how many mistakes there are is a result")]
fn every_seeded_mistake_is_found_at_its_line() {
    let schema = schema_of(catalog()).unwrap_or_else(|found| panic!("{found:#?}"));
    let mut mistakes = Vec::new();
    for text in bases() {
        mistakes.extend(seed(&schema, &text));
    }
    assert!(mistakes.len() >= 300, "only {} mistakes", mistakes.len());
    let (mut missed, mut wrong, mut with) = (Vec::new(), Vec::new(), 0);
    for mistake in &mistakes {
        let found = check(&schema, &mistake.text);
        let at_line = found.iter().find(|finding| {
            finding.code == mistake.code
                && finding.place().is_some_and(|(_, start, _)| start.line == mistake.line)
        });
        let line = mistake.text.lines().nth(mistake.line - 1).unwrap_or_default();
        let Some(finding) = at_line else {
            let said: Vec<_> =
                found.iter().map(|f| format!("{} {:?}", f.code, f.place().map(|p| p.1))).collect();
            missed.push(format!(
                "{} {} at line {}: `{line}`: {said:?}",
                mistake.kind, mistake.code, mistake.line
            ));
            continue;
        };
        if let Some(wanted) = &mistake.suggestion {
            with += 1;
            if finding.suggestion.as_ref() != Some(wanted) {
                wrong
                    .push(format!("{} `{line}`: {:?} instead of {wanted}", mistake.kind, finding.suggestion));
            }
        }
    }
    println!(
        "{} mistakes, {with} with one right correction, {} of them got another",
        mistakes.len(),
        wrong.len()
    );
    assert!(missed.is_empty(), "{} of {} not found:\n{}", missed.len(), mistakes.len(), missed.join("\n"));
    assert!(wrong.len() * 20 <= with, "more than 5 % of {with}:\n{}", wrong.join("\n"));
}

/// A fix costs several checks: every fourth mistake is fixed.
const FIXED_EACH: usize = 4;

#[test]
#[expect(clippy::print_stdout, reason = "how many mistakes were fixed is a result")]
fn a_fix_changes_no_byte_beside_the_mistake() {
    let schema = schema_of(catalog()).unwrap_or_else(|found| panic!("{found:#?}"));
    let mut mistakes: Vec<_> = bases().iter().flat_map(|text| seed(&schema, text)).collect();
    mistakes.retain(|mistake| mistake.suggestion.is_some());
    let mut mended = 0;
    for mistake in mistakes.iter().step_by(FIXED_EACH) {
        let fixed = fix(vec![Source::new("values.yaml", mistake.text.as_str())], &|sources: &[Source]| {
            check(&schema, sources[0].text())
        });
        let (text, result) = (&mistake.text, fixed.sources[0].text());
        let (before, after) = (&text[..mistake.span.start], &text[mistake.span.end..]);
        assert!(
            result.len() >= before.len() + after.len()
                && result.starts_with(before)
                && result.ends_with(after),
            "{} at line {}: other bytes changed:\n{result}",
            mistake.kind,
            mistake.line
        );
        mended += usize::from(!fixed.applied.is_empty());
    }
    let tried = mistakes.len().div_ceil(FIXED_EACH);
    println!("{mended} of {tried} mistakes fixed");
    assert!(mended * 10 >= tried * 9, "only {mended} of {tried} mistakes were fixed");
}

fn bases() -> Vec<String> {
    let mut texts: Vec<String> = STARTERS.iter().map(|name| read(&format!("values/{name}.yaml"))).collect();
    texts.extend(
        files("tests/values", ".yaml").iter().map(|path| std::fs::read_to_string(path).expect("reads")),
    );
    texts
}

fn seed(schema: &Schema, text: &str) -> Vec<Mistake> {
    let document = Document::parse(Source::new("values.yaml", text)).expect("parses");
    let mut seeder = Seeder { text, source: document.source().clone(), found: Vec::new() };
    seeder.walk(document.root(), schema.root());
    seeder.whole();
    seeder.found
}

struct Seeder<'t> {
    text: &'t str,
    source: Source,
    found: Vec<Mistake>,
}

impl Seeder<'_> {
    fn walk(&mut self, yaml: Yaml<'_>, node: &Node) {
        for entry in yaml.entries() {
            let Some(key) = entry.key.key_text() else { continue };
            let closed = matches!(node.free, Free::Closed) && node.branches.is_empty();
            if closed && key.len() >= 5 && node.property(&key).is_some() {
                self.keys(entry.key.span(), &key, node);
            }
            if let Some(child) = node.child(&key) {
                self.walk(entry.value, child);
            }
        }
        for (index, item) in yaml.items().enumerate() {
            if let Some(child) = node.child(&index.to_string()) {
                self.walk(item, child);
            }
        }
        if yaml.kind() == Kind::Scalar && yaml.style() == Style::Plain && node.branches.is_empty() {
            self.value(yaml.span(), yaml.text(), node);
        }
    }

    fn keys(&mut self, span: Span, key: &str, node: &Node) {
        let half = key.len() / 2;
        let mut swapped: Vec<char> = key.chars().collect();
        swapped.swap(half, half - 1);
        let slips = [
            ("swapped letters", swapped.into_iter().collect::<String>()),
            ("missing letter", format!("{}{}", &key[..half], &key[half + 1..])),
            ("doubled letter", format!("{}{}", &key[..half], &key[half - 1..])),
            ("cut short", key[..key.len() - 1].to_owned()),
            ("capital letter", key[..1].to_uppercase() + &key[1..]),
        ];
        for (kind, slip) in slips {
            if slip != key && node.property(&slip).is_none() {
                self.add(kind, span, &slip, "unknown-key", Some(key.to_owned()));
            }
        }
    }

    fn value(&mut self, span: Span, text: &str, node: &Node) {
        let only = |name: &str| node.types.len() == 1 && node.accepts(name);
        if node.allowed.len() > 1 && text.len() >= 4 && only("string") {
            let slip = format!("{}{}", &text[..2], &text[3..]);
            self.add("misspelt value", span, &slip, "not-one-of", Some(text.to_owned()));
        } else if only("integer") {
            self.add("quoted number", span, &format!("\"{text}\""), "wrong-type", Some(text.to_owned()));
            self.add("word for a number", span, "several", "wrong-type", None);
        } else if only("boolean") {
            self.add("quoted switch", span, &format!("\"{text}\""), "wrong-type", Some(text.to_owned()));
            self.add("word for a switch", span, "sometimes", "wrong-type", None);
        } else if only("string") && node.allowed.is_empty() {
            for slip in ["on", "0777", "1e3", "1.20"] {
                self.add("text without quotes", span, slip, "wrong-type", Some(format!("\"{slip}\"")));
            }
            self.add("list for text", span, "[a, b]", "wrong-type", None);
            if node.form.is_some() {
                self.add("wrong form", span, "\"?? no !!\"", "pattern-mismatch", None);
            }
        }
    }

    /// Mistakes that are not about one key or value.
    fn whole(&mut self) {
        let lines = self.text.lines().count();
        let end = Span::new(self.text.len(), self.text.len());
        let secret = ["q9Xv2LpZ", "7tRb4KsW", "1mYc8HdN"].concat();
        for (kind, addition, code) in [
            ("key given twice", "apiVersion: lakehelm/v1alpha1\n".to_owned(), "duplicate-key"),
            ("tab", "\tx: 1\n".to_owned(), "invalid-yaml"),
            ("closing bracket too many", "x: ]\n".to_owned(), "invalid-yaml"),
            ("wrong indentation", "   x: 1\n".to_owned(), "invalid-yaml"),
            ("no colon", "platform\n".to_owned(), "invalid-yaml"),
            ("open quote", "x: \"abc\n".to_owned(), "invalid-yaml"),
            ("unknown alias", "x: *nowhere\n".to_owned(), "invalid-yaml"),
            ("template", "x: {{ .Values.x }}\n".to_owned(), "invalid-key"),
            ("secret", format!("postRender: {{token: {secret}}}\n"), "R40"),
        ] {
            // The last line of a starter may be nested: a top-level key ends that.
            let repeated = self.text.lines().any(|line| line.starts_with("postRender"));
            if (kind == "secret" && repeated)
                || (kind == "open quote" || kind == "wrong indentation" || kind == "template")
            {
                continue;
            }
            let text = apply(self.text, &[Edit::new(end, addition)]).expect("fits");
            let span = Span::new(self.text.len(), text.len());
            self.found.push(Mistake { kind, text, span, line: lines + 1, code, suggestion: None });
        }
    }

    fn add(
        &mut self,
        kind: &'static str,
        span: Span,
        new: &str,
        code: &'static str,
        suggestion: Option<String>,
    ) {
        if self.found.iter().filter(|mistake| mistake.kind == kind).count() >= EACH {
            return;
        }
        let text = apply(self.text, &[Edit::new(span, new)]).expect("fits");
        let line = self.source.position(span.start).line;
        let span = Span::new(span.start, span.start + new.len());
        self.found.push(Mistake { kind, text, span, line, code, suggestion });
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "how many variations there are is a result")]
fn valid_variations_raise_nothing() {
    let schema = schema_of(catalog()).unwrap_or_else(|found| panic!("{found:#?}"));
    let mut texts = bases();
    texts.extend(
        files("chart-templates", ".yaml")
            .into_iter()
            .filter(|path| path.to_string_lossy().contains("/tests/valid/"))
            .map(|path| std::fs::read_to_string(path).expect("reads")),
    );
    let mut count = 0;
    for text in &texts {
        let value =
            Document::parse(Source::new("v", text.as_str())).expect("parses").to_value().expect("reads");
        let quoted = serde_json::to_string_pretty(&value).expect("JSON");
        let spaced: String =
            text.lines().map(|line| format!("{line}\n")).collect::<String>() + "\n# the end\n";
        let variations = [
            text.replace('\n', "\r\n"),
            format!("\u{feff}---\n{text}"),
            quoted,
            spaced,
            lakehelm::yaml::write::block(&value, 0),
        ];
        for variation in variations {
            let found = check(&schema, &variation);
            assert!(found.is_empty(), "{found:#?}\n{variation}");
            count += 1;
        }
    }
    assert!(count >= 200, "only {count} variations");
    println!("{count} variations");
}
