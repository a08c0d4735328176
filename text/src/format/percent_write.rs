//! What the conversions of `%` write.
//!
//! CPython counterpart: `_PyUnicode_FormatLong`, `formatfloat` and `unicode_format_arg_output`. All output is ASCII
//! but for padded text. Tests: `text/tests/it/format.rs`.

use super::error::FormatError;
use super::int::IntRef;
use super::percent::PercentFlags;
use crate::number::{FloatKind, FloatLayout, Radix, format_float};
use crate::str_ops::{TooLong, text_with_room};
use crate::wtf8::{CodePoint, Wtf8, Wtf8Buf};

/// The conversions `d`, `i`, `u`, `o`, `x` and `X`, padded to `width`; `limit` as for `str(int)`.
///
/// # Errors
/// More decimal digits than the limit, or more characters than fit memory.
pub fn percent_int(
    value: IntRef<'_>,
    conversion: u8,
    flags: PercentFlags,
    width: usize,
    precision: Option<usize>,
    limit: usize,
) -> Result<String, FormatError> {
    let radix = match conversion {
        b'o' => Radix::Octal,
        b'x' | b'X' => Radix::Hex,
        _ => Radix::Decimal,
    };
    let mut digits = value.digits(radix, limit)?;
    let missing = precision.unwrap_or(0).saturating_sub(digits.len());
    if missing > 0 {
        digits.insert_str(0, &"0".repeat(missing));
    }
    let mut prefix = if flags.contains(PercentFlags::ALTERNATE) {
        radix.prefix()
    } else {
        ""
    };
    if conversion == b'X' {
        digits.make_ascii_uppercase();
        prefix = if prefix.is_empty() { "" } else { "0X" };
    }
    number(value.is_negative(), prefix, &digits, flags, width)
}

/// The conversions `e`, `f`, `g` in both cases, padded to `width`.
///
/// # Errors
/// The result does not fit memory.
pub fn percent_float(
    value: f64,
    conversion: u8,
    flags: PercentFlags,
    width: usize,
    precision: Option<usize>,
) -> Result<String, FormatError> {
    let kind = match conversion.to_ascii_lowercase() {
        b'e' => FloatKind::Exponent,
        b'f' => FloatKind::Fixed,
        _ => FloatKind::General,
    };
    let layout = FloatLayout {
        upper: conversion.is_ascii_uppercase(),
        alternate: flags.contains(PercentFlags::ALTERNATE),
        ..FloatLayout::new(kind, precision.unwrap_or(6))
    };
    let text = format_float(value, &layout);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.as_str()),
    };
    number(negative, "", digits, flags, width)
}

fn number(
    negative: bool,
    prefix: &str,
    digits: &str,
    flags: PercentFlags,
    width: usize,
) -> Result<String, FormatError> {
    let sign = if negative {
        "-"
    } else if flags.contains(PercentFlags::SIGN) {
        "+"
    } else if flags.contains(PercentFlags::BLANK) {
        " "
    } else {
        ""
    };
    let padding = width.saturating_sub(sign.len() + prefix.len() + digits.len());
    let (left, zeros, right) = if flags.contains(PercentFlags::LEFT) {
        (0, 0, padding)
    } else if flags.contains(PercentFlags::ZERO) {
        (0, padding, 0)
    } else {
        (padding, 0, 0)
    };
    let mut text = String::new();
    text.try_reserve(width.max(sign.len() + prefix.len() + digits.len()))
        .map_err(|_| TooLong)?;
    text.extend(std::iter::repeat_n(' ', left));
    text.push_str(sign);
    text.push_str(prefix);
    text.extend(std::iter::repeat_n('0', zeros));
    text.push_str(digits);
    text.extend(std::iter::repeat_n(' ', right));
    Ok(text)
}

/// The conversions `s`, `r`, `a` and `c`: cut to `precision`, then padded with blanks to `width`.
///
/// # Errors
/// The result does not fit memory.
pub fn percent_pad(
    text: &Wtf8,
    flags: PercentFlags,
    width: usize,
    precision: Option<usize>,
) -> Result<Wtf8Buf, FormatError> {
    let end = precision
        .and_then(|precision| text.offset_of(precision))
        .unwrap_or(text.len());
    let text = text.slice_to(end);
    let padding = width.saturating_sub(text.count_code_points());
    let left = if flags.contains(PercentFlags::LEFT) {
        0
    } else {
        padding
    };
    let mut padded = text_with_room([text.len(), padding])?;
    padded.push_repeated(CodePoint::from(' '), left);
    padded.push_wtf8(text);
    padded.push_repeated(CodePoint::from(' '), padding - left);
    Ok(padded)
}
