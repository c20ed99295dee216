//! `lakehelm explain`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use serde_json::{Value, json};

use super::generate::read_values;
use super::values_file::{self, Model};
use super::{Exit, complete, starters};
use crate::diagnostic::codes;
use crate::explain::{Explanation, Influence, Place, every_rule, explain, influence, readers};
use crate::schema::node::{Free, Node, Rule};
use crate::schema::words;
use crate::text::Source;
use crate::yaml::write;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// What to explain: a.b, list[].c, or the code of a finding
    #[arg(value_name = "PATH", add = ArgValueCompleter::new(complete::paths))]
    path: Option<String>,
    /// Values file to try the change on [default: the starters]
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Do not generate to see which files change
    #[arg(long)]
    no_files: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Catalogue of components to use instead of the embedded one
    #[arg(long, value_name = "DIR")]
    catalog: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    let model = match values_file::model(arguments.catalog.as_deref())? {
        Ok(model) => model,
        Err(found) => return values_file::refuse(&found),
    };
    if let Some(text) = arguments.path.as_deref().and_then(|path| code(&model, path)) {
        write!(anstream::stdout().lock(), "{text}")?;
        return Ok(Exit::Done);
    }
    let place = match Place::find(&model.schema, arguments.path.as_deref().unwrap_or_default()) {
        Ok(place) => place,
        Err(finding) => return values_file::refuse(&finding.into()),
    };
    let explanation = explain(&model.schema, &model.catalog, &place);
    let tried = if arguments.no_files || explanation.node.is_branch() {
        None
    } else {
        influence(&model.catalog, &place, &bases(arguments)?)
    };
    let mut out = anstream::stdout().lock();
    if arguments.json {
        writeln!(out, "{}", object(&explanation, tried.as_ref()))?;
    } else {
        write!(out, "{}", text(&explanation, tried.as_ref(), &model))?;
    }
    Ok(Exit::Done)
}

/// What the code of a finding means; codes and keys never look alike.
fn code(model: &Model, word: &str) -> Option<String> {
    if let Some(code) = codes::find(word) {
        let example = code.example.as_ref().map(|text| format!("\nFor example:\n\n{}\n", indent(text)));
        return Some(format!(
            "{}\n  {}\n{}\n  {}\n",
            code.code,
            code.means,
            example.unwrap_or_default(),
            code.cure
        ));
    }
    let rules = every_rule(&model.schema).into_iter().filter(|(_, rule)| rule.id == word);
    // One definition may stand at several places of the model.
    let mut said: Vec<(String, Vec<String>)> = Vec::new();
    for (path, rule) in rules {
        let text = rule_text(rule);
        match said.iter_mut().find(|(known, _)| *known == text) {
            Some((_, paths)) => paths.push(path),
            None => said.push((text, vec![path])),
        }
    }
    let entry = |(text, paths): &(String, Vec<String>)| format!("{word}{}\n{text}", places(paths));
    (!said.is_empty()).then(|| said.iter().map(entry).collect::<Vec<_>>().join("\n"))
}

fn rule_text(rule: &Rule) -> String {
    let said = message(rule);
    let help = rule.help.as_deref().filter(|help| *help != said);
    let help = help.map(|help| format!("  {help}\n")).unwrap_or_default();
    format!("  {said}\n{help}\n{}\n", indent(rule.rule.trim()))
}

/// ` at a.b, a.c and 3 more`; nothing for the whole file.
fn places(paths: &[String]) -> String {
    const MOST: usize = 3;
    let named: Vec<_> = paths.iter().filter(|path| !path.is_empty()).map(String::as_str).collect();
    match named.len() {
        0 => String::new(),
        many if many > MOST => format!(" at {} and {} more", named[..MOST - 1].join(", "), many - MOST + 1),
        _ => format!(" at {}", named.join(", ")),
    }
}

fn indent(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

fn bases(arguments: &Arguments) -> Result<Vec<Source>> {
    match &arguments.file {
        Some(path) => Ok(vec![read_values(path)?]),
        None => Ok(starters::all().iter().map(|starter| Source::new(starter.name, starter.text)).collect()),
    }
}

fn text(explanation: &Explanation<'_>, tried: Option<&Influence>, model: &Model) -> String {
    let node = explanation.node;
    let mut out = String::new();
    if !explanation.path.is_empty() {
        out.push_str(&format!("{}\n  {}\n\n", explanation.path, node.description));
        let mut row = |name: &str, text: &str| out.push_str(&format!("  {name:<9} {text}\n"));
        row("type", &kind(node));
        if let Some(form) = &node.form {
            row("form", form);
        }
        match (&node.default, &node.default_expression) {
            (Some(default), None) => row("default", &write::flow(default)),
            (Some(default), Some(expression)) => {
                row(
                    "default",
                    &format!("{} (computed: {})", write::flow(default), expression.trim().replace('\n', " ")),
                );
            }
            (None, _) if node.is_branch() => {}
            (None, _) => row("default", "none"),
        }
        for (property, value, here) in &explanation.presets {
            row("preset", &format!("{property}: {value} makes it {}", write::flow(here)));
        }
        if let Some(example) = &node.example {
            row("example", &write::flow(example));
        }
        if let Some(component) = model.catalog.component(&node.component) {
            row("part of", &component.title);
        }
        match &explanation.helm {
            Some(helm) => row("helm", &format!("helm upgrade {} … --set {}=…", helm.release, helm.path)),
            None if node.is_branch() => {}
            None => row("helm", "fixed when the charts are generated"),
        }
        for rule in &explanation.rules {
            row("rule", &format!("{}: {}", rule.id, message(rule)));
        }
        match tried {
            Some(tried) => {
                row(
                    "changes",
                    &format!(
                        "with {} instead of {} in {}:",
                        write::flow(&tried.after),
                        write::flow(&tried.before),
                        tried.base
                    ),
                );
                tried.files.iter().for_each(|file| row("", &format!("  {file}")));
            }
            None if node.is_branch() => {}
            None => {
                row("changes", "nothing in the values files that were tried; try your own with -f FILE");
                let readers = readers(&model.catalog, &explanation.path);
                readers.iter().for_each(|template| row("", &format!("  template {template} reads it")));
            }
        }
    }
    let members = members(node);
    if !members.is_empty() {
        if !explanation.path.is_empty() {
            out.push('\n');
        }
        let width = members.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, child) in &members {
            let first = child.description.split_inclusive(". ").next().unwrap_or_default().trim();
            let default = child.default.as_ref().filter(|value| !value.is_object());
            let default =
                default.map(|value| format!(" [{}]", shorten(&write::flow(value)))).unwrap_or_default();
            out.push_str(&format!("  {name:<width$}  {first}{default}\n"));
        }
        let example = members.iter().find(|(_, child)| child.is_branch()).unwrap_or(&members[0]);
        let prefix =
            if explanation.path.is_empty() { String::new() } else { format!("{}.", explanation.path) };
        if example.0 != "[]" && example.0 != "*" {
            out.push_str(&format!("\nMore: lakehelm explain '{prefix}{}'\n", example.0));
        }
    }
    out
}

/// What a rule says when it does not hold; a message that is computed needs values, so its advice stands in.
fn message(rule: &Rule) -> String {
    let said = [Some(rule.message.as_str()), rule.help.as_deref(), Some(rule.rule.as_str())];
    let text = said.into_iter().flatten().find(|text| !text.is_empty()).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The named keys of a map, or of what a list or a free map holds.
fn members(node: &Node) -> Vec<(String, &Node)> {
    let of = |node: &'_ Node| node.properties.len();
    let (prefix, holder) = match (&node.items, &node.free) {
        (Some(items), _) if of(items) > 0 => ("[].", &**items),
        (None, Free::Each(each)) if of(each) > 0 && of(node) == 0 => ("*.", &**each),
        _ => ("", node),
    };
    holder.properties.iter().map(|(key, child)| (format!("{prefix}{key}"), child)).collect()
}

fn kind(node: &Node) -> String {
    match words::shape(node) {
        shape if shape.is_empty() => "anything".to_owned(),
        shape if node.secret => format!("{shape}: the name of a Secret"),
        shape => shape,
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

fn object(explanation: &Explanation<'_>, tried: Option<&Influence>) -> Value {
    let node = explanation.node;
    let presets: Vec<_> = explanation
        .presets
        .iter()
        .map(|(property, value, here)| json!({"property": property, "value": value, "default": here}))
        .collect();
    let rules: Vec<_> = explanation
        .rules
        .iter()
        .map(|rule| json!({"id": rule.id, "message": message(rule), "help": rule.help}))
        .collect();
    json!({
        "path": explanation.path,
        "description": node.description,
        "types": node.types,
        "allowed": node.allowed,
        "form": node.form,
        "default": node.default,
        "computed": node.default_expression,
        "example": node.example,
        "component": &*node.component,
        "presets": presets,
        "rules": rules,
        "helm": explanation.helm.as_ref().map(|helm| json!({"release": helm.release, "path": helm.path})),
        "keys": node.properties.iter().map(|(key, _)| key).collect::<Vec<_>>(),
        "changes": tried.map(|tried| json!({"base": tried.base, "before": tried.before, "after": tried.after, "files": tried.files})),
    })
}
