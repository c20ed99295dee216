//! Recipes of the catalogue: they read, their examples work, their fixtures are there, their page is current.

use lakehelm::catalog::{Files, shared};
use lakehelm::post_render::recipe::{Recipe, Recipes};
use lakehelm::post_render::{Config, Rules, run};
use lakehelm::text::Source;

use super::support::{STARTERS, catalog, generate_text, project, read};

fn all() -> Vec<Recipe> {
    let recipes = Recipes::of(catalog().shared());
    let read = |name| recipes.read(name).expect("is there").unwrap_or_else(|found| panic!("{found:#?}"));
    recipes.names().map(read).collect()
}

fn check(name: &str, text: String) {
    let no_files = &mut |_: &str| Err("no files here".to_owned());
    let config = Config::parse(Source::new(name, text), no_files);
    let checked = config.and_then(|config| config.check_recipes(&Recipes::of(catalog().shared())));
    checked.unwrap_or_else(|found| panic!("{}", lakehelm::diagnostic::render::text(&found, false)));
}

#[test]
fn examples_are_configurations() {
    for recipe in all() {
        let head = "apiVersion: lakehelm.dev/v1alpha1\nkind: PostRender\n";
        assert!(
            recipe.example.contains(&format!("name: {}\n", recipe.name)),
            "{}: its example uses another",
            recipe.name
        );
        check(&recipe.name, format!("{head}{}", recipe.example));
    }
}

#[test]
fn every_recipe_says_on_what_it_was_tested_and_has_fixtures() {
    for recipe in all() {
        assert!(!recipe.charts.is_empty(), "{} names no chart", recipe.name);
        let cases = std::fs::read_dir(project(&format!("tests/fixtures/recipes/{}", recipe.name)));
        let outputs = cases.expect("has fixtures").filter_map(Result::ok);
        let outputs = outputs.filter(|case| case.path().join("expected.yaml").is_file()).count();
        assert!(outputs > 0, "{} has no fixture with an output", recipe.name);
    }
}

#[test]
fn the_page_is_up_to_date() {
    let page = Recipes::of(catalog().shared()).reference().unwrap_or_else(|found| panic!("{found:#?}"));
    assert!(read("docs/recipes.md") == page, "run scripts/derive");
}

#[test]
fn generated_configurations_use_recipes_that_there_are() {
    let mut uses = 0;
    for starter in STARTERS {
        let generated = generate_text(starter, &read(&format!("values/{starter}.yaml")))
            .unwrap_or_else(|found| panic!("{found:#?}"));
        for (path, file) in generated.tree.iter().filter(|(path, _)| path.ends_with("/post-render.yaml")) {
            let text = String::from_utf8(file.bytes.clone()).expect("UTF-8");
            uses += usize::from(text.contains("\nrecipes:\n"));
            check(path, text);
        }
    }
    assert!(uses >= STARTERS.len(), "the generated platforms use no recipes");
}

/// A catalogue with one more recipe, which merges into a custom resource.
const OWN_RECIPE: &str = "title: Own\nsummary: Adds a variable.\nexample: 'recipes: [{name: own}]'\nparameters: {type: object, additionalProperties: false, properties: {}}\n";
const OWN_STEPS: &str = "patches:
  - target: {kind: Widget}
    patch: '{spec: {parts: [{name: b, size: 2}]}}'
";
const WIDGETS: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                parts: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], items: {type: object}}
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: w}
spec:
  parts:
    - {name: a, size: 1}
    - {name: b, size: 1}
";

#[test]
fn a_recipe_merges_lists_as_the_definitions_of_the_stream_say() {
    let mut files = shared(Files::embedded());
    files.insert("_recipes/own/recipe.yaml".to_owned(), OWN_RECIPE);
    files.insert("_recipes/own/steps.yaml.tera".to_owned(), OWN_STEPS);
    let rules = Rules::of(&files).unwrap_or_else(|found| panic!("{found:#?}"));
    let text = "apiVersion: lakehelm.dev/v1alpha1\nkind: PostRender\nrecipes: [{name: own}]\n";
    let config = Config::parse(Source::new("c.yaml", text), &mut |_| Err("no files".to_owned()));
    let config = config.unwrap_or_else(|found| panic!("{found:#?}"));
    let rendered = run(WIDGETS.as_bytes(), &[config], &rules).unwrap_or_else(|found| panic!("{found:#?}"));
    let expected = WIDGETS.replace("{name: b, size: 1}", "{name: b, size: 2}");
    assert_eq!(String::from_utf8(rendered.output.to_vec()).expect("UTF-8"), expected);
}
