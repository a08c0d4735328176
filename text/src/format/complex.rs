//! `format(complex, spec)`.
//!
//! CPython counterpart: `format_complex_internal`. Tests: `text/tests/it/format.rs`.

use super::error::FormatError;
use super::float::{layout_of, write_text};
use super::grouping::{NumericLocale, pad};
use super::spec::{Align, FormatSpec};
use crate::number::{self, FloatLayout};
use crate::wtf8::{Wtf8, Wtf8Buf};

/// `complex.__format__`.
///
/// # Errors
/// The specification is malformed or does not suit complex numbers.
pub fn format_complex(
    real: f64,
    imaginary: f64,
    spec: &Wtf8,
    type_name: &str,
    locale: &NumericLocale,
) -> Result<Wtf8Buf, FormatError> {
    if spec.is_empty() {
        return Ok(number::complex_repr(real, imaginary).into());
    }
    let spec = FormatSpec::parse(spec, type_name, None, Align::Right)?;
    let plain = spec.code.is_none();
    if !plain
        && !matches!(
            spec.letter(),
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n'
        )
    {
        return Err(spec.unknown_code(type_name));
    }
    if spec.fill == '0' {
        return Err(FormatError::Refused(
            "Zero padding is not allowed in complex format specifier",
        ));
    }
    if spec.align == Align::AfterSign {
        return Err(FormatError::Refused(
            "'=' alignment flag is not allowed in complex format specifier",
        ));
    }
    let layout = FloatLayout {
        add_dot_0: false,
        ..layout_of(&spec)?
    };
    let skips_real = plain && real == 0.0 && real.is_sign_positive();
    let part = FormatSpec {
        width: None,
        align: Align::Left,
        ..spec
    };
    let signed = FormatSpec {
        sign: Some(b'+'),
        ..part
    };

    let mut text = Wtf8Buf::new();
    if plain && !skips_real {
        text.push_str("(");
    }
    if !skips_real {
        text.push_wtf8(&write_text(
            &number::format_float(real, &layout),
            &part,
            locale,
        )?);
    }
    let imaginary_spec = if skips_real { part } else { signed };
    text.push_wtf8(&write_text(
        &number::format_float(imaginary, &layout),
        &imaginary_spec,
        locale,
    )?);
    text.push_str("j");
    if plain && !skips_real {
        text.push_str(")");
    }
    Ok(pad(&text, spec.fill, spec.align, spec.width.unwrap_or(0))?)
}
