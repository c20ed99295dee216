//! Numbers that every reader takes for numbers.

use serde_json::Number;

/// Integers as they are; floats with a point, and a sign in the exponent, which YAML 1.1 asks for.
pub(super) fn number(value: &Number) -> String {
    let text = value.to_string();
    if value.is_i64() || value.is_u64() {
        return text;
    }
    let (mantissa, exponent) =
        text.split_once(['e', 'E']).map_or((text.as_str(), None), |(m, e)| (m, Some(e)));
    let mut out = mantissa.to_owned();
    if !mantissa.contains('.') {
        out.push_str(".0");
    }
    if let Some(exponent) = exponent {
        out.push('e');
        if !exponent.starts_with(['-', '+']) {
            out.push('+');
        }
        out.push_str(exponent);
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::{Number, Value};

    #[test]
    fn floats_have_a_point_and_a_signed_exponent() {
        for (value, wanted) in
            [(1.0, "1.0"), (0.5, "0.5"), (1e21, "1.0e+21"), (1.5e-7, "1.5e-7"), (-2e300, "-2.0e+300")]
        {
            let number = Number::from_f64(value).expect("finite");
            assert_eq!(super::number(&number), wanted);
        }
        let Value::Number(big) = Value::from(u64::MAX) else { panic!("a number") };
        assert_eq!(super::number(&big), "18446744073709551615");
    }
}
