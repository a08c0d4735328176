//! `float.hex` and `float.fromhex`.
//!
//! CPython counterpart: `float_hex_impl` and `float_fromhex_impl` in `Objects/floatobject.c`.
//! Tests: `text/tests/it/number.rs`.

use thiserror::Error;

use super::trim_c_space;

/// Why a hexadecimal float cannot be read; the texts are CPython's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HexFloatError {
    /// `ValueError`.
    #[error("invalid hexadecimal floating-point string")]
    Invalid,
    /// `OverflowError`.
    #[error("hexadecimal value too large to represent as a float")]
    TooLarge,
}

/// `value.hex()`.
#[must_use]
pub fn float_to_hex(value: f64) -> String {
    if !value.is_finite() {
        return super::float_repr(value);
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let (lead, exponent) = match (bits >> 52 & 0x7FF) as i32 {
        0 => (0, -1022),
        biased => (1, biased - 1023),
    };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")
}

/// `float.fromhex(text)`; white space may stand around the number.
///
/// # Errors
/// As [`HexFloatError`] says.
pub fn float_from_hex(text: &[u8]) -> Result<f64, HexFloatError> {
    let text = trim_c_space(text);
    if let Some((value, len)) = super::ascii_float_prefix(text)
        && !value.is_finite()
        && len == text.len()
        && !text.iter().any(u8::is_ascii_digit)
    {
        return Ok(value);
    }
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let rest = match rest {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        rest => rest,
    };
    let number = HexNumber::read(rest).ok_or(HexFloatError::Invalid)?;
    let value = number.round().ok_or(HexFloatError::TooLarge)?;
    Ok(if negative { -value } else { value })
}

/// `mantissa * 2^exponent`, a bit more if `sticky`.
struct HexNumber {
    mantissa: u64,
    exponent: i64,
    sticky: bool,
}

impl HexNumber {
    fn read(bytes: &[u8]) -> Option<HexNumber> {
        let mut number = HexNumber {
            mantissa: 0,
            exponent: 0,
            sticky: false,
        };
        let (mut any, mut in_fraction, mut at) = (false, false, 0);
        while let Some(&byte) = bytes.get(at) {
            if byte == b'.' && !in_fraction {
                in_fraction = true;
            } else if let Some(digit) = (byte as char).to_digit(16) {
                any = true;
                if number.mantissa >> 60 == 0 {
                    number.mantissa = number.mantissa << 4 | u64::from(digit);
                    number.exponent -= if in_fraction { 4 } else { 0 };
                } else {
                    number.sticky |= digit != 0;
                    number.exponent += if in_fraction { 0 } else { 4 };
                }
            } else {
                break;
            }
            at += 1;
        }
        if !any {
            return None;
        }
        if matches!(bytes.get(at), Some(b'p' | b'P')) {
            number.exponent = number
                .exponent
                .saturating_add(read_exponent(&bytes[at + 1..])?);
        } else if at != bytes.len() {
            return None;
        }
        Some(number)
    }

    /// The nearest double, half to even; `None` if it is too large.
    fn round(&self) -> Option<f64> {
        if self.mantissa == 0 {
            return Some(0.0);
        }
        let width = i64::from(64 - self.mantissa.leading_zeros());
        // The value is in [2^top, 2^(top+1)).
        let top = self.exponent.saturating_add(width - 1);
        if top > 1023 {
            return None;
        }
        if top < -1075 {
            return Some(0.0);
        }
        let unit = top.max(-1022) - 52;
        let drop = unit - self.exponent;
        let mut scaled = if drop <= 0 {
            self.mantissa << -drop
        } else if drop > 64 {
            0
        } else {
            let wide = u128::from(self.mantissa);
            let kept = (wide >> drop) as u64;
            let rest = wide & ((1 << drop) - 1);
            let half = 1u128 << (drop - 1);
            let up = rest > half || (rest == half && (self.sticky || kept & 1 == 1));
            kept + u64::from(up)
        };
        let mut unit = unit;
        if scaled == 1 << 53 {
            scaled >>= 1;
            unit += 1;
        }
        if unit > 971 {
            return None;
        }
        // `scaled` has at most 53 bits, so building the bits is exact, subnormal or not.
        let biased = if scaled >> 52 == 0 {
            0
        } else {
            (unit + 52 + 1023) as u64
        };
        Some(f64::from_bits(biased << 52 | (scaled & ((1 << 52) - 1))))
    }
}

fn read_exponent(bytes: &[u8]) -> Option<i64> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut value = 0i64;
    for &digit in digits {
        value = (value * 10 + i64::from(digit - b'0')).min(1 << 50);
    }
    Some(if negative { -value } else { value })
}
