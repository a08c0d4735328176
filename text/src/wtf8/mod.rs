//! Python's text: a sequence of code points U+0000..=U+10FFFF, surrogates included, each encoded by itself.
//!
//! The encoding is UTF-8 generalised so that a surrogate U+D800..=U+DFFF takes three bytes. Unlike the WTF-8 that
//! operating system strings use, a high and a low surrogate next to each other stay two code points: Python's
//! strings never merge them, so joining two texts is joining their bytes. CPython counterpart: the data half of
//! `PyUnicodeObject`.
//!
//! Invariants
//! 1. The bytes of a [`Wtf8`] are a whole number of encoded code points, each in its shortest form.
//! 2. Bytewise order is code point order; one text has exactly one encoding, so equality is equality of bytes.
//! 3. A non-empty needle is found only at code point boundaries (the encoding synchronises itself).
//!
//! Tests: in each file, and `text/tests/it/`.

mod buf;
mod code_point;
mod count;
mod iter;
mod search;
mod slice;
mod validate;

pub use buf::Wtf8Buf;
pub use code_point::CodePoint;
pub use iter::{CodePointIndices, CodePoints};
pub use search::{Finder, Matches};
pub use slice::Wtf8;
pub use validate::{InvalidWtf8, validate};
