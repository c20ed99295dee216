//! What must hold before anything is changed.

use serde_json::Value;

use super::config::Requirement;
use crate::patch::{self, Fault};

/// A fault when the object does not meet the requirement.
pub(super) fn hold(object: &Value, requirement: &Requirement) -> Result<(), Fault> {
    let Some(path) = &requirement.path else { return Ok(()) };
    let steps = patch::locate(object, path)?;
    let text = patch::get(object, &steps).and_then(Value::as_str);
    let held = |text: &str| {
        requirement.contains.as_ref().is_none_or(|wanted| wanted.is_match(text))
            && !requirement.lacks.as_ref().is_some_and(|unwanted| unwanted.is_match(text))
    };
    let met = match text {
        Some(text) => held(text),
        None => requirement.contains.is_none(),
    };
    if met {
        return Ok(());
    }
    let fault = Fault::new(path, requirement.message.clone());
    Err(match &requirement.help {
        Some(help) => fault.help(help.clone()),
        None => fault,
    })
}
