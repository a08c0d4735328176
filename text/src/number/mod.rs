//! Numbers as text, both ways, to CPython's last digit.
//!
//! CPython counterparts: `Python/pystrtod.c`, `Python/dtoa.c`, the string halves of `Objects/longobject.c`,
//! `floatobject.c` and `complexobject.c`. Correct rounding comes from the standard library's shortest and exact
//! algorithms; the layout of the digits is ours. Tests: in each file, and `text/tests/it/number.rs`.

mod complex;
mod digits;
mod float_hex;
mod float_parse;
mod float_write;
mod int_parse;
mod int_write;

pub use complex::{MalformedComplex, complex_from_text, complex_repr};
pub use float_hex::{HexFloatError, float_from_hex, float_to_hex};
pub use float_parse::{MalformedFloat, ascii_float_prefix, float_from_ascii, float_from_text};
pub use float_write::{FloatKind, FloatLayout, float_repr, format_float};
pub use int_parse::{IntParseError, Integer, int_from_ascii, int_from_text};
pub use int_write::{Radix, TooManyDigits, int_to_decimal, int_to_radix};

use crate::wtf8::Wtf8;

/// The text with white space around it removed, its white space as blanks and its decimal digits as ASCII; other
/// characters beyond ASCII become `?`, which no number contains.
///
/// CPython counterpart: `_PyUnicode_TransformDecimalAndSpaceToASCII`.
#[must_use]
pub fn ascii_of_number(text: &Wtf8) -> std::borrow::Cow<'_, [u8]> {
    if text.is_ascii() {
        return std::borrow::Cow::Borrowed(trim_c_space(text.as_bytes()));
    }
    let ascii: Vec<u8> = text
        .code_points()
        .map(|point| match (point.to_ascii(), point.decimal_value()) {
            (Some(byte), _) => byte,
            (None, Some(digit)) => b'0' + digit,
            (None, None) if point.is_space() => b' ',
            (None, None) => b'?',
        })
        .collect();
    std::borrow::Cow::Owned(trim_c_space(&ascii).to_vec())
}

/// Without the white space around it, by C's `isspace`.
#[must_use]
pub fn trim_c_space(bytes: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b' ');
    let start = bytes
        .iter()
        .position(|byte| !is_space(byte))
        .unwrap_or(bytes.len());
    let end = bytes
        .iter()
        .rposition(|byte| !is_space(byte))
        .map_or(start, |last| last + 1);
    &bytes[start..end]
}

/// Removes underscores, each of which must stand between two digits; `None` if one does not.
fn without_underscores(bytes: &[u8]) -> Option<std::borrow::Cow<'_, [u8]>> {
    if memchr::memchr(b'_', bytes).is_none() {
        return Some(std::borrow::Cow::Borrowed(bytes));
    }
    let mut clean = Vec::with_capacity(bytes.len());
    let mut previous = 0u8;
    for &byte in bytes {
        if byte == b'_' {
            if !previous.is_ascii_digit() {
                return None;
            }
        } else {
            if previous == b'_' && !byte.is_ascii_digit() {
                return None;
            }
            clean.push(byte);
        }
        previous = byte;
    }
    (previous != b'_').then_some(std::borrow::Cow::Owned(clean))
}
