//! The variables that expressions see.

use std::collections::BTreeMap;

use kube_cel::cel::Context;
use kube_cel::cel::common::value::Val;
use serde_json::Value;

use super::functions::FUNCTIONS;
use super::reads::Reads;
use super::value::to_cel;

/// The variables that an expression sees.
pub struct Scope<'a>(pub(super) Context<'a>);

impl Scope<'static> {
    /// Every function and no variable.
    pub fn functions() -> Self {
        Self(FUNCTIONS.new_inner_scope())
    }
}

impl Scope<'_> {
    /// This scope and one more variable, as far as it is read; a variable that nothing reads is not there.
    pub fn with(&self, name: &str, value: &Value, reads: &Reads) -> Scope<'_> {
        match reads.below(name) {
            Some(reads) => Scope(with(&self.0, name, to_cel(value, reads))),
            None => Scope(self.0.new_inner_scope()),
        }
    }
}

/// A scope inside another, with one more variable. The library's own way to add one copies the value.
pub(super) fn with<'a>(parent: &'a Context<'a>, name: &str, value: Box<dyn Val>) -> Context<'a> {
    Context::Child { parent, variables: BTreeMap::from([(name.to_owned(), value)]), resolver: None }
}
