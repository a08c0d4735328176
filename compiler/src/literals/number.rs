//! Integer literals of any size.

use taipan_text::number::{IntParseError, Integer, int_from_ascii};

use crate::constant::Constant;

/// How many digits of a decimal literal are taken if nobody says otherwise (`sys.int_info.default_max_str_digits`).
pub(crate) const DEFAULT_MAX_STR_DIGITS: usize = 4300;

/// The value of an integer literal; a decimal one has at most `limit` digits, or any number of them if that is 0.
pub(crate) fn parse_int(text: &str, limit: usize) -> Result<Constant, IntParseError> {
    if let Ok(value) = text.parse() {
        return Ok(Constant::Int(value));
    }
    if let Some(error) = too_many_digits(text, limit) {
        return Err(error);
    }
    Ok(match int_from_ascii(text.as_bytes(), 0, 0)? {
        Integer::Small(value) => Constant::Int(value),
        Integer::Big(value) => Constant::from_bigint(value),
    })
}

/// The error of a literal that is an integer with more than `limit` decimal digits.
pub(crate) fn too_many_digits(text: &str, limit: usize) -> Option<IntParseError> {
    // A decimal literal that starts with a zero is zero.
    if limit == 0 || text.len() <= limit || text.starts_with('0') {
        return None;
    }
    let bytes = text.as_bytes();
    let is_decimal = bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'_'));
    let digits = bytes.iter().filter(|&&byte| byte != b'_').count();
    (is_decimal && digits > limit).then_some(IntParseError::TooManyDigits { limit, digits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        let int = |text| match parse_int(text, DEFAULT_MAX_STR_DIGITS) {
            Ok(Constant::Int(value)) => value,
            other => panic!("{other:?}"),
        };
        assert_eq!(int("1_000"), 1000);
        assert_eq!(int("0xFf"), 255);
        assert_eq!(int("0o17"), 15);
        assert_eq!(int("0b_1"), 1);
        assert_eq!(int("00"), 0);
        assert_eq!(int(&"0".repeat(5000)), 0);
        assert!(matches!(
            parse_int("9223372036854775808", 0),
            Ok(Constant::BigInt(_))
        ));
    }

    #[test]
    fn only_decimal_integers_are_limited() {
        let limit = 640;
        let ones = "1".repeat(limit);
        let error = IntParseError::TooManyDigits {
            limit,
            digits: limit + 1,
        };
        assert_eq!(too_many_digits(&format!("{ones}_1"), limit), Some(error));
        for text in [
            &ones,
            &format!("{ones}_"),
            &format!("0x{ones}"),
            &format!("{ones}."),
        ] {
            assert_eq!(too_many_digits(text, limit), None);
        }
        assert_eq!(too_many_digits(&ones.repeat(2), 0), None);
    }
}
