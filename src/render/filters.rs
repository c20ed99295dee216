//! The filters of the catalogue's templates.

use serde_json::Value;
use sha2::{Digest, Sha256};
use tera::{Kwargs, State, Tera, TeraResult};

use super::escape::protect;
use super::kind::Kind;
use crate::yaml::write;

/// Adds the filters to an environment.
pub(super) fn register(tera: &mut Tera, kind: Kind) {
    let safe = move |text: String| {
        let text = if kind == Kind::HelmYaml { protect(&text).into_owned() } else { text };
        tera::Value::safe_string(&text)
    };
    tera.register_filter(
        "yaml",
        move |value: tera::Value, kwargs: Kwargs, _: &State| -> TeraResult<tera::Value> {
            let indent = kwargs.get::<usize>("indent")?.unwrap_or(0);
            Ok(safe(write::block(&json(&value)?, indent)))
        },
    );
    tera.register_filter(
        "flow",
        move |value: tera::Value, _: Kwargs, _: &State| -> TeraResult<tera::Value> {
            Ok(safe(write::flow(&json(&value)?)))
        },
    );
    tera.register_filter(
        "json",
        move |value: tera::Value, _: Kwargs, _: &State| -> TeraResult<tera::Value> {
            Ok(safe(json(&value)?.to_string()))
        },
    );
    tera.register_filter(
        "quote",
        move |value: tera::Value, _: Kwargs, _: &State| -> TeraResult<tera::Value> {
            let text = match json(&value)? {
                Value::String(text) => text,
                other => other.to_string(),
            };
            Ok(safe(quoted(&text)))
        },
    );
    tera.register_filter("sha256", |text: &str, _: Kwargs, _: &State| hex(&Sha256::digest(text)));
}

/// Quoted also where plain would do.
fn quoted(text: &str) -> String {
    let written = write::string(text, write::Place::Flow);
    if written.starts_with(['"', '\'']) { written } else { format!("\"{written}\"") }
}

fn json(value: &tera::Value) -> TeraResult<Value> {
    serde_json::to_value(value).map_err(|error| tera::Error::message(error.to_string()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
