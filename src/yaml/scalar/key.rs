//! Keys of maps: JSON has strings only, and Helm turns other scalars into strings in its own way.

use super::Scalar;

/// The string that a scalar becomes as a key; none for null, which Helm refuses.
pub(crate) fn key(scalar: &Scalar<'_>) -> Option<String> {
    Some(match scalar {
        Scalar::Null => return None,
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Uint(value) => value.to_string(),
        Scalar::Float(value) => float(*value),
        Scalar::String(value) => value.to_string(),
    })
}

/// Go's `FormatFloat(value, 'g', -1, 32)`: single precision, an exponent below 1e-4 and from 1e6.
fn float(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "Helm rounds keys to single precision")]
    let value = value as f32;
    let scientific = format!("{value:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::scalar::plain;

    #[test]
    fn keys_read_as_helm_reads_them() {
        for (text, wanted) in [
            ("1.1", "1.1"),
            ("1e7", "1e+07"),
            ("1234567.5", "1.2345675e+06"),
            ("0x10", "16"),
            ("on", "true"),
            ("010", "8"),
            ("1e-7", "1e-07"),
            ("100000000000000000000", "1e+20"),
            ("1.0", "1"),
            ("0.1", "0.1"),
            ("123456.0", "123456"),
            ("12345678", "12345678"),
            ("2001-12-14", "2001-12-14"),
        ] {
            assert_eq!(key(&plain(text)).as_deref(), Some(wanted), "{text}");
        }
        assert_eq!(key(&Scalar::Null), None);
    }
}
