//! The schema's CEL, parsed once.

use std::collections::HashMap;

use super::cel::Expression;
use super::node::Node;
use super::walk::every;

/// Rules and computed defaults by their text. Messages of rules are parsed when they are needed, which is seldom.
pub(super) struct Expressions(HashMap<String, Result<Expression, String>>);

impl Expressions {
    /// Parses what the tree holds. This is most of what rules cost, so it runs beside the rest of the composition.
    pub fn of(root: &Node) -> Self {
        let mut parsed = HashMap::new();
        every(root, &mut |node| {
            let rules = node.rules.iter().map(|rule| &rule.rule);
            for text in rules.chain(&node.default_expression) {
                if !parsed.contains_key(text) {
                    parsed.insert(text.clone(), Expression::parse(text));
                }
            }
        });
        Self(parsed)
    }

    /// The expression of a text, or why it does not parse.
    pub fn get(&self, text: &str) -> Result<&Expression, &str> {
        match self.0.get(text) {
            Some(parsed) => parsed.as_ref().map_err(String::as_str),
            None => Err("it is not part of the schema"),
        }
    }
}
