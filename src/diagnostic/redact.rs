//! Keeps literal credentials out of messages.

use std::borrow::Cow;

/// Endings of keys whose value is a credential. A key that only names one (`secretName`, `passwordKey`) ends otherwise.
const ENDINGS: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "secretkey",
    "secretaccesskey",
    "accesskey",
    "token",
    "privatekey",
    "credential",
    "credentials",
    "apikey",
];

/// True for keys whose value is a credential.
pub fn is_credential(key: &str) -> bool {
    let plain: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| plain.ends_with(ending))
}

/// The text with the values of such keys struck out, byte for byte, so that positions stay. So is the `value` of a
/// variable whose `name`, before it on its line or on the line above, is such a key.
pub fn redact(text: &str) -> Cow<'_, str> {
    let mut above = "";
    let mut struck = false;
    let lines: Vec<Cow<'_, str>> = text
        .split('\n')
        .map(|line| {
            let found = secret_value(line, above);
            above = line;
            match found {
                Some(at) => {
                    struck = true;
                    Cow::Owned(format!("{}{}", &line[..at], "*".repeat(line.len() - at)))
                }
                None => Cow::Borrowed(line),
            }
        })
        .collect();
    if struck { Cow::Owned(lines.join("\n")) } else { Cow::Borrowed(text) }
}

/// Where the literal value of a credential begins on this line.
fn secret_value(line: &str, above: &str) -> Option<usize> {
    line.char_indices().filter(|(_, c)| matches!(c, ':' | '=')).find_map(|(colon, separator)| {
        let before = &line[..colon];
        let key = before.trim_end();
        let from = key.rfind([' ', '{', ',', '=', '\t']).map_or(0, |at| at + 1);
        let key = key[from..].trim_matches(['"', '\'']);
        let value = line[colon + separator.len_utf8()..].trim_start();
        let at = line.len() - value.len();
        let reference = ["env:", "\"env:", "'env:", "{", "[", "|", ">", "#", "\"\"", "''"];
        let literal = !value.is_empty() && !reference.iter().any(|start| value.starts_with(start));
        let variable = key == "value" && (names_credential(before) || names_credential(above));
        (literal && (variable || is_credential(key))).then_some(at)
    })
}

/// True when the last `name` of a text is that of a credential.
fn names_credential(text: &str) -> bool {
    text.rsplit_once("name").is_some_and(|(_, rest)| {
        let name = rest.trim_start_matches(['"', '\'', ' ', ':']);
        is_credential(name.split(['"', '\'', ',', '}', ' ', '#']).next().unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_values() {
        for key in ["password", "awsSecretAccessKey", "secret_access_key", "s3.secret-key", "oauth.token"] {
            assert!(is_credential(key), "{key}");
        }
        for key in ["secretName", "passwordKey", "tokenBroker", "secrets", "keys", "monkey"] {
            assert!(!is_credential(key), "{key}");
        }
    }

    #[test]
    fn strikes_values_out_in_place() {
        assert_eq!(redact("a: {password: xyz}\nb: 1"), "a: {password: ****\nb: 1");
        assert_eq!(redact("client_secret = abc"), "client_secret = ***");
        assert_eq!(redact("- {name: DB_PASSWORD, value: abc}"), "- {name: DB_PASSWORD, value: ****");
        assert_eq!(redact("- name: DB_PASSWORD\n  value: abc"), "- name: DB_PASSWORD\n  value: ***");
        assert_eq!(redact("- name: DB_HOST\n  value: abc"), "- name: DB_HOST\n  value: abc");
        for kept in ["password: env:NAME", "secretName: aws", "password:", "password: \"\"", "a: b: c"] {
            assert_eq!(redact(kept), kept);
        }
    }
}
