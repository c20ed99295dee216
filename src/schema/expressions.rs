//! The schema's CEL, each expression parsed once, when it is needed.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::cel::{Expression, Reads};
use super::node::Node;
use super::walk::every;

/// Rules, their messages, computed defaults and known keys by their text.
pub(super) struct Expressions(HashMap<String, OnceLock<Parsed>>);

type Parsed = Result<Expression, String>;

impl Expressions {
    /// Finds what the tree holds.
    pub fn of(root: &Node) -> Self {
        let mut found = HashMap::new();
        every(root, &mut |node| {
            let rules = node.rules.iter().flat_map(|rule| rule.expressions());
            let own = node.default_expression.iter().chain(&node.known_keys).map(String::as_str);
            found.extend(rules.chain(own).map(|text| (text.to_owned(), OnceLock::new())));
        });
        Self(found)
    }

    /// The expression of a text, or why it does not parse.
    pub fn get(&self, text: &str) -> Result<&Expression, &str> {
        match self.0.get(text) {
            Some(place) => place.get_or_init(|| Expression::parse(text)).as_ref().map_err(String::as_str),
            None => Err("it is not part of the schema"),
        }
    }

    /// What some expressions read together; those that do not parse read nothing.
    pub fn reads<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Reads {
        let mut reads = Reads::default();
        for expression in texts.into_iter().filter_map(|text| self.get(text).ok()) {
            reads.join(expression.reads());
        }
        reads
    }
}
