//! Text and numbers as Python sees them, without Python objects: WTF-8 strings, Unicode tables, codecs, number
//! formatting and parsing, the format mini language, and the algorithms behind the methods of `str` and `bytes`.
//!
//! What is not here: objects, exceptions, reference counts. Failures are enums that carry data; the VM turns them
//! into Python exceptions. Read [`wtf8`] first; everything else works on its two types.

pub mod codecs;
pub mod format;
pub mod number;
pub mod str_ops;
pub mod unicode;
pub mod wtf8;

pub use wtf8::{CodePoint, Wtf8, Wtf8Buf};
