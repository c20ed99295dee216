//! Numbers by the rules of Go's YAML reader.

use serde_json::Value;

use super::Scalar;

/// A number that begins with a digit or a sign.
pub(super) fn resolve(text: &str) -> Option<Scalar<'static>> {
    let plain: std::borrow::Cow<'_, str> =
        if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    integer(&plain).or_else(|| float(&plain))
}

/// A number that begins with a point; underscores may only separate digits.
pub(super) fn fraction(text: &str) -> Option<Scalar<'static>> {
    if !text.contains('_') {
        return float(text);
    }
    let bytes = text.as_bytes();
    let separates = |at: usize| {
        at > 0 && bytes[at - 1].is_ascii_digit() && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
    };
    let fine = (0..bytes.len()).all(|at| bytes[at] != b'_' || separates(at));
    if fine { float(&text.replace('_', "")) } else { None }
}

/// True for a decimal integer, whatever its size: what a float64 would round silently.
pub(crate) fn is_integer_text(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'_')
}

/// True for the infinite numbers and for not-a-number.
pub(crate) fn is_not_finite(scalar: &Scalar<'_>) -> bool {
    matches!(scalar, Scalar::Float(value) if !value.is_finite())
}

/// Whole numbers become integers, as far as they fit.
pub(super) fn to_json(value: f64) -> Option<Value> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if value.fract() == 0.0 && value.abs() < LIMIT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within the range of i64")]
        return Some(Value::from(value as i64));
    }
    serde_json::Number::from_f64(value).map(Value::Number)
}

fn integer(text: &str) -> Option<Scalar<'static>> {
    let (sign, rest) = match text.as_bytes().first()? {
        sign @ (b'-' | b'+') => (Some(*sign), &text[1..]),
        _ => (None, text),
    };
    let (radix, digits) = match rest.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &rest[2..]),
        [b'0', b'o' | b'O', ..] => (8, &rest[2..]),
        [b'0', b'b' | b'B', ..] => (2, &rest[2..]),
        [b'0', _, ..] => (8, &rest[1..]),
        _ => (10, rest),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    match (sign, i64::try_from(magnitude)) {
        (Some(b'-'), _) => 0_i64.checked_sub_unsigned(magnitude).map(Scalar::Int),
        (_, Ok(value)) => Some(Scalar::Int(value)),
        (None, Err(_)) => Some(Scalar::Uint(magnitude)),
        (Some(_), Err(_)) => None,
    }
}

fn float(text: &str) -> Option<Scalar<'static>> {
    if !has_float_form(text) {
        return None;
    }
    // A number beyond the range of float64 is a string to Go.
    text.parse().ok().filter(|value: &f64| value.is_finite()).map(Scalar::Float)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn has_float_form(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let whole = digits(rest);
    let mut rest = &rest[whole..];
    if let Some(after_point) = rest.strip_prefix('.') {
        let fraction = digits(after_point);
        if whole == 0 && fraction == 0 {
            return false;
        }
        rest = &after_point[fraction..];
    } else if whole == 0 {
        return false;
    }
    let Some(exponent) = rest.strip_prefix(['e', 'E']) else { return rest.is_empty() };
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    !exponent.is_empty() && digits(exponent) == exponent.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::scalar::plain;

    #[test]
    fn edges_read_as_helm_reads_them() {
        let number = |text: &str| match plain(text) {
            Scalar::Int(value) => Some(value as f64),
            Scalar::Uint(value) => Some(value as f64),
            Scalar::Float(value) => Some(value),
            _ => None,
        };
        for (text, wanted) in [
            ("0x8000000000000000", 9_223_372_036_854_775_808.0),
            ("-0x8000000000000000", -9_223_372_036_854_775_808.0),
            ("0777777777777777777777777", 7.777_777_777_777_778e23),
            ("+18446744073709551615", 18_446_744_073_709_551_615.0),
            (".5_0", 0.5),
            ("1e1_0", 1e10),
            ("+0x1F", 31.0),
            ("0_o7", 7.0),
            ("0o_7", 7.0),
            ("0__", 0.0),
            ("-_1", -1.0),
            ("1_.5", 1.5),
            ("1e5_", 1e5),
            (".5E+3", 500.0),
            ("-.1_0", -0.1),
        ] {
            assert_eq!(number(text), Some(wanted), "{text}");
        }
        for text in [
            "0xFFFFFFFFFFFFFFFFFF",
            "0x+1",
            "0x-1",
            "--1",
            "+-1",
            "0b_",
            "0x1.8p3",
            ".e5",
            "1.5.5",
            "0b",
            "._5",
            ".1e400",
            ".1p3",
            ".INF1",
            "...x",
            "+.inf_",
            "-",
            "+",
            ".",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn whole_floats_become_integers() {
        assert_eq!(to_json(1000.0), Some(Value::from(1000)));
        assert_eq!(to_json(-0.0), Some(Value::from(0)));
        assert_eq!(to_json(0.5), Some(Value::from(0.5)));
        assert_eq!(to_json(1e20), Some(Value::from(1e20)));
        assert_eq!(to_json(f64::NAN), None);
    }
}
