//! `replacements`: a value from one object in others.

use serde_json::Value;

use super::apply::is_open;
use super::config::{Change, Destination, Dialect, Part, Replacement, ValueSource};
use super::field_path;
use super::{Line, Work};
use crate::diagnostic::Diagnostic;
use crate::yaml::{equal, scalar};

impl Work<'_> {
    pub(super) fn replacement(
        &mut self,
        change: &Change,
        replacement: &Replacement,
        dialect: Dialect,
        line: &mut Line,
    ) {
        let fault = |message: String| {
            Diagnostic::error("replacement-does-not-fit", format!("{}: {message}", change.name)).at(
                &change.source,
                change.span,
                "",
            )
        };
        let value = match self.value_of(&replacement.source) {
            Ok(value) => value,
            Err(message) => return self.findings.push(fault(message)),
        };
        let hooks = self.hooks;
        for destination in &replacement.targets {
            let mut found = 0;
            let mut faults = Vec::new();
            for object in self.manifests.iter_mut().flat_map(|manifest| &mut manifest.objects) {
                let selected = is_open(object, hooks)
                    && destination.select.selects(object)
                    && !destination.reject.iter().any(|reject| !reject.is_empty() && reject.selects(object));
                if !selected {
                    continue;
                }
                let identity = object.current_identity().unwrap_or_else(|| object.identity.clone());
                found += 1;
                line.found.push(identity.to_string());
                let Some(mut new) = object.value.clone() else { continue };
                match put(&mut new, destination, &value) {
                    Ok(()) => {
                        line.changed +=
                            usize::from(object.value.as_ref().is_none_or(|old| !equal(old, &new)));
                        object.value = Some(new);
                    }
                    Err(message) => faults.push(fault(format!("{identity} {message}"))),
                }
            }
            self.findings.extend(faults);
            if found == 0 && dialect == Dialect::PostRender {
                let message = format!("it finds nothing to put the value into: {}", destination.select);
                self.findings.push(fault(message));
            }
        }
    }

    /// The value that a replacement puts elsewhere.
    fn value_of(&mut self, source: &ValueSource) -> Result<Value, String> {
        let (select, path, part) = match source {
            ValueSource::Given(text) => return Ok(text.clone().into()),
            ValueSource::Field { select, path, part } => (select, path, part),
        };
        let objects = || {
            self.manifests
                .iter()
                .flat_map(|manifest| &manifest.objects)
                .filter(|object| select.selects(object))
        };
        let object = match objects().count() {
            1 => objects().next().and_then(|object| object.value.as_ref()),
            0 => return Err(format!("its source finds nothing: {select}")),
            count => return Err(format!("its source finds {count} objects: {select}")),
        };
        let steps = field_path::steps(path);
        let value = object.and_then(|value| field_path::get(value, &steps)).filter(|value| !value.is_null());
        let value = value.ok_or_else(|| format!("its source has no field `{path}`"))?;
        let Some(delimiter) = &part.delimiter else { return Ok(value.clone()) };
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if value.is_object() || value.is_array() {
            return Err(format!("`{path}` of its source is no text that a delimiter could divide"));
        }
        let index = usize::try_from(part.index).ok();
        let piece = index.and_then(|index| text.split(delimiter.as_str()).nth(index));
        piece.map(Value::from).ok_or_else(|| format!("`{path}` of its source has no part {}", part.index))
    }
}

/// Puts a value into the fields of an object.
fn put(object: &mut Value, destination: &Destination, value: &Value) -> Result<(), String> {
    for path in &destination.paths {
        let steps = field_path::steps(path);
        let count = field_path::change(object, &steps, destination.create, &mut |old| {
            *old = placed(old, value, &destination.part)?;
            Ok(())
        });
        match count {
            Ok(0) if !steps.iter().any(|step| step == "*" && destination.create) => {
                return Err(format!("has no field `{path}`"));
            }
            Ok(_) => {}
            Err(reason) => return Err(format!("has no field `{path}`: {reason}")),
        }
    }
    Ok(())
}

/// A value in the place of another, which keeps its type when both are scalars.
fn placed(old: &Value, new: &Value, part: &Part) -> Result<Value, String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let is_collection = |value: &Value| value.is_object() || value.is_array();
    let new = match &part.delimiter {
        None => new.clone(),
        Some(_) if is_collection(old) || is_collection(new) => {
            return Err("holds no text there that a delimiter could divide".to_owned());
        }
        Some(delimiter) => {
            let old = if old.is_null() { String::new() } else { text(old) };
            let mut parts: Vec<&str> = old.split(delimiter.as_str()).collect();
            let new = text(new);
            match usize::try_from(part.index) {
                Err(_) => parts.insert(0, &new),
                Ok(index) if index >= parts.len() => parts.push(&new),
                Ok(index) => parts[index] = &new,
            }
            Value::from(parts.join(delimiter))
        }
    };
    Ok(match (old, &new) {
        (Value::String(_), new) if !is_collection(new) => Value::from(text(new)),
        // A field that was not there reads the text as YAML does, as in kustomize.
        (Value::Null | Value::Number(_) | Value::Bool(_), Value::String(text)) => {
            scalar::plain(text).to_json().unwrap_or(new)
        }
        _ => new,
    })
}
