//! Lays out the digits of a float as `repr`, `'e'`, `'f'` and `'g'` do.
//!
//! CPython counterpart: `PyOS_double_to_string` and `format_float_short` in `Python/pystrtod.c`.
//! Tests: `text/tests/it/number.rs`.

use super::digits;

/// Which layout: the letters of `format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatKind {
    /// `'e'`: one digit, the point, `precision` digits, an exponent.
    Exponent,
    /// `'f'`: `precision` digits behind the point.
    Fixed,
    /// `'g'`: `precision` significant digits, as `'f'` or `'e'`, whichever is shorter by C's rule.
    General,
    /// `'r'`: the shortest digits that read back; ignores the precision.
    Repr,
}

/// How a float is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FloatLayout {
    /// The layout.
    pub kind: FloatKind,
    /// Number of digits, whose meaning depends on the kind.
    pub precision: usize,
    /// `E`, `INF` and `NAN` in upper case.
    pub upper: bool,
    /// A sign also before values that are not negative.
    pub always_sign: bool,
    /// `.0` behind a finite value that would look like an integer (`Py_DTSF_ADD_DOT_0`).
    pub add_dot_0: bool,
    /// `#`: always a point, and `'g'` keeps trailing zeros.
    pub alternate: bool,
    /// `z`: a value that rounds to zero loses its sign.
    pub no_negative_zero: bool,
}

impl FloatLayout {
    /// That layout with that precision and nothing special.
    #[must_use]
    pub const fn new(kind: FloatKind, precision: usize) -> FloatLayout {
        FloatLayout {
            kind,
            precision,
            upper: false,
            always_sign: false,
            add_dot_0: false,
            alternate: false,
            no_negative_zero: false,
        }
    }
}

/// `repr(value)` and `str(value)`.
#[must_use]
pub fn float_repr(value: f64) -> String {
    format_float(
        value,
        &FloatLayout {
            add_dot_0: true,
            ..FloatLayout::new(FloatKind::Repr, 0)
        },
    )
}

/// Writes a float.
#[must_use]
pub fn format_float(value: f64, layout: &FloatLayout) -> String {
    if !value.is_finite() {
        return not_finite(value, layout);
    }
    match layout.kind {
        FloatKind::Repr => {
            let digits = digits::shortest(value);
            lay_out(value, digits.as_bytes(), digits.point, layout)
        }
        FloatKind::Exponent => {
            let digits = digits::significant(value, layout.precision.saturating_add(1));
            lay_out(value, digits.as_bytes(), digits.point, layout)
        }
        FloatKind::General => {
            let digits = digits::significant(value, layout.precision.max(1));
            lay_out(value, digits.as_bytes(), digits.point, layout)
        }
        FloatKind::Fixed => {
            let digits = digits::places(value, layout.precision);
            lay_out(value, digits.as_bytes(), digits.point, layout)
        }
    }
}

fn not_finite(value: f64, layout: &FloatLayout) -> String {
    let word = match (value.is_nan(), layout.upper) {
        (true, false) => "nan",
        (true, true) => "NAN",
        (false, false) => "inf",
        (false, true) => "INF",
    };
    let sign = if value == f64::NEG_INFINITY {
        "-"
    } else if layout.always_sign {
        "+"
    } else {
        ""
    };
    format!("{sign}{word}")
}

fn lay_out(value: f64, digits: &[u8], point: i32, layout: &FloatLayout) -> String {
    let precision = i64::try_from(layout.precision)
        .unwrap_or(i64::MAX / 4)
        .min(i64::MAX / 4);
    let general_precision = precision.max(1);
    let point = i64::from(point);
    let uses_exponent = match layout.kind {
        FloatKind::Exponent => true,
        FloatKind::Fixed => false,
        FloatKind::General => {
            point <= -4 || point > general_precision - i64::from(layout.add_dot_0)
        }
        FloatKind::Repr => point <= -4 || point > 16,
    };
    // Positions count from the first digit: the text shows the digits up to `end`, zeros where there are none.
    let mut end = match layout.kind {
        FloatKind::Exponent => precision + 1,
        FloatKind::Fixed => point + precision,
        FloatKind::General if layout.alternate => general_precision,
        FloatKind::General | FloatKind::Repr => digits.len() as i64,
    };
    let (exponent, point) = if uses_exponent {
        (point - 1, 1)
    } else {
        (0, point)
    };
    end = end.max(if !uses_exponent && layout.add_dot_0 {
        point + 1
    } else {
        point
    });

    let mut text =
        String::with_capacity(usize::try_from(end.max(0)).unwrap_or(0).min(1 << 20) + 10);
    let rounds_to_zero = matches!(digits, [] | [b'0']);
    if value.is_sign_negative() && !(layout.no_negative_zero && rounds_to_zero) {
        text.push('-');
    } else if layout.always_sign {
        text.push('+');
    }
    if point <= 0 {
        text.push('0');
    }
    push_digits(&mut text, digits, 0, point);
    if end > point || layout.alternate {
        text.push('.');
        push_zeros(&mut text, (-point).max(0).min(end - point));
        push_digits(&mut text, digits, point.max(0), end);
    }
    if uses_exponent {
        let sign = if exponent < 0 { '-' } else { '+' };
        text.push(if layout.upper { 'E' } else { 'e' });
        text.push(sign);
        text.push_str(&format!("{:02}", exponent.abs()));
    }
    text
}

/// Appends the digits in positions `from..to`, and zeros beyond the last one.
fn push_digits(text: &mut String, digits: &[u8], from: i64, to: i64) {
    if to <= from {
        return;
    }
    let count = digits.len() as i64;
    let (start, stop) = (from.clamp(0, count) as usize, to.clamp(0, count) as usize);
    text.extend(digits[start..stop].iter().map(|&byte| char::from(byte)));
    push_zeros(text, to - from.max(count));
}

fn push_zeros(text: &mut String, count: i64) {
    text.extend(std::iter::repeat_n(
        '0',
        usize::try_from(count).unwrap_or(0),
    ));
}
