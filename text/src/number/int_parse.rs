//! Reads integers in bases 2 to 36, and in base 0, where a prefix tells the base.
//!
//! CPython counterpart: `PyLong_FromString`. Cost: linear in bases that are powers of two; else divide and conquer,
//! so as cheap as multiplication. Tests: `text/tests/it/number.rs`.

use num_bigint::{BigInt, BigUint, Sign};
use thiserror::Error;

use super::{ascii_of_number, trim_c_space};
use crate::wtf8::Wtf8;

/// Digits below which the quadratic conversion wins.
const DIVIDE_FROM: usize = 1500;

/// An integer, in a machine word when it fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Integer {
    /// Fits 64 bits.
    Small(i64),
    /// Does not.
    Big(BigInt),
}

/// Why a text is no integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IntParseError {
    /// CPython: `invalid literal for int() with base N: ...` with the repr.
    #[error("invalid literal for int() with base {base}")]
    Invalid {
        /// The base asked for; also 0.
        base: u32,
    },
    /// More digits than `sys.set_int_max_str_digits` allows, in a base that is no power of two.
    #[error(
        "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; \
         use sys.set_int_max_str_digits() to increase the limit"
    )]
    TooManyDigits {
        /// The limit in force.
        limit: usize,
        /// The digits of the text.
        digits: usize,
    },
}

/// `int(text, base)` for a `str`; `base` is 0 or 2..=36, `limit` 0 for none.
///
/// # Errors
/// As [`IntParseError`] says.
pub fn int_from_text(text: &Wtf8, base: u32, limit: usize) -> Result<Integer, IntParseError> {
    whole(&ascii_of_number(text), base, limit)
}

/// `int(bytes, base)`; `base` is 0 or 2..=36, `limit` 0 for none.
///
/// # Errors
/// As [`IntParseError`] says.
pub fn int_from_ascii(bytes: &[u8], base: u32, limit: usize) -> Result<Integer, IntParseError> {
    whole(trim_c_space(bytes), base, limit)
}

fn whole(bytes: &[u8], base: u32, limit: usize) -> Result<Integer, IntParseError> {
    debug_assert!(base == 0 || (2..=36).contains(&base));
    let invalid = IntParseError::Invalid { base };
    let (negative, rest) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let prefixed = match rest {
        [b'0', b'x' | b'X', ..] => Some(16),
        [b'0', b'o' | b'O', ..] => Some(8),
        [b'0', b'b' | b'B', ..] => Some(2),
        _ => None,
    };
    let (radix, rest, must_be_zero) = match (base, prefixed) {
        (0, Some(radix)) => (radix, after_prefix(rest), false),
        (0, None) => (10, rest, rest.first() == Some(&b'0')),
        (_, Some(radix)) if radix == base => (radix, after_prefix(rest), false),
        _ => (base, rest, false),
    };

    let mut digits = Vec::new();
    let mut previous = b'_';
    let mut len = 0;
    for &byte in rest {
        if byte == b'_' {
            if previous == b'_' {
                return Err(invalid);
            }
        } else {
            match (byte as char).to_digit(36) {
                Some(digit) if digit < radix => digits.push(digit as u8),
                _ => break,
            }
        }
        previous = byte;
        len += 1;
    }
    if previous == b'_' {
        return Err(invalid);
    }
    if limit > 0 && digits.len() > limit && !radix.is_power_of_two() {
        return Err(IntParseError::TooManyDigits {
            limit,
            digits: digits.len(),
        });
    }
    if len != rest.len() || (must_be_zero && digits.iter().any(|&digit| digit != 0)) {
        return Err(invalid);
    }
    Ok(value_of(&digits, radix, negative))
}

/// After `0x` and the like, one underscore may follow.
fn after_prefix(rest: &[u8]) -> &[u8] {
    match &rest[2..] {
        [b'_', rest @ ..] => rest,
        rest => rest,
    }
}

fn value_of(digits: &[u8], radix: u32, negative: bool) -> Integer {
    let mut small = 0i64;
    let mut fits = true;
    for &digit in digits {
        let next = small.checked_mul(i64::from(radix)).and_then(|value| {
            if negative {
                value.checked_sub(i64::from(digit))
            } else {
                value.checked_add(i64::from(digit))
            }
        });
        match next {
            Some(next) => small = next,
            None => {
                fits = false;
                break;
            }
        }
    }
    if fits {
        return Integer::Small(small);
    }
    let leading_zeros = digits.iter().take_while(|&&digit| digit == 0).count();
    let magnitude = magnitude(&digits[leading_zeros..], radix);
    Integer::Big(BigInt::from_biguint(
        if negative { Sign::Minus } else { Sign::Plus },
        magnitude,
    ))
}

fn magnitude(digits: &[u8], radix: u32) -> BigUint {
    if radix.is_power_of_two() || digits.len() < DIVIDE_FROM {
        return BigUint::from_radix_be(digits, radix).unwrap_or_default();
    }
    // Powers radix^(DIVIDE_FROM * 2^k) by squaring, so that every level multiplies numbers of like size.
    let mut powers = vec![BigUint::from(radix).pow(DIVIDE_FROM as u32)];
    let mut size = DIVIDE_FROM;
    while size * 2 < digits.len() {
        let last = &powers[powers.len() - 1];
        powers.push(last * last);
        size *= 2;
    }
    divide(digits, radix, &powers, size)
}

fn divide(digits: &[u8], radix: u32, powers: &[BigUint], size: usize) -> BigUint {
    let Some((power, smaller)) = powers.split_last() else {
        return BigUint::from_radix_be(digits, radix).unwrap_or_default();
    };
    if digits.len() <= size {
        return divide(digits, radix, smaller, size / 2);
    }
    let (high, low) = digits.split_at(digits.len() - size);
    divide(high, radix, smaller, size / 2) * power + divide(low, radix, smaller, size / 2)
}
