//! Complex numbers as text.
//!
//! CPython counterpart: `complex_from_string_inner` and `complex_repr` in `Objects/complexobject.c`.
//! Tests: `text/tests/it/number.rs`.

use thiserror::Error;

use super::float_write::{FloatKind, FloatLayout, format_float};
use super::{ascii_float_prefix, ascii_of_number, trim_c_space, without_underscores};
use crate::wtf8::Wtf8;

/// The text is no complex number; the message is CPython's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("complex() arg is a malformed string")]
pub struct MalformedComplex;

/// `complex(text)`: real and imaginary part.
///
/// # Errors
/// The text is no complex number.
pub fn complex_from_text(text: &Wtf8) -> Result<(f64, f64), MalformedComplex> {
    let ascii = ascii_of_number(text);
    let clean = without_underscores(&ascii).ok_or(MalformedComplex)?;
    let mut bytes = trim_c_space(&clean);
    if let [b'(', inner @ .., b')'] = bytes {
        bytes = trim_c_space(inner);
    }
    parts(bytes).ok_or(MalformedComplex)
}

/// `x`, `yj`, or `x+yj`, where `y` may be just a sign.
fn parts(bytes: &[u8]) -> Option<(f64, f64)> {
    match ascii_float_prefix(bytes) {
        None => Some((0.0, unit_imaginary(bytes)?)),
        Some((first, len)) => match &bytes[len..] {
            [] => Some((first, 0.0)),
            [b'j' | b'J'] => Some((0.0, first)),
            rest @ [b'+' | b'-', ..] => match ascii_float_prefix(rest) {
                None => Some((first, unit_imaginary(rest)?)),
                Some((second, len)) => {
                    matches!(rest[len..], [b'j' | b'J']).then_some((first, second))
                }
            },
            _ => None,
        },
    }
}

/// `j`, `+j` or `-j`.
fn unit_imaginary(bytes: &[u8]) -> Option<f64> {
    match bytes {
        [b'j' | b'J'] | [b'+', b'j' | b'J'] => Some(1.0),
        [b'-', b'j' | b'J'] => Some(-1.0),
        _ => None,
    }
}

/// `repr` of a complex number.
#[must_use]
pub fn complex_repr(real: f64, imaginary: f64) -> String {
    let layout = FloatLayout::new(FloatKind::Repr, 0);
    if real == 0.0 && real.is_sign_positive() {
        return format!("{}j", format_float(imaginary, &layout));
    }
    let signed = FloatLayout {
        always_sign: true,
        ..layout
    };
    format!(
        "({}{}j)",
        format_float(real, &layout),
        format_float(imaginary, &signed)
    )
}
