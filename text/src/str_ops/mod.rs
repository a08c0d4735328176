//! The algorithms behind the methods of `str` and `bytes`.
//!
//! CPython counterparts: `Objects/stringlib/` and the case functions of `Objects/unicodeobject.c`. What splits and
//! strips answers with byte ranges and works on both kinds ([`split`], [`strip`]); what makes new text is here for
//! `str` and in [`bytes`] for `bytes`. Results that memory cannot hold are [`TooLong`], never an abort.
//! Tests: `text/tests/it/str_ops.rs`.

pub mod bytes;
mod case;
mod pad;
mod predicates;
mod replace;
mod repr;
pub mod split;
pub mod strip;

pub use case::{capitalize, casefold, lower, swapcase, title, upper};
pub use pad::{center, expand_tabs, ljust, rjust, zfill};
pub use predicates::{
    is_alnum, is_alpha, is_decimal, is_digit, is_lower, is_numeric, is_printable, is_space,
    is_title, is_upper,
};
pub use replace::replace;
pub use repr::{ascii_escape, bytes_repr, str_repr};

use thiserror::Error;

use crate::wtf8::Wtf8Buf;

/// The result would not fit memory; a `MemoryError` (or `OverflowError` where CPython says so).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the resulting text is too long")]
pub struct TooLong;

/// Empty text with room for the sum of these sizes.
pub(crate) fn text_with_room(sizes: [usize; 2]) -> Result<Wtf8Buf, TooLong> {
    let room = sizes[0].checked_add(sizes[1]).ok_or(TooLong)?;
    let mut text = Wtf8Buf::new();
    text.try_reserve(room).map_err(|_| TooLong)?;
    Ok(text)
}

/// Empty bytes with room for the sum of these sizes.
pub(crate) fn bytes_with_room(sizes: [usize; 2]) -> Result<Vec<u8>, TooLong> {
    let room = sizes[0].checked_add(sizes[1]).ok_or(TooLong)?;
    let mut bytes = Vec::new();
    bytes.try_reserve(room).map_err(|_| TooLong)?;
    Ok(bytes)
}
