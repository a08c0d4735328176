//! Integers as digits.
//!
//! CPython counterpart: `long_to_decimal_string_internal` and `long_format_binary`. `num-bigint` divides and
//! conquers, so large ones stay below quadratic cost. Tests: `text/tests/it/number.rs`.

use num_bigint::BigInt;
use thiserror::Error;

/// More digits than `sys.set_int_max_str_digits` allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "Exceeds the limit ({limit} digits) for integer string conversion; \
     use sys.set_int_max_str_digits() to increase the limit"
)]
pub struct TooManyDigits {
    /// The limit in force.
    pub limit: usize,
}

/// The bases with a prefix of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Radix {
    /// `0b`.
    Binary,
    /// `0o`.
    Octal,
    /// No prefix.
    Decimal,
    /// `0x`.
    Hex,
}

impl Radix {
    /// The base as a number.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Radix::Binary => 2,
            Radix::Octal => 8,
            Radix::Decimal => 10,
            Radix::Hex => 16,
        }
    }

    /// What `bin`, `oct` and `hex` write in front.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Radix::Binary => "0b",
            Radix::Octal => "0o",
            Radix::Decimal => "",
            Radix::Hex => "0x",
        }
    }
}

/// `str(value)`; `limit` is the largest number of digits, 0 for none.
///
/// # Errors
/// The value has more digits. Told from its size, before the work, where that suffices.
pub fn int_to_decimal(value: &BigInt, limit: usize) -> Result<String, TooManyDigits> {
    let bits = value.bits();
    if limit > 0 && bits > 64 {
        // A value of n bits has more than (n - 1) * 0.30102 digits.
        let at_least = u128::from(bits - 1) * 30102 / 100_000;
        if at_least > limit as u128 {
            return Err(TooManyDigits { limit });
        }
    }
    let text = value.to_str_radix(10);
    if limit > 0 && text.len() - usize::from(text.starts_with('-')) > limit {
        return Err(TooManyDigits { limit });
    }
    Ok(text)
}

/// The digits in that base, lower case, with `-` in front if negative, without prefix and without limit.
#[must_use]
pub fn int_to_radix(value: &BigInt, radix: Radix) -> String {
    value.to_str_radix(radix.number())
}
