//! Making text as wide as asked.
//!
//! CPython counterpart: `unicode_center_impl`, `unicode_zfill_impl`, `unicode_expandtabs_impl`. Widths count code
//! points. Tests: `text/tests/it/str_ops.rs`.

use super::{TooLong, text_with_room};
use crate::wtf8::{CodePoint, Wtf8, Wtf8Buf};

fn padded(text: &Wtf8, left: usize, right: usize, fill: CodePoint) -> Result<Wtf8Buf, TooLong> {
    let room = left
        .checked_add(right)
        .and_then(|count| count.checked_mul(fill.len_wtf8()))
        .ok_or(TooLong)?;
    let mut wide = text_with_room([text.len(), room])?;
    wide.push_repeated(fill, left);
    wide.push_wtf8(text);
    wide.push_repeated(fill, right);
    Ok(wide)
}

/// `str.center`
///
/// # Errors
/// The result does not fit memory.
pub fn center(text: &Wtf8, width: usize, fill: CodePoint) -> Result<Wtf8Buf, TooLong> {
    let padding = width.saturating_sub(text.count_code_points());
    let left = padding / 2 + (padding & width & 1);
    padded(text, left, padding - left, fill)
}

/// `str.ljust`
///
/// # Errors
/// The result does not fit memory.
pub fn ljust(text: &Wtf8, width: usize, fill: CodePoint) -> Result<Wtf8Buf, TooLong> {
    padded(
        text,
        0,
        width.saturating_sub(text.count_code_points()),
        fill,
    )
}

/// `str.rjust`
///
/// # Errors
/// The result does not fit memory.
pub fn rjust(text: &Wtf8, width: usize, fill: CodePoint) -> Result<Wtf8Buf, TooLong> {
    padded(
        text,
        width.saturating_sub(text.count_code_points()),
        0,
        fill,
    )
}

/// `str.zfill`: zeros behind the sign.
///
/// # Errors
/// The result does not fit memory.
pub fn zfill(text: &Wtf8, width: usize) -> Result<Wtf8Buf, TooLong> {
    let sign = usize::from(matches!(text.as_bytes().first(), Some(b'+' | b'-')));
    let zeros = width.saturating_sub(text.count_code_points());
    let mut wide = text_with_room([text.len(), zeros])?;
    wide.push_wtf8(text.slice_to(sign));
    wide.push_repeated(CodePoint::from('0'), zeros);
    wide.push_wtf8(text.slice_from(sign));
    Ok(wide)
}

/// `str.expandtabs`; a tab size of 0 (or negative, for the caller) drops tabs.
///
/// # Errors
/// The result does not fit memory.
pub fn expand_tabs(text: &Wtf8, tab_size: usize) -> Result<Wtf8Buf, TooLong> {
    let tabs = memchr::memchr_iter(b'\t', text.as_bytes()).count();
    let room = tabs.checked_mul(tab_size).ok_or(TooLong)?;
    let mut wide = text_with_room([text.len(), room])?;
    let mut column = 0;
    for point in text.code_points() {
        match point.to_ascii() {
            Some(b'\t') => {
                let blanks = if tab_size == 0 {
                    0
                } else {
                    tab_size - column % tab_size
                };
                wide.push_repeated(CodePoint::from(' '), blanks);
                column += blanks;
            }
            Some(b'\n' | b'\r') => {
                wide.push(point);
                column = 0;
            }
            _ => {
                wide.push(point);
                column += 1;
            }
        }
    }
    Ok(wide)
}
