//! The comparison as text and as JSON lines.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::findings::say;
use crate::impact::{Change, FieldChange, Risk, What};
use crate::yaml::write;

/// Longer values are cut, around the first character that differs.
const WIDTH: usize = 60;
/// What stays of the text that both values begin with.
const BEFORE: usize = 20;

/// Release by release; a summary on standard error.
pub(super) fn text(old: &Path, new: &Path, changes: &[Change]) -> Result<()> {
    let mut out = anstream::stdout().lock();
    let mut release = None;
    for change in changes {
        if release != Some(&change.release) {
            let gap = if release.is_some() { "\n" } else { "" };
            writeln!(out, "{gap}release {}", change.release)?;
            release = Some(&change.release);
        }
        let mark = match change.what {
            What::Added => '+',
            What::Removed => '-',
            What::Changed => '~',
        };
        writeln!(out, "  {mark} {}{}", name(change), risk(change.risk, change.why.as_deref()))?;
        let fields = change.fields.iter().filter(|field| !is_text(field));
        for field in fields {
            let (before, after) = shown(field.before.as_ref(), field.after.as_ref());
            writeln!(
                out,
                "      {}: {before} -> {after}{}",
                field.path,
                risk(field.risk, field.why.as_deref())
            )?;
        }
    }
    out.flush()?;
    let count = |what| changes.iter().filter(|change| change.what == what).count();
    let worst = changes.iter().map(|change| change.risk).max().unwrap_or_default();
    let between = format!("{} -> {}", old.display(), new.display());
    if changes.is_empty() {
        say(&format!("{between}: nothing changes."));
    } else {
        say(&format!(
            "{between}: {} changed, {} added, {} removed; highest risk: {}.",
            count(What::Changed),
            count(What::Added),
            count(What::Removed),
            worst.word()
        ));
    }
    Ok(())
}

/// One object a change: a part that comes or goes, or one field.
pub(super) fn json(changes: &[Change]) -> Result<()> {
    let mut out = anstream::stdout().lock();
    for change in changes {
        let line = |field: Option<&FieldChange>| {
            json!({
                "release": change.release,
                "change": match change.what { What::Added => "added", What::Removed => "removed", What::Changed => "changed" },
                "apiVersion": change.identity.api_version(),
                "kind": change.identity.kind,
                "namespace": change.identity.namespace,
                "name": change.identity.name,
                "field": field.map(|field| &field.path),
                "before": field.and_then(|field| field.before.as_ref()),
                "after": field.and_then(|field| field.after.as_ref()),
                "risk": field.map_or(change.risk, |field| field.risk).word(),
                "why": field.map_or(change.why.as_ref(), |field| field.why.as_ref()),
            })
        };
        if change.fields.is_empty() {
            writeln!(out, "{}", line(None))?;
        }
        for field in &change.fields {
            writeln!(out, "{}", line(Some(field)))?;
        }
    }
    Ok(())
}

/// The text of a template as a whole: that it differs is said by its name.
fn is_text(field: &FieldChange) -> bool {
    field.path == "text"
}

fn name(change: &Change) -> String {
    let identity = &change.identity;
    let namespace =
        if identity.namespace.is_empty() { String::new() } else { format!("{}/", identity.namespace) };
    let kinds = if identity.kind == "Template" && !change.kinds.is_empty() {
        format!(" ({})", change.kinds.join(", "))
    } else {
        String::new()
    };
    format!("{} {namespace}{}{kinds}", identity.kind, identity.name)
}

fn risk(risk: Risk, why: Option<&str>) -> String {
    match (risk, why) {
        (Risk::None, _) => String::new(),
        (risk, Some(why)) => format!("  [{}: {why}]", risk.word()),
        (risk, None) => format!("  [{}]", risk.word()),
    }
}

/// Both values on a line each.
fn shown(before: Option<&Value>, after: Option<&Value>) -> (String, String) {
    let text = |value: Option<&Value>| {
        value.map_or_else(|| "nothing".to_owned(), |value| write::flow(value).replace('\n', " "))
    };
    let (before, after) = (text(before), text(after));
    if before.chars().count().max(after.chars().count()) <= WIDTH {
        return (before, after);
    }
    let common = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).count();
    let from = common.saturating_sub(BEFORE);
    (cut(&before, from), cut(&after, from))
}

/// At most `WIDTH` characters from the given one on; the marks say where there are more.
fn cut(text: &str, from: usize) -> String {
    let shown: String = text.chars().skip(from).take(WIDTH).collect();
    let start = if from > 0 { "…" } else { "" };
    let end = if text.chars().count() > from + WIDTH { "…" } else { "" };
    format!("{start}{shown}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_of_long_values_is_seen() {
        let one = "a".repeat(100);
        let (before, after) = shown(Some(&json!(format!("{one}1"))), Some(&json!(format!("{one}2b"))));
        assert_eq!(before, format!("…{}1", "a".repeat(BEFORE)));
        assert_eq!(after, format!("…{}2b", "a".repeat(BEFORE)));
        let (before, after) = shown(None, Some(&json!(format!("x{one}"))));
        assert_eq!((before.as_str(), after), ("nothing", format!("x{}…", "a".repeat(WIDTH - 1))));
        assert_eq!(shown(Some(&json!(1)), Some(&json!(2))), ("1".to_owned(), "2".to_owned()));
    }
}
