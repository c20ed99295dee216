//! The components that the values switch on.

use serde_json::Value;

use crate::catalog::{Catalog, Component};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::cel::{Expression, Scope};

/// The enabled components, in the order of the catalogue.
pub(super) fn enabled<'a>(catalog: &'a Catalog, values: &Value) -> Result<Vec<&'a Component>, Diagnostics> {
    let mut parts = Vec::new();
    let mut findings = Diagnostics::new();
    for component in catalog.components() {
        match holds(component, component.enabled.as_deref(), values) {
            Ok(true) => parts.push(component),
            Ok(false) => {}
            Err(finding) => findings.push(finding),
        }
    }
    if findings.has_errors() { Err(findings) } else { Ok(parts) }
}

/// Whether an expression of a component is true; an absent one is.
pub(super) fn holds(
    component: &Component,
    expression: Option<&str>,
    values: &Value,
) -> Result<bool, Diagnostic> {
    let Some(expression) = expression else { return Ok(true) };
    match evaluate(component, expression, values)? {
        Value::Bool(held) => Ok(held),
        other => Err(wrong(component, expression, &format!("gives {other}, not true or false"))),
    }
}

/// The text that an expression of a component gives.
pub(super) fn text(component: &Component, expression: &str, values: &Value) -> Result<String, Diagnostic> {
    match evaluate(component, expression, values)? {
        Value::String(text) => Ok(text),
        other => Err(wrong(component, expression, &format!("gives {other}, not a text"))),
    }
}

fn evaluate(component: &Component, expression: &str, values: &Value) -> Result<Value, Diagnostic> {
    let evaluate = || {
        let parsed = Expression::parse(expression)?;
        let reads = parsed.reads();
        let data = reads.below("data").map_or(Value::Null, |tables| component.data.part(tables));
        parsed.evaluate(&Scope::functions().with("root", values, reads).with("data", &data, reads))
    };
    evaluate().map_err(|error: String| wrong(component, expression, &error))
}

fn wrong(component: &Component, expression: &str, reason: &str) -> Diagnostic {
    component.finding(
        "broken-expression",
        format!("the expression of component {} {reason}", component.name),
        expression,
    )
}
