//! `format(integer, spec)`.
//!
//! CPython counterpart: `format_long_internal`. Tests: `text/tests/it/format.rs`.

use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;

use super::error::FormatError;
use super::float;
use super::grouping::{GroupRules, NumberParts, NumericLocale, lay_out};
use super::spec::{Align, FormatSpec};
use crate::number::{Radix, TooManyDigits, int_to_decimal};
use crate::wtf8::{CodePoint, Wtf8, Wtf8Buf};

/// An integer to be written, in a machine word or larger.
#[derive(Clone, Copy, Debug)]
pub enum IntRef<'a> {
    /// In a machine word.
    Small(i64),
    /// Of any size.
    Big(&'a BigInt),
}

impl IntRef<'_> {
    /// True below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        match self {
            IntRef::Small(value) => value < 0,
            IntRef::Big(value) => value.sign() == Sign::Minus,
        }
    }

    /// The digits without sign and prefix; decimal digits at most `limit`, if that is not 0.
    ///
    /// # Errors
    /// More decimal digits than the limit.
    pub fn digits(self, radix: Radix, limit: usize) -> Result<String, TooManyDigits> {
        Ok(match (self, radix) {
            (IntRef::Small(value), Radix::Decimal) => value.unsigned_abs().to_string(),
            (IntRef::Small(value), Radix::Hex) => format!("{:x}", value.unsigned_abs()),
            (IntRef::Small(value), Radix::Octal) => format!("{:o}", value.unsigned_abs()),
            (IntRef::Small(value), Radix::Binary) => format!("{:b}", value.unsigned_abs()),
            (IntRef::Big(value), Radix::Decimal) => {
                let mut text = int_to_decimal(value, limit)?;
                if text.starts_with('-') {
                    text.remove(0);
                }
                text
            }
            (IntRef::Big(value), radix) => value.magnitude().to_str_radix(radix.number()),
        })
    }

    /// The nearest float, if there is a finite one.
    #[must_use]
    pub fn to_f64(self) -> Option<f64> {
        match self {
            IntRef::Small(value) => Some(value as f64),
            IntRef::Big(value) => value.to_f64().filter(|value| value.is_finite()),
        }
    }

    fn to_i64(self) -> Option<i64> {
        match self {
            IntRef::Small(value) => Some(value),
            IntRef::Big(value) => value.to_i64(),
        }
    }
}

/// `int.__format__`; `limit` is `sys.get_int_max_str_digits()`.
///
/// # Errors
/// The specification is malformed or does not suit integers; the value is too large for what is asked.
pub fn format_int(
    value: IntRef<'_>,
    spec: &Wtf8,
    type_name: &str,
    limit: usize,
    locale: &NumericLocale,
) -> Result<Wtf8Buf, FormatError> {
    if spec.is_empty() {
        let digits = value.digits(Radix::Decimal, limit)?;
        return Ok(if value.is_negative() {
            format!("-{digits}")
        } else {
            digits
        }
        .into());
    }
    let spec = FormatSpec::parse(spec, type_name, Some(b'd'), Align::Right)?;
    match spec.letter() {
        b'b' | b'c' | b'd' | b'o' | b'x' | b'X' | b'n' => as_int(value, &spec, limit, locale),
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%' => {
            let value = value.to_f64().ok_or(FormatError::TooLargeForFloat)?;
            float::write(value, &spec, locale)
        }
        _ => Err(spec.unknown_code(type_name)),
    }
}

fn as_int(
    value: IntRef<'_>,
    spec: &FormatSpec,
    limit: usize,
    locale: &NumericLocale,
) -> Result<Wtf8Buf, FormatError> {
    if spec.precision.is_some() {
        return Err(FormatError::Refused(
            "Precision not allowed in integer format specifier",
        ));
    }
    if spec.no_negative_zero {
        return Err(FormatError::Refused(
            "Negative zero coercion (z) not allowed in integer format specifier",
        ));
    }
    if spec.letter() == b'c' {
        return as_character(value, spec);
    }
    let radix = match spec.letter() {
        b'b' => Radix::Binary,
        b'o' => Radix::Octal,
        b'x' | b'X' => Radix::Hex,
        _ => Radix::Decimal,
    };
    let mut digits = value.digits(radix, limit)?;
    let mut prefix = if spec.alternate { radix.prefix() } else { "" };
    if spec.letter() == b'X' {
        digits.make_ascii_uppercase();
        prefix = if spec.alternate { "0X" } else { "" };
    }
    let parts = NumberParts {
        negative: value.is_negative(),
        prefix,
        digits: &digits,
        ..NumberParts::default()
    };
    if spec.letter() == b'n' {
        return Ok(lay_out(&parts, spec, locale.rules())?);
    }
    Ok(lay_out(&parts, spec, GroupRules::of(spec.grouping))?)
}

fn as_character(value: IntRef<'_>, spec: &FormatSpec) -> Result<Wtf8Buf, FormatError> {
    if spec.sign.is_some() {
        return Err(FormatError::Refused(
            "Sign not allowed with integer format specifier 'c'",
        ));
    }
    if spec.alternate {
        return Err(FormatError::Refused(
            "Alternate form (#) not allowed with integer format specifier 'c'",
        ));
    }
    let number = value.to_i64().ok_or(FormatError::TooLargeForLong)?;
    let point = u32::try_from(number)
        .ok()
        .and_then(CodePoint::from_u32)
        .ok_or(FormatError::NoCodePoint)?;
    let align = if spec.align == Align::AfterSign {
        Align::Right
    } else {
        spec.align
    };
    Ok(super::grouping::pad(
        &Wtf8Buf::from(point),
        spec.fill,
        align,
        spec.width.unwrap_or(0),
    )?)
}
