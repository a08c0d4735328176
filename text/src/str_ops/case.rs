//! Upper, lower and title case, and case folding, of `str`.
//!
//! CPython counterpart: `do_upper_or_lower`, `do_title`, `do_capitalize`, `do_swapcase`, `do_casefold` and
//! `handle_capital_sigma`. Mappings are full: one code point may become three. Tests: `text/tests/it/str_ops.rs`.

use crate::wtf8::{CodePoint, Wtf8, Wtf8Buf};

const CAPITAL_SIGMA: u32 = 0x3A3;
const SMALL_SIGMA: u32 = 0x3C3;
const FINAL_SIGMA: u32 = 0x3C2;

/// `str.lower`.
#[must_use]
pub fn lower(text: &Wtf8) -> Wtf8Buf {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut lowered = Wtf8Buf::with_capacity(text.len());
    for (at, point) in text.code_point_indices() {
        push_lower(&mut lowered, text, at, point);
    }
    lowered
}

/// `str.upper`.
#[must_use]
pub fn upper(text: &Wtf8) -> Wtf8Buf {
    if text.is_ascii() {
        return text.to_ascii_uppercase();
    }
    text.code_points().flat_map(CodePoint::to_upper).collect()
}

/// `str.casefold`.
#[must_use]
pub fn casefold(text: &Wtf8) -> Wtf8Buf {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.code_points().flat_map(CodePoint::to_fold).collect()
}

/// `str.title`: words are runs of cased code points.
#[must_use]
pub fn title(text: &Wtf8) -> Wtf8Buf {
    let mut titled = Wtf8Buf::with_capacity(text.len());
    let mut in_word = false;
    for (at, point) in text.code_point_indices() {
        if in_word {
            push_lower(&mut titled, text, at, point);
        } else {
            titled.extend(point.to_title());
        }
        in_word = point.is_cased();
    }
    titled
}

/// `str.capitalize`.
#[must_use]
pub fn capitalize(text: &Wtf8) -> Wtf8Buf {
    let mut capitalized = Wtf8Buf::with_capacity(text.len());
    for (at, point) in text.code_point_indices() {
        if at == 0 {
            capitalized.extend(point.to_title());
        } else {
            push_lower(&mut capitalized, text, at, point);
        }
    }
    capitalized
}

/// `str.swapcase`.
#[must_use]
pub fn swapcase(text: &Wtf8) -> Wtf8Buf {
    let mut swapped = Wtf8Buf::with_capacity(text.len());
    for (at, point) in text.code_point_indices() {
        if point.is_upper() {
            push_lower(&mut swapped, text, at, point);
        } else if point.is_lower() {
            swapped.extend(point.to_upper());
        } else {
            swapped.push(point);
        }
    }
    swapped
}

/// Appends the lowercase of the code point at byte `at` of `text`.
fn push_lower(to: &mut Wtf8Buf, text: &Wtf8, at: usize, point: CodePoint) {
    if point.to_u32() != CAPITAL_SIGMA {
        to.extend(point.to_lower());
        return;
    }
    let (before, after) = (text.slice_to(at), text.slice_from(at + point.len_wtf8()));
    let ends_word = before
        .code_points()
        .rev()
        .find(|point| !point.is_case_ignorable())
        .is_some_and(CodePoint::is_cased)
        && !after
            .code_points()
            .find(|point| !point.is_case_ignorable())
            .is_some_and(CodePoint::is_cased);
    to.extend(CodePoint::from_u32(if ends_word {
        FINAL_SIGMA
    } else {
        SMALL_SIGMA
    }));
}
