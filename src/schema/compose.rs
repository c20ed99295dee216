//! One schema out of the components' parts.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, Diagnostics};

use super::build::{Builder, Origins, RULES};
use super::expressions::Expressions;
use super::locate::Locate;
use super::sources::Sources;
use super::{Schema, lint, pointer};

/// One file of a component's part of the values model.
#[derive(Clone)]
pub struct Fragment {
    /// The name of the component.
    pub component: String,
    /// A draft-07 object schema.
    pub value: Value,
    /// Finds places in the text of the part.
    pub locate: Arc<dyn Locate + Send + Sync>,
}

/// Composition under way: what is merged so far, who wrote it, what is wrong with it.
pub(super) struct Composer {
    pub origins: Origins,
    pub sources: Sources,
    pub errors: Diagnostics,
}

impl Schema {
    /// Merges the parts in the order given and checks the result against the rules for schemas.
    pub fn compose(fragments: Vec<Fragment>) -> Result<Schema, Diagnostics> {
        let (composed, mut composer) = merged(fragments);
        lint::check(&composed, &mut composer);
        let (schema, mut composer) = Self::build(composed, composer)?;
        super::defaults::check(&schema, &mut composer);
        if composer.errors.has_errors() { Err(composer.errors.sorted()) } else { Ok(schema) }
    }

    /// Merges parts that are known to keep the rules for schemas.
    pub fn compose_known(fragments: Vec<Fragment>) -> Result<Schema, Diagnostics> {
        let (composed, composer) = merged(fragments);
        Self::build(composed, composer).map(|(schema, _)| schema)
    }

    fn build(composed: Value, mut composer: Composer) -> Result<(Schema, Composer), Diagnostics> {
        if composer.errors.has_errors() {
            return Err(composer.errors.sorted());
        }
        let tree = || {
            let root = Builder { composed: &composed, origins: &composer.origins }.root();
            let expressions = Expressions::of(&root);
            (root, expressions)
        };
        // The validator compiles many regular expressions: it takes as long as everything else.
        let (validator, (root, expressions)) = rayon::join(|| lint::validator(&composed), tree);
        match validator {
            Ok(validator) => {
                let sources = composer.sources.clone();
                Ok((Schema { root, composed, validator, expressions, sources }, composer))
            }
            Err((at, what)) => {
                let component = composer.origins.of(&at);
                composer.fault("bad-keyword", &component, &at, &what);
                Err(composer.errors.sorted())
            }
        }
    }
}

/// The parts as one, and what is wrong with that.
fn merged(fragments: Vec<Fragment>) -> (Value, Composer) {
    let mut composer =
        Composer { origins: Origins::default(), sources: Sources::default(), errors: Diagnostics::new() };
    let mut composed = Map::new();
    composed.insert("$schema".to_owned(), "http://json-schema.org/draft-07/schema#".into());
    composed.insert("title".to_owned(), "Values".into());
    for fragment in fragments {
        let component: Arc<str> = fragment.component.into();
        composer.sources.push(component.clone(), fragment.locate);
        composer.origins.nodes.entry(String::new()).or_insert_with(|| component.clone());
        match fragment.value {
            Value::Object(part) => composer.merge(&mut composed, part, "", &component),
            _ => composer.fault("bad-keyword", &component, "", "is not an object schema"),
        }
    }
    (Value::Object(composed), composer)
}

impl Composer {
    /// An error about a place in a component's part.
    pub fn fault(&mut self, code: &str, component: &str, at: &str, what: &str) {
        let fault = self.describe(code, component, at, what);
        self.errors.push(fault);
    }

    pub fn describe(&self, code: &str, component: &str, at: &str, what: &str) -> Diagnostic {
        let message = format!("component {component}: {} {what}", name(at));
        self.sources.mark(Diagnostic::error(code, message), component, at, "")
    }

    fn merge(&mut self, into: &mut Map<String, Value>, part: Map<String, Value>, at: &str, who: &Arc<str>) {
        for (keyword, value) in part {
            if at.is_empty() && ABOUT.contains(&keyword.as_str()) {
                continue;
            }
            let here = pointer::join(at, &keyword);
            match (into.get_mut(&keyword), value) {
                (None, Value::Object(children)) if NAMED.contains(&keyword.as_str()) => {
                    for key in children.keys() {
                        self.origins.nodes.insert(pointer::join(&here, key), who.clone());
                    }
                    into.insert(keyword, Value::Object(children));
                }
                (None, Value::Array(rules)) if keyword == RULES => {
                    let owners = (0..rules.len()).map(|i| (who.clone(), i)).collect();
                    self.origins.rules.insert(at.to_owned(), owners);
                    into.insert(keyword, Value::Array(rules));
                }
                (None, value) => {
                    into.insert(keyword, value);
                }
                (Some(Value::Object(old)), Value::Object(new)) if keyword == "properties" => {
                    self.properties(old, new, &here, who);
                }
                (Some(Value::Object(old)), Value::Object(new)) if keyword == "definitions" => {
                    self.definitions(old, new, &here, who);
                }
                (Some(Value::Array(old)), Value::Array(new)) if keyword == "required" => {
                    for key in new {
                        if !old.contains(&key) {
                            old.push(key);
                        }
                    }
                }
                (Some(Value::Array(old)), Value::Array(new)) if keyword == RULES => {
                    let owner = self.origins.of(at);
                    let owners = self
                        .origins
                        .rules
                        .entry(at.to_owned())
                        .or_insert_with(|| (0..old.len()).map(|i| (owner.clone(), i)).collect());
                    let before = owners.iter().filter(|(owner, _)| owner == who).count();
                    owners.extend((before..before + new.len()).map(|i| (who.clone(), i)));
                    old.extend(new);
                }
                (Some(old), new) => {
                    if *old != new {
                        let other = self.origins.of(at);
                        let what = format!("says `{keyword}` again, otherwise than component {other}");
                        let fault = self
                            .describe("schema-conflict", who, &here, &what)
                            .help(format!("Say `{keyword}` in one of the two only."));
                        let fault = self.sources.mark(fault, &other, &here, "said here");
                        self.errors.push(fault);
                    }
                }
            }
        }
    }

    fn properties(
        &mut self,
        old: &mut Map<String, Value>,
        new: Map<String, Value>,
        at: &str,
        who: &Arc<str>,
    ) {
        for (key, part) in new {
            let here = pointer::join(at, &key);
            match (old.get_mut(&key), part) {
                (None, part) => {
                    self.origins.nodes.insert(here, who.clone());
                    old.insert(key, part);
                }
                (Some(Value::Object(old)), Value::Object(part)) if extends(old) && extends(&part) => {
                    self.merge(old, part, &here, who);
                }
                (Some(_), _) => self.twice(&here, who),
            }
        }
    }

    fn definitions(
        &mut self,
        old: &mut Map<String, Value>,
        new: Map<String, Value>,
        at: &str,
        who: &Arc<str>,
    ) {
        for (key, part) in new {
            let here = pointer::join(at, &key);
            match old.get(&key) {
                None => {
                    self.origins.nodes.insert(here, who.clone());
                    old.insert(key, part);
                }
                Some(old) if *old == part => {}
                Some(_) => self.twice(&here, who),
            }
        }
    }

    fn twice(&mut self, at: &str, who: &str) {
        let other = self.origins.of(at);
        let fault = self
            .describe("schema-conflict", who, at, &format!("is already defined by component {other}"))
            .help("A leaf belongs to one component; only objects with properties can be extended.");
        let fault = self.sources.mark(fault, &other, at, "defined here");
        self.errors.push(fault);
    }
}

/// Keywords whose children have names of their own.
const NAMED: [&str; 2] = ["properties", "definitions"];

/// What a part says about itself as a document.
const ABOUT: [&str; 4] = ["$schema", "$id", "title", "description"];

/// True for objects that another component may add properties to.
fn extends(map: &Map<String, Value>) -> bool {
    map.get("properties").is_some_and(Value::is_object)
}

/// The place as a path of the values where it is one, else as a pointer.
fn name(at: &str) -> String {
    let segments: Vec<_> = pointer::segments(at).collect();
    if segments.is_empty() {
        return "the schema".to_owned();
    }
    let mut path = String::new();
    let mut rest = segments.iter().map(AsRef::as_ref);
    while let Some(segment) = rest.next() {
        match (segment, rest.clone().next()) {
            ("properties", Some(key)) => {
                rest.next();
                path = pointer::join(&path, key);
            }
            ("items", _) => path.push_str("/0"),
            _ => return format!("`{at}`"),
        }
    }
    format!("`{}`", pointer::dotted(&path).replace("[0]", "[]"))
}

#[cfg(test)]
mod tests;
