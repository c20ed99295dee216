//! Faults of a catalogue: each is a finding with its place, before anything is written.

use lakehelm::catalog::{Catalog, Files};
use lakehelm::diagnostic::Diagnostics;
use lakehelm::generate::{Engine, Generated, Inputs};

const SCHEMA: &str = "type: object
additionalProperties: false
properties:
  shared:
    type: object
    additionalProperties: false
    x-helm: global
    description: Shared.
    properties:
      name: {type: string, default: a, description: Name.}
";

/// Generates from a catalogue of one component with a chart, one of whose files is another.
fn generate(path: &str, text: &str) -> Result<Generated, Diagnostics> {
    let mut files = Files::default();
    let component =
        "title: X\nsummary: X.\nrelease: x\nchart: {name: x, description: X., namespace: \"'x'\"}\n";
    for (path, text) in [
        ("component.yaml", component),
        ("schema.yaml", SCHEMA),
        ("chart/templates/a.yaml.tera", "a: {{ .Values.global.shared.name }}\nb: <[ values.shared.name ]>\n"),
        (path, text),
    ] {
        files.insert(format!("x/{path}"), text.to_owned());
    }
    let catalog = Catalog::load(files)?;
    Engine::new(&catalog)?.generate(&Inputs::default())
}

/// Code, file and line of the first finding.
fn fault(path: &str, text: &str) -> (String, String, usize) {
    let found = generate(path, text).expect_err("a fault");
    let first = found.iter().next().expect("a finding");
    let (file, start, _) = first.place().unwrap_or_else(|| panic!("no place: {first:?}"));
    (first.code.clone(), file.to_owned(), start.line)
}

fn said(code: &str, file: &str, line: usize) -> (String, String, usize) {
    (code.to_owned(), file.to_owned(), line)
}

#[test]
fn the_catalogue_without_a_fault_generates() {
    let made = generate("README.md", "").unwrap_or_else(|found| panic!("{found:#?}"));
    let values = made.tree.iter().find(|(path, _)| *path == "charts/x/values.yaml").expect("written").1;
    assert!(String::from_utf8_lossy(&values.bytes).contains("name: a"));
}

#[test]
fn paths_that_the_schema_does_not_have() {
    assert_eq!(
        fault("chart/templates/b.yaml.tera", "a: 1\nb: <[ values.shared.nane ]>\n"),
        said("unknown-template-path", "x/chart/templates/b.yaml.tera", 2)
    );
    assert_eq!(
        fault("chart/templates/b.yaml", "a: 1\n\nb: {{ .Values.global.shraed.name }}\n"),
        said("unknown-global", "charts/x/templates/b.yaml (rendered)", 3)
    );
    assert_eq!(
        fault("chart/templates/b.yaml", "b: {{ .Values.global.shared.nane }}\n"),
        said("unknown-global", "charts/x/templates/b.yaml (rendered)", 1)
    );
}

#[test]
fn expressions_that_no_values_file_needs_yet() {
    let rule = "x-kubernetes-validations:\n  - id: R0\n    rule: 'true'\n    messageExpression: \"'a' +\"\n";
    assert_eq!(fault("schema.yaml", &format!("{SCHEMA}{rule}")), said("broken-rule", "x/schema.yaml", 12));
    // The file is named also when the schema stands in several.
    let more = format!("# By subject.\n{rule}");
    assert_eq!(fault("schema/more.yaml", &more), said("broken-rule", "x/schema/more.yaml", 3));
    let keys = "properties:\n  shared:\n    properties:\n      config:\n        type: object\n        default: {}\n        description: C.\n        x-known-keys: data[\n        additionalProperties: {type: string}\n";
    assert_eq!(fault("schema/more.yaml", keys), said("broken-rule", "x/schema/more.yaml", 8));
}

#[test]
fn a_leaf_that_two_files_define() {
    let more =
        "properties:\n  shared:\n    properties:\n      name: {type: string, default: b, description: B.}\n";
    let found = generate("schema/more.yaml", more).expect_err("a fault");
    assert_eq!(found.iter().next().map(|finding| finding.code.as_str()), Some("schema-conflict"));
}
