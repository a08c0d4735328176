//! Codecs between text and bytes, with error handlers that may be Python's.
//!
//! CPython counterparts: the `PyUnicode_Decode*` and `_PyUnicode_Encode*` families in `Objects/unicodeobject.c`, and
//! the handlers in `Python/codecs.c`. A codec that meets something it cannot convert describes it as a
//! [`CodecError`] and asks an [`ErrorHandler`] for a replacement and a position to go on from; the VM implements that
//! trait for Python callables, [`BuiltinHandler`] for the standard names. Offsets count bytes when decoding, code
//! points when encoding, as in Python's exceptions. Not supported: a handler that exchanges the input itself.
//! Tests: `text/tests/it/codecs.rs`.

mod bytes_escape;
mod charmap;
mod cjk;
mod code_page;
mod code_pages;
mod decode;
mod encode;
mod error;
mod handlers;
mod raw_unicode_escape;
mod single_byte;
mod unicode_escape;
mod utf16;
mod utf32;
mod utf7;
mod utf8;

pub use bytes_escape::{BytesEscapeError, decode_bytes_escape, encode_bytes_escape};
pub use charmap::{decode_charmap, encode_charmap};
pub use cjk::{CjkCodec, CjkFamily, CjkSpec, CjkState, CjkTable};
pub use code_page::CodePage;
pub use decode::Decoded;
pub use error::{CodecError, CodecTask};
pub use handlers::{BuiltinError, BuiltinHandler, ErrorHandler, Replacement};
pub use raw_unicode_escape::{decode_raw_unicode_escape, encode_raw_unicode_escape};
pub use single_byte::{decode_ascii, decode_latin1, encode_ascii, encode_latin1};
pub use unicode_escape::{InvalidEscape, decode_unicode_escape, encode_unicode_escape};
pub use utf7::{decode_utf7, encode_utf7};
pub use utf8::{decode_utf8, encode_utf8};
pub use utf16::{decode_utf16, encode_utf16};
pub use utf32::{decode_utf32, encode_utf32};

/// The order of the bytes in a code unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// Lowest first.
    Little,
    /// Highest first.
    Big,
}

impl ByteOrder {
    /// This machine's order.
    pub const NATIVE: ByteOrder = if cfg!(target_endian = "big") {
        ByteOrder::Big
    } else {
        ByteOrder::Little
    };
}

/// Whether more input may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// An incomplete sequence at the end is left unread.
    Partial,
    /// An incomplete sequence at the end is an error.
    Final,
}
