//! How a printed value is quoted, by kind of file.

use std::borrow::Cow;
use std::io::{self, Write};

use tera::EscapeFn;

use super::kind::Kind;
use crate::yaml::write::{self, Place};

/// The function that Tera calls on every printed string; `None`: print as it is.
pub(super) fn function(kind: Kind) -> Option<EscapeFn> {
    match kind {
        Kind::Yaml => Some(yaml),
        Kind::HelmYaml => Some(helm_yaml),
        Kind::Shell => Some(shell),
        Kind::Plain => None,
    }
}

/// Keeps Helm from reading a value's braces as an action.
pub(super) fn protect(text: &str) -> Cow<'_, str> {
    if text.contains("{{") { Cow::Owned(text.replace("{{", "{{ \"{{\" }}")) } else { Cow::Borrowed(text) }
}

// The place of a printed value is unknown (block or flow), so it is written for the stricter one.
fn yaml(text: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(write::string(text, Place::Flow).as_bytes())
}

fn helm_yaml(text: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(protect(&write::string(text, Place::Flow)).as_bytes())
}

fn shell(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+=,-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return out.write_all(text.as_bytes());
    }
    write!(out, "'{}'", text.replace('\'', "'\\''"))
}
