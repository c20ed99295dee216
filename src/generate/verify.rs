//! What can be proven before anything is written: templates read only what the schema has, and what is YAML reads as YAML.

use rayon::prelude::*;

use super::{globals, origin, patches};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::post_render::Config;
use crate::post_render::recipe::Recipes;
use crate::render::{Renderer, lint};
use crate::schema::{Schema, helm};
use crate::text::Source;
use crate::tree::{File, Tree};
use crate::yaml::Document;

/// Every expression of the schema parses, also of rules that no values file needs yet.
pub(super) fn expressions(schema: &Schema) -> Result<(), Diagnostics> {
    let findings = schema.check_expressions();
    if findings.has_errors() { Err(findings) } else { Ok(()) }
}

/// Every `values.…` path of every template is in the schema.
pub(super) fn templates(renderer: &Renderer, schema: &Schema) -> Result<(), Diagnostics> {
    let mut findings = Diagnostics::new();
    for source in renderer.sources() {
        for used in lint::uses(source, "values") {
            if let Err(near) = schema.has_path(&used.path) {
                let mut finding = Diagnostic::error(
                    "unknown-template-path",
                    format!("the schema has no values.{}", used.path),
                )
                .at(source, used.span, "always undefined")
                .found(used.path.clone());
                if let Some(near) = near {
                    finding = finding.help(format!("Did you mean values.{near}?"));
                }
                findings.push(finding);
            }
        }
    }
    if findings.has_errors() { Err(findings.sorted()) } else { Ok(()) }
}

/// Every path below `.Values.global` of a Helm template is a value that charts share; anything else is always empty.
pub(super) fn globals(schema: &Schema, path: &str, template: &str) -> Result<(), Diagnostics> {
    let mut findings = Diagnostics::new();
    for (global, span) in globals::read_by(template) {
        if !helm::unknown_globals(schema, [global]).is_empty() {
            findings.push(
                Diagnostic::error("unknown-global", format!("no chart has .Values.global.{global}"))
                    .at(&Source::new(format!("{path} (rendered)"), template), span, "always empty")
                    .found(global)
                    .help(format!("Mark {global} with `x-helm: global` in the schema, or mend the path.")),
            );
        }
    }
    if findings.has_errors() { Err(findings) } else { Ok(()) }
}

/// Every YAML file that Helm does not render again reads.
pub(super) fn output(tree: &Tree) -> Result<(), Diagnostics> {
    let mut findings = Diagnostics::new();
    for (path, file) in tree.iter() {
        let yaml = path.ends_with(".yaml") && !path.contains("/templates/") && !path.starts_with("vendor/");
        let Ok(text) = std::str::from_utf8(&file.bytes) else { continue };
        // Files of several documents are for kubectl; each has its own check in the tests.
        if yaml && !text.contains("\n---") {
            let read = Document::parse(origin::source(path, &file.bytes));
            if let Err(found) = read.map_err(Diagnostics::from).and_then(|document| document.to_value()) {
                findings.extend(found);
            }
        }
    }
    if findings.has_errors() { Err(findings) } else { Ok(()) }
}

/// Every configuration of the post-renderer reads: a slip in a patch of the user's is found now and not at installation.
pub(super) fn patches(tree: &Tree, recipes: &Recipes) -> Result<(), Diagnostics> {
    let files: Vec<_> =
        tree.iter().filter(|(path, _)| path.rsplit('/').next() == Some(patches::NAME)).collect();
    let check = |(path, file): (&str, &File)| {
        let source = origin::source(path, &file.bytes);
        Config::parse_generated(source).and_then(|config| config.check_recipes(recipes)).err()
    };
    let mut findings = Diagnostics::new();
    let found: Vec<_> = files.into_par_iter().filter_map(check).collect();
    found.into_iter().for_each(|found| findings.extend(found));
    if findings.has_errors() { Err(findings) } else { Ok(()) }
}
