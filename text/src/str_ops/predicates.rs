//! The questions `str` answers about all its code points.
//!
//! CPython counterpart: `unicode_isalpha_impl` and its siblings. Empty text answers no, but is printable.
//! Tests: `text/tests/it/str_ops.rs`.

use crate::wtf8::{CodePoint, Wtf8};

fn all(text: &Wtf8, predicate: impl FnMut(CodePoint) -> bool) -> bool {
    !text.is_empty() && text.code_points().all(predicate)
}

/// `str.isalpha`
#[must_use]
pub fn is_alpha(text: &Wtf8) -> bool {
    all(text, CodePoint::is_alpha)
}

/// `str.isalnum`
#[must_use]
pub fn is_alnum(text: &Wtf8) -> bool {
    all(text, CodePoint::is_alnum)
}

/// `str.isdecimal`
#[must_use]
pub fn is_decimal(text: &Wtf8) -> bool {
    all(text, CodePoint::is_decimal)
}

/// `str.isdigit`
#[must_use]
pub fn is_digit(text: &Wtf8) -> bool {
    all(text, CodePoint::is_digit)
}

/// `str.isnumeric`
#[must_use]
pub fn is_numeric(text: &Wtf8) -> bool {
    all(text, CodePoint::is_numeric)
}

/// `str.isspace`
#[must_use]
pub fn is_space(text: &Wtf8) -> bool {
    all(text, CodePoint::is_space)
}

/// `str.isprintable`
#[must_use]
pub fn is_printable(text: &Wtf8) -> bool {
    text.code_points().all(CodePoint::is_printable)
}

/// `str.islower`
#[must_use]
pub fn is_lower(text: &Wtf8) -> bool {
    let mut cased = false;
    for point in text.code_points() {
        if point.is_upper() || point.is_title() {
            return false;
        }
        cased |= point.is_lower();
    }
    cased
}

/// `str.isupper`
#[must_use]
pub fn is_upper(text: &Wtf8) -> bool {
    let mut cased = false;
    for point in text.code_points() {
        if point.is_lower() || point.is_title() {
            return false;
        }
        cased |= point.is_upper();
    }
    cased
}

/// `str.istitle`
#[must_use]
pub fn is_title(text: &Wtf8) -> bool {
    let (mut cased, mut in_word) = (false, false);
    for point in text.code_points() {
        let begins = point.is_upper() || point.is_title();
        let continues = !begins && point.is_lower();
        if (begins && in_word) || (continues && !in_word) {
            return false;
        }
        in_word = begins || continues;
        cased |= in_word;
    }
    cased
}
