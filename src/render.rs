//! Text from templates: one Tera environment for each kind of file, with the delimiters of the catalogue.

mod escape;
mod filters;
pub mod kind;
pub mod lint;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::Value;
use tera::{Context, Delimiters, ErrorKind, ReportError, Tera};

use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::text::{Source, Span};
pub use kind::Kind;

/// The ending of a file that is rendered; the written file lacks it.
pub const SUFFIX: &str = ".tera";

/// All templates of a catalogue, parsed.
pub struct Renderer {
    engines: BTreeMap<Kind, Tera>,
    sources: BTreeMap<String, Source>,
}

impl Renderer {
    /// Parses every template; the first that does not parse is the error.
    pub fn new(catalog: &Catalog) -> Result<Self, Diagnostic> {
        let own = catalog.components().iter().flat_map(|component| {
            let name = |path: &str| format!("{}/{path}", component.name);
            component.files.iter().map(move |(path, text)| (Some(Kind::of(path)), name(path), text))
        });
        // A shared template is there for every kind of file.
        let shared = catalog.shared().iter().filter(|(path, _)| path.matches('/').count() == 1);
        let shared = shared.map(|(path, text)| (None, path.to_owned(), text));
        let mut sources = BTreeMap::new();
        let mut kinds = BTreeMap::new();
        for (kind, name, text) in own.chain(shared).filter(|(_, name, _)| name.ends_with(SUFFIX)) {
            sources.insert(name.clone(), Source::new(name.clone(), text));
            kinds.insert(name, kind);
        }
        let parse = |kind: Kind| {
            let mut tera = engine(kind).map_err(|error| fault(&error, &sources))?;
            let of_kind = |name: &str| kinds.get(name).is_some_and(|own| own.is_none_or(|own| own == kind));
            let all = sources.iter().filter(|(name, _)| of_kind(name));
            let all: Vec<_> = all.map(|(name, source)| (name.as_str(), source.text())).collect();
            tera.add_raw_templates(all).map_err(|error| fault(&error, &sources))?;
            Ok((kind, tera))
        };
        let used: BTreeSet<Kind> = kinds.values().copied().flatten().collect();
        let engines: Vec<_> = used.into_par_iter().map(parse).collect();
        let engines = engines.into_iter().collect::<Result<_, _>>()?;
        Ok(Self { engines, sources })
    }

    /// One template on its own, of the kind that its name says.
    pub fn of(source: &Source) -> Result<Self, Diagnostic> {
        let sources = BTreeMap::from([(source.name().to_owned(), source.clone())]);
        let kind = Kind::of(source.name());
        let mut tera = engine(kind).map_err(|error| fault(&error, &sources))?;
        tera.add_raw_templates([(source.name(), source.text())]).map_err(|error| fault(&error, &sources))?;
        Ok(Self { engines: BTreeMap::from([(kind, tera)]), sources })
    }

    /// Renders the template that has this source.
    pub fn render_source(&self, source: &Source, variables: &Variables) -> Result<String, Diagnostic> {
        let engine = self.engines.get(&Kind::of(source.name())).ok_or_else(|| missing(source.name()))?;
        let text =
            engine.render(source.name(), &variables.0).map_err(|error| fault(&error, &self.sources))?;
        Ok(tidy(text))
    }

    /// Renders one template of a component with the given variables.
    pub fn render(&self, component: &str, path: &str, variables: &Variables) -> Result<String, Diagnostic> {
        let name = format!("{component}/{path}");
        let engine = self.engines.get(&Kind::of(path)).ok_or_else(|| missing(&name))?;
        let text = engine.render(&name, &variables.0).map_err(|error| fault(&error, &self.sources))?;
        Ok(tidy(text))
    }

    /// The members of a variable that the templates of a component and the shared ones read by name; `None`: one of them
    /// reads the variable in another way too.
    pub fn members(&self, component: &str, variable: &str) -> Option<BTreeSet<&str>> {
        let mut members = BTreeSet::new();
        for (name, source) in &self.sources {
            let folder = name.split('/').next().unwrap_or_default();
            let own = folder == component || folder.starts_with('_');
            if own && source.text().contains(variable) {
                members.extend(lint::members(source.text(), variable)?);
            }
        }
        Some(members)
    }

    /// The texts of all templates, by `<component>/<path>`.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.values()
    }
}

/// What a template may read.
#[derive(Clone, Default)]
pub struct Variables(Context);

impl Variables {
    /// Sets one variable.
    pub fn set(&mut self, name: &'static str, value: &Value) {
        self.0.insert(name, value);
    }

    /// Adds the variables of another set.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

fn engine(kind: Kind) -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    tera.set_delimiters(Delimiters {
        block_start: "<%".into(),
        block_end: "%>".into(),
        variable_start: "<[".into(),
        variable_end: "]>".into(),
        comment_start: "<#".into(),
        comment_end: "#>".into(),
    })?;
    if let Some(function) = escape::function(kind) {
        // Every template name ends with the empty string: all of them are escaped.
        tera.autoescape_on([""]);
        tera.set_escape_fn(function);
    } else {
        tera.autoescape_on(Vec::<&str>::new());
    }
    filters::register(&mut tera, kind);
    Ok(tera)
}

/// One newline at the end, no blank lines at the start, no runs of blank lines, no trailing blanks:
/// what a statement on a line of its own leaves behind.
fn tidy(text: String) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() && blank {
            continue;
        }
        blank = line.is_empty();
        tidy.push_str(line);
        tidy.push('\n');
    }
    while tidy.ends_with("\n\n") {
        tidy.pop();
    }
    tidy
}

fn missing(name: &str) -> Diagnostic {
    Diagnostic::error("unknown-template", format!("there is no template {name}"))
}

/// A fault of a template, at its place in the catalogue.
fn fault(error: &tera::Error, sources: &BTreeMap<String, Source>) -> Diagnostic {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => at(report, sources),
        other => Diagnostic::error("template-fault", other.to_string()),
    }
}

fn at(report: &ReportError, sources: &BTreeMap<String, Source>) -> Diagnostic {
    let finding = Diagnostic::error("template-fault", report.message()).help(
        "The template belongs to the catalogue: mend it there (chart-templates/README.md), or report it.",
    );
    match sources.get(report.filename()) {
        Some(source) => finding.at(source, Span::from(report.span().range.clone()), ""),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Files;
    use serde_json::json;

    fn renderer(files: &[(&str, &str)]) -> Result<Renderer, Diagnostic> {
        let mut all = Files::default();
        all.insert("x/component.yaml".into(), "title: X\nsummary: X.\n");
        for (path, text) in files {
            all.insert(format!("x/{path}"), (*text).to_owned());
        }
        Renderer::new(&Catalog::load(all).expect("loads"))
    }

    fn render(path: &str, template: &str, values: Value) -> Result<String, Diagnostic> {
        let mut variables = Variables::default();
        variables.set("values", &values);
        renderer(&[(path, template)])?.render("x", path, &variables)
    }

    #[test]
    fn yaml_is_quoted_where_a_reader_could_be_mistaken() {
        let text = "a: <[ values.a ]>\nb: <[ values.b ]>\nc: <[ values.c ]>\n";
        let out = render("chart/values.yaml.tera", text, json!({"a": "on", "b": "plain", "c": 3}))
            .expect("renders");
        assert_eq!(out, "a: \"on\"\nb: plain\nc: 3\n");
    }

    #[test]
    fn helm_braces_pass_and_printed_braces_are_protected() {
        let text = "a: {{ .Values.x }}\nb: <[ values.b ]>\n";
        let out = render("chart/templates/a.yaml.tera", text, json!({"b": "{{ x }}"})).expect("renders");
        assert_eq!(out, "a: {{ .Values.x }}\nb: \"{{ \"{{\" }} x }}\"\n");
    }

    #[test]
    fn shell_is_quoted_and_other_text_is_not() {
        let values = json!({"a": "it's $HOME"});
        assert_eq!(
            render("files/a.sh.tera", "x=<[ values.a ]>\n", values.clone()).expect("renders"),
            "x='it'\\''s $HOME'\n"
        );
        assert_eq!(render("files/a.md.tera", "<[ values.a ]>\n", values).expect("renders"), "it's $HOME\n");
    }

    #[test]
    fn a_fault_names_template_and_place() {
        let fault = render("chart/templates/a.yaml.tera", "a: 1\nb: <[ values.typo ]>\n", json!({}))
            .expect_err("undefined");
        let (name, at, _) = fault.place().expect("has a place");
        assert_eq!((name, at.line), ("x/chart/templates/a.yaml.tera", 2));
        let fault = renderer(&[("a.yaml.tera", "<% if %>")]).err().expect("does not parse");
        assert_eq!(fault.code, "template-fault");
    }

    #[test]
    fn filters_write_yaml_in_place() {
        let text = "a:\n  <[ values.a | yaml(indent=2) ]>\nb: <[ values.a | flow ]>\n";
        let out = render("chart/values.yaml.tera", text, json!({"a": {"x": "1", "z": [1, "on"]}}))
            .expect("renders");
        assert_eq!(out, "a:\n  x: \"1\"\n  z:\n    - 1\n    - \"on\"\nb: {x: \"1\", z: [1, \"on\"]}\n");
    }
}
