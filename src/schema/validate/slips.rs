//! Slips with one certain correction: a missing pair of quotes, or one too many.

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::schema::node::Node;
use crate::schema::words;

/// Adds the correction of a value of the wrong type, where there is just one.
pub(super) fn mend(
    diagnostic: Diagnostic,
    node: Option<&Node>,
    instance: &Value,
    wanted: &[String],
) -> Diagnostic {
    let wants = |name: &str| wanted.iter().any(|w| w == name);
    match instance {
        Value::Number(_) | Value::Bool(_) if wanted == ["string"] => {
            let quoted = format!("{:?}", written(&diagnostic).unwrap_or_else(|| instance.to_string()));
            diagnostic.help("Text that looks like a number, true or false needs quotes.").suggest(quoted)
        }
        Value::String(text)
            if (wants("integer") && is_integer(text)) || (wants("number") && is_number(text)) =>
        {
            let number = text.trim().to_owned();
            diagnostic.help("A number is written without quotes.").suggest(number)
        }
        Value::String(text) if wants("boolean") => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "y" => diagnostic.suggest("true"),
            "false" | "no" | "off" | "n" => diagnostic.suggest("false"),
            _ => diagnostic,
        },
        scalar if wants("array") && !scalar.is_object() && !scalar.is_array() => {
            let fits = node
                .and_then(|node| node.items.as_deref())
                .is_some_and(|items| items.accepts(words::kind_of(scalar)));
            match written(&diagnostic) {
                Some(text) if fits => {
                    diagnostic.help("A list of one is written `[…]`.").suggest(format!("[{text}]"))
                }
                _ => diagnostic,
            }
        }
        _ => diagnostic,
    }
}

/// Adds quotes where one of the allowed texts is just that number or word.
pub(super) fn quote(diagnostic: Diagnostic, instance: &Value, options: &[Value]) -> Diagnostic {
    let text = match instance {
        Value::Number(_) | Value::Bool(_) => written(&diagnostic).unwrap_or_else(|| instance.to_string()),
        _ => return diagnostic,
    };
    if options.iter().any(|option| option.as_str() == Some(&text)) {
        diagnostic
            .help("Text that looks like a number, true or false needs quotes.")
            .suggest(format!("{text:?}"))
    } else {
        diagnostic
    }
}

/// What the user wrote: `1.20` is the number 1.2, but may have been meant as the text.
fn written(diagnostic: &Diagnostic) -> Option<String> {
    let label = diagnostic.labels.first()?;
    let text = label.source.slice(label.span);
    (!text.is_empty() && !text.contains('\n')).then(|| text.to_owned())
}

fn is_integer(text: &str) -> bool {
    text.trim().parse::<i64>().is_ok()
}

fn is_number(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok_and(f64::is_finite)
}
