//! Reads floats by CPython's rules; the standard library rounds.
//!
//! CPython counterpart: `PyFloat_FromString` and `_PyOS_ascii_strtod`. Tests: `text/tests/it/number.rs`.

use thiserror::Error;

use super::{ascii_of_number, trim_c_space, without_underscores};
use crate::wtf8::Wtf8;

/// The text is no float. CPython: `could not convert string to float: ...` with its repr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("could not convert string to float")]
pub struct MalformedFloat;

/// `float(text)` for a `str`: white space around it, digits of any script, underscores between digits.
///
/// # Errors
/// The text is no float.
pub fn float_from_text(text: &Wtf8) -> Result<f64, MalformedFloat> {
    whole(&ascii_of_number(text))
}

/// `float(bytes)`: white space around it, underscores between digits.
///
/// # Errors
/// The bytes are no float.
pub fn float_from_ascii(bytes: &[u8]) -> Result<f64, MalformedFloat> {
    whole(trim_c_space(bytes))
}

fn whole(bytes: &[u8]) -> Result<f64, MalformedFloat> {
    let bytes = without_underscores(bytes).ok_or(MalformedFloat)?;
    match ascii_float_prefix(&bytes) {
        Some((value, len)) if len == bytes.len() => Ok(value),
        _ => Err(MalformedFloat),
    }
}

/// The float at the front of `bytes` and its length: sign, digits with a point, exponent; or `inf`, `infinity`,
/// `nan` in any case. No white space, no underscores.
#[must_use]
pub fn ascii_float_prefix(bytes: &[u8]) -> Option<(f64, usize)> {
    let sign_len = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let negative = bytes.first() == Some(&b'-');
    let signed = |value: f64| if negative { -value } else { value };
    let rest = &bytes[sign_len..];
    for (word, value) in [
        ("infinity", f64::INFINITY),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        if rest
            .get(..word.len())
            .is_some_and(|front| front.eq_ignore_ascii_case(word.as_bytes()))
        {
            return Some((signed(value), sign_len + word.len()));
        }
    }
    let whole = digits(rest);
    let mut len = whole;
    let mut fraction = 0;
    if rest.get(len) == Some(&b'.') {
        fraction = digits(&rest[len + 1..]);
        len += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(rest.get(len), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(rest.get(len + 1), Some(b'+' | b'-')));
        let exponent = digits(&rest[len + 1 + sign..]);
        if exponent > 0 {
            len += 1 + sign + exponent;
        }
    }
    let text = std::str::from_utf8(&rest[..len]).ok()?;
    Some((signed(text.parse().ok()?), sign_len + len))
}

fn digits(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}
