//! Integer literals of any size.

use num_bigint::BigInt;

use crate::constant::Constant;

/// Decimal literals with more digits than this are refused (`sys.int_info.default_max_str_digits`).
pub(crate) const MAX_DECIMAL_DIGITS: usize = 4300;

/// The value of an integer literal, or the number of its digits if they are too many.
pub(crate) fn parse_int(text: &str) -> Result<Constant, usize> {
    let bytes = text.as_bytes();
    let (radix, digits) = match bytes {
        [b'0', b'x' | b'X', ..] => (16, &text[2..]),
        [b'0', b'o' | b'O', ..] => (8, &text[2..]),
        [b'0', b'b' | b'B', ..] => (2, &text[2..]),
        _ => (10, text),
    };
    let stripped;
    let digits = if digits.contains('_') {
        stripped = digits.replace('_', "");
        stripped.as_str()
    } else {
        digits
    };
    if let Ok(small) = i64::from_str_radix(digits, radix) {
        return Ok(Constant::Int(small));
    }
    if radix == 10 && digits.len() > MAX_DECIMAL_DIGITS {
        return Err(digits.len());
    }
    // The lexer only lets digits of the radix through.
    Ok(Constant::from_bigint(
        BigInt::parse_bytes(digits.as_bytes(), radix).unwrap_or_default(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        let int = |text| match parse_int(text) {
            Ok(Constant::Int(value)) => value,
            other => panic!("{other:?}"),
        };
        assert_eq!(int("1_000"), 1000);
        assert_eq!(int("0xFf"), 255);
        assert_eq!(int("0o17"), 15);
        assert_eq!(int("0b_1"), 1);
        assert_eq!(int("00"), 0);
        assert!(matches!(
            parse_int("9223372036854775808"),
            Ok(Constant::BigInt(_))
        ));
        assert!(matches!(parse_int(&"1".repeat(5000)), Err(5000)));
    }
}
