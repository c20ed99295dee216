//! Patches of a file inside a ConfigMap: its text changes where the patch says so, and nowhere else.

use serde_json::Value;

use super::json::{self, Operation, Parents};
use super::merge::{self, Directives};
use super::properties;
use super::{Fault, Spelling, Table, write};
use crate::text::Source;
use crate::yaml::{Document, pointer};

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML, one document.
    Yaml,
    /// JSON.
    Json,
    /// Java properties: `key=value` on lines.
    Properties,
}

/// A patch of one entry.
#[derive(Debug)]
pub struct FilePatch {
    /// The entry of `data`.
    pub entry: String,
    /// What it is written in.
    pub format: Format,
    /// What changes, in order.
    pub edits: Vec<FileEdit>,
    /// How the patch spells its scalars.
    pub spelling: Spelling,
}

/// One change of a file.
#[derive(Debug)]
pub enum FileEdit {
    /// A merge: maps merge, lists are replaced, `null` deletes.
    Merge(Value),
    /// A JSON Patch.
    Json(Vec<Operation>, Parents),
    /// A line of a properties file gets a value.
    SetLine(String, String),
    /// A line of a properties file goes away.
    RemoveLine(String),
}

impl Format {
    /// The format that the name of a file says.
    pub fn of(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1 {
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            "properties" => Some(Self::Properties),
            _ => None,
        }
    }
}

/// Patches the entry of a ConfigMap.
pub fn apply(object: &mut Value, patch: &FilePatch) -> Result<(), Fault> {
    let place = pointer::join("/data", &patch.entry);
    if object.get("kind").and_then(Value::as_str) == Some("Secret") {
        return Err(Fault::new(place, "files of Secrets are not patched")
            .help("a patch would hold their values; change what makes the Secret"));
    }
    let known: Vec<String> = object
        .get("data")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(key, _)| key.clone())
        .collect();
    let Some(Value::String(text)) = object.pointer_mut(&place) else {
        let fault = Fault::new(&place, format!("`data` has no entry `{}`", patch.entry));
        return Err(match known.as_slice() {
            [] => fault,
            known => fault.help(format!("its entries are {}", known.join(", "))),
        });
    };
    *text = match patch.format {
        Format::Properties => lines(text, patch),
        Format::Yaml => document(text, patch),
        Format::Json => json_text(text, patch),
    }
    .map_err(|fault| Fault { message: format!("in `{}`: {}", patch.entry, fault.message), ..fault })?;
    Ok(())
}

fn lines(text: &str, patch: &FilePatch) -> Result<String, Fault> {
    patch.edits.iter().try_fold(text.to_owned(), |text, edit| match edit {
        FileEdit::SetLine(key, value) => properties::set(&text, key, value),
        FileEdit::RemoveLine(key) => properties::remove(&text, key),
        _ => Err(Fault::new("", "a properties file has no maps and lists; use `set` and `unset`")),
    })
}

fn document(text: &str, patch: &FilePatch) -> Result<String, Fault> {
    // Only the line: what is around it is the operator's.
    let unreadable = |found: &crate::diagnostic::Diagnostic| {
        let line = found.place().map_or_else(String::new, |(_, start, _)| format!(" on line {}", start.line));
        Fault::new("", format!("this is no YAML document{line}: {}", found.message))
    };
    let document =
        Document::parse(Source::new(patch.entry.as_str(), text)).map_err(|found| unreadable(&found))?;
    let old = document.to_value_lenient().map_err(|found| {
        found.iter().next().map_or_else(|| Fault::new("", "this has no value"), unreadable)
    })?;
    let mut value = old.clone();
    change(&mut value, patch)?;
    let written =
        write(&document, &old, &value, &patch.spelling).map_err(|found| Fault::new("", found.message))?;
    Ok(written.source().text().to_owned())
}

fn json_text(text: &str, patch: &FilePatch) -> Result<String, Fault> {
    let is_json = |text: &str| serde_json::from_str::<Value>(text);
    let mut value = is_json(text).map_err(|error| {
        Fault::new("", format!("this is no JSON: line {}, column {}", error.line(), error.column()))
    })?;
    // JSON is YAML but for tabs; what the editor cannot keep is laid out anew.
    if let Ok(written) = document(text, patch)
        && is_json(&written).is_ok()
    {
        return Ok(written);
    }
    change(&mut value, patch)?;
    Ok(format!("{value:#}\n"))
}

fn change(value: &mut Value, patch: &FilePatch) -> Result<(), Fault> {
    // Nobody knows the lists of a file: they are replaced as a whole.
    let table = Table::default();
    for edit in &patch.edits {
        match edit {
            FileEdit::Merge(wanted) => {
                if value.is_null() {
                    *value = Value::Object(serde_json::Map::new());
                }
                merge::merge(value, wanted, table.object("", "", false), Directives::Kubernetes)?;
            }
            FileEdit::Json(operations, parents) => json::apply(value, operations, *parents)?,
            FileEdit::SetLine(..) | FileEdit::RemoveLine(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn run(format: Format, text: &str, edits: Vec<FileEdit>) -> Result<String, String> {
        let mut object = json!({"kind": "ConfigMap", "data": {"f": text}});
        let patch = FilePatch { entry: "f".into(), format, edits, spelling: Spelling::default() };
        apply(&mut object, &patch).map_err(|fault| fault.message)?;
        Ok(object["data"]["f"].as_str().expect("a text").to_owned())
    }

    #[test]
    fn yaml_keeps_what_is_around() {
        let text = "# ours\na: 0777   # mode\nb:\n  - x\nflat.key: 1\n";
        let merge = FileEdit::Merge(json!({"flat.key": 2, "b": ["v", "z"], "new": {"c": true}}));
        let wanted = "# ours\na: 0777   # mode\nb:\n  - v\n  - z\nflat.key: 2\nnew:\n  c: true\n";
        assert_eq!(run(Format::Yaml, text, vec![merge]).as_deref(), Ok(wanted));
        let remove = FileEdit::Json(vec![Operation::Remove("/b/0".into())], Parents::Required);
        assert!(run(Format::Yaml, text, vec![remove]).expect("fits").contains("flat.key: 1"));
        let broken = run(Format::Yaml, "a: 1\nb: [secret\n", vec![FileEdit::Merge(json!({"a": 2}))]);
        let message = broken.expect_err("is broken");
        assert!(
            message.starts_with("in `f`: this is no YAML document on line") && !message.contains("secret"),
            "{message}"
        );
    }

    #[test]
    fn json_stays_json() {
        let merge = || vec![FileEdit::Merge(json!({"b": {"c": "x y"}, "d": "on"}))];
        let wanted = "{\n  \"a\": 1,\n  \"d\": \"on\",\n  \"b\": {\"c\": \"x y\"}\n}\n";
        let edited = run(Format::Json, "{\n  \"a\": 1,\n  \"d\": \"off\"\n}\n", merge());
        assert_eq!(edited.as_deref(), Ok(wanted));
        let made = run(Format::Json, "{}", merge()).expect("fits");
        assert_eq!(serde_json::from_str::<Value>(&made).ok(), Some(json!({"b": {"c": "x y"}, "d": "on"})));
        let tabs = run(Format::Json, "{\n\t\"a\": 1\n}", merge()).expect("fits");
        assert!(serde_json::from_str::<Value>(&tabs).is_ok_and(|value| value["a"] == 1), "{tabs}");
        assert!(run(Format::Json, "{a: 1}", merge()).is_err());
    }

    #[test]
    fn entries_must_be_there_and_be_no_secrets() {
        let patch = FilePatch {
            entry: "g".into(),
            format: Format::Yaml,
            edits: Vec::new(),
            spelling: Spelling::default(),
        };
        let fault = |mut object: Value| apply(&mut object, &patch).expect_err("does not fit");
        assert_eq!(fault(json!({"data": {"f": "x"}})).help.as_deref(), Some("its entries are f"));
        assert!(fault(json!({"kind": "Secret", "data": {"g": "x"}})).message.contains("Secrets"));
    }
}
