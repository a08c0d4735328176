//! `format(text, spec)`.
//!
//! CPython counterpart: `format_string_internal`. Tests: `text/tests/it/format.rs`.

use super::error::FormatError;
use super::grouping::pad;
use super::spec::{Align, FormatSpec};
use crate::wtf8::{Wtf8, Wtf8Buf};

/// `str.__format__`.
///
/// # Errors
/// The specification is malformed or asks for what only numbers have.
pub fn format_str(text: &Wtf8, spec: &Wtf8, type_name: &str) -> Result<Wtf8Buf, FormatError> {
    if spec.is_empty() {
        return Ok(text.to_owned());
    }
    let spec = FormatSpec::parse(spec, type_name, Some(b's'), Align::Left)?;
    if spec.letter() != b's' {
        return Err(spec.unknown_code(type_name));
    }
    let refused = match (spec.sign, spec.no_negative_zero, spec.alternate, spec.align) {
        (Some(b' '), ..) => "Space not allowed in string format specifier",
        (Some(_), ..) => "Sign not allowed in string format specifier",
        (_, true, ..) => "Negative zero coercion (z) not allowed in string format specifier",
        (_, _, true, _) => "Alternate form (#) not allowed in string format specifier",
        (.., Align::AfterSign) => "'=' alignment not allowed in string format specifier",
        _ => {
            let end = spec
                .precision
                .and_then(|precision| text.offset_of(precision))
                .unwrap_or(text.len());
            return Ok(pad(
                text.slice_to(end),
                spec.fill,
                spec.align,
                spec.width.unwrap_or(0),
            )?);
        }
    };
    Err(FormatError::Refused(refused))
}
