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

/// The text with the values of such keys struck out, byte for byte, so that positions stay.
pub fn redact(text: &str) -> Cow<'_, str> {
    if !text.split('\n').any(|line| secret_value(line).is_some()) {
        return Cow::Borrowed(text);
    }
    let lines = text.split('\n').map(|line| match secret_value(line) {
        Some(at) => Cow::Owned(format!("{}{}", &line[..at], "*".repeat(line.len() - at))),
        None => Cow::Borrowed(line),
    });
    Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
}

/// Where the literal value of a credential begins on this line.
fn secret_value(line: &str) -> Option<usize> {
    line.char_indices().filter(|(_, c)| matches!(c, ':' | '=')).find_map(|(colon, separator)| {
        let key = line[..colon].trim_end();
        let from = key.rfind([' ', '{', ',', '=', '\t']).map_or(0, |at| at + 1);
        let value = line[colon + separator.len_utf8()..].trim_start();
        let at = line.len() - value.len();
        let reference = ["env:", "\"env:", "'env:", "{", "[", "|", ">", "#", "\"\"", "''"];
        let literal = !value.is_empty() && !reference.iter().any(|start| value.starts_with(start));
        (literal && is_credential(&key[from..])).then_some(at)
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
        for kept in ["password: env:NAME", "secretName: aws", "password:", "password: \"\"", "a: b: c"] {
            assert_eq!(redact(kept), kept);
        }
    }
}
