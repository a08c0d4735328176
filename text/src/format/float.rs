//! `format(float, spec)`.
//!
//! CPython counterpart: `format_float_internal`. Tests: `text/tests/it/format.rs`.

use super::error::FormatError;
use super::grouping::{GroupRules, NumberParts, NumericLocale, lay_out};
use super::spec::{Align, FormatSpec};
use crate::number::{self, FloatKind, FloatLayout};
use crate::str_ops::TooLong;
use crate::wtf8::{Wtf8, Wtf8Buf};

/// The largest precision, C's `INT_MAX` as the float writer counts.
const MAX_PRECISION: usize = i32::MAX as usize;

/// `float.__format__`.
///
/// # Errors
/// The specification is malformed or does not suit floats.
pub fn format_float(
    value: f64,
    spec: &Wtf8,
    type_name: &str,
    locale: &NumericLocale,
) -> Result<Wtf8Buf, FormatError> {
    if spec.is_empty() {
        return Ok(number::float_repr(value).into());
    }
    let spec = FormatSpec::parse(spec, type_name, None, Align::Right)?;
    match spec.letter() {
        0 if spec.code.is_none() => write(value, &spec, locale),
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n' | b'%' => write(value, &spec, locale),
        _ => Err(spec.unknown_code(type_name)),
    }
}

/// How the letter and the precision lay out a float.
pub(super) fn layout_of(spec: &FormatSpec) -> Result<FloatLayout, FormatError> {
    let letter = spec.letter();
    let kind = match letter.to_ascii_lowercase() {
        0 if spec.precision.is_none() => FloatKind::Repr,
        b'e' => FloatKind::Exponent,
        b'f' | b'%' => FloatKind::Fixed,
        _ => FloatKind::General,
    };
    let precision = spec.precision.unwrap_or(6);
    if precision >= MAX_PRECISION {
        return Err(FormatError::PrecisionTooBig);
    }
    Ok(FloatLayout {
        upper: letter.is_ascii_uppercase(),
        add_dot_0: letter == 0,
        alternate: spec.alternate,
        no_negative_zero: spec.no_negative_zero,
        ..FloatLayout::new(kind, precision)
    })
}

/// Writes a float by a specification that suits it.
pub(super) fn write(
    value: f64,
    spec: &FormatSpec,
    locale: &NumericLocale,
) -> Result<Wtf8Buf, FormatError> {
    let layout = layout_of(spec)?;
    let is_percent = spec.letter() == b'%';
    let mut text = number::format_float(if is_percent { value * 100.0 } else { value }, &layout);
    if is_percent {
        text.push('%');
    }
    Ok(write_text(&text, spec, locale)?)
}

/// Lays out the text of a float, which may begin with `-`.
pub(super) fn write_text(
    text: &str,
    spec: &FormatSpec,
    locale: &NumericLocale,
) -> Result<Wtf8Buf, TooLong> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let parts = NumberParts {
        negative,
        ..NumberParts::of_float(text)
    };
    if spec.letter() == b'n' {
        lay_out(&parts, spec, locale.rules())
    } else {
        lay_out(&parts, spec, GroupRules::of(spec.grouping))
    }
}
