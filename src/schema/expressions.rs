//! The schema's CEL, each expression parsed once.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::cel::Expression;
use super::node::Node;
use super::walk::every;

/// Rules and computed defaults by their text. Messages of rules are parsed when they are needed, which is seldom.
pub(super) struct Expressions(Arc<HashMap<String, OnceLock<Parsed>>>);

type Parsed = Result<Expression, String>;

impl Expressions {
    /// Finds what the tree holds, and begins to parse it: this is most of what rules cost, so it runs beside everything
    /// else. Whoever needs an expression before its turn parses it.
    pub fn of(root: &Node) -> Self {
        let mut found = HashMap::new();
        every(root, &mut |node| {
            let rules = node.rules.iter().map(|rule| &rule.rule);
            found.extend(rules.chain(&node.default_expression).map(|text| (text.clone(), OnceLock::new())));
        });
        let own = Arc::new(found);
        let shared = own.clone();
        rayon::spawn(move || shared.par_iter().for_each(|(text, place)| _ = parsed(text, place)));
        Self(own)
    }

    /// The expression of a text, or why it does not parse.
    pub fn get(&self, text: &str) -> Result<&Expression, &str> {
        match self.0.get_key_value(text) {
            Some((text, place)) => parsed(text, place).as_ref().map_err(String::as_str),
            None => Err("it is not part of the schema"),
        }
    }
}

fn parsed<'p>(text: &str, place: &'p OnceLock<Parsed>) -> &'p Parsed {
    place.get_or_init(|| Expression::parse(text))
}
