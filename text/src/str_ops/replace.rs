//! `str.replace`.
//!
//! CPython counterpart: `replace` in `Objects/unicodeobject.c`. Tests: `text/tests/it/str_ops.rs`.

use super::{TooLong, text_with_room};
use crate::wtf8::{Wtf8, Wtf8Buf};

/// Replaces occurrences of `old` from the left, at most `max`. An empty `old` stands before each code point and at
/// the end. `None` if nothing is replaced.
///
/// # Errors
/// The result does not fit memory.
pub fn replace(
    text: &Wtf8,
    old: &Wtf8,
    new: &Wtf8,
    max: Option<usize>,
) -> Result<Option<Wtf8Buf>, TooLong> {
    let max = max.unwrap_or(usize::MAX);
    let count = if max < 2 && !old.is_empty() {
        usize::from(text.contains(old))
    } else {
        text.count(old)
    }
    .min(max);
    if count == 0 {
        return Ok(None);
    }
    let kept = text.len() - count * old.len();
    let mut replaced = text_with_room([kept, count.checked_mul(new.len()).ok_or(TooLong)?])?;
    if old.is_empty() {
        let mut left = count;
        for point in text.code_points() {
            if left > 0 {
                replaced.push_wtf8(new);
                left -= 1;
            }
            replaced.push(point);
        }
        if left > 0 {
            replaced.push_wtf8(new);
        }
    } else {
        let mut done = 0;
        for at in text.matches(old).take(count) {
            replaced.push_wtf8(text.slice(done, at));
            replaced.push_wtf8(new);
            done = at + old.len();
        }
        replaced.push_wtf8(text.slice_from(done));
    }
    Ok(Some(replaced))
}
