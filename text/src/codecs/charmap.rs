//! Codecs by a table: the code pages of `encodings/`, and `codecs.charmap_decode` with any mapping.
//!
//! CPython counterpart: `PyUnicode_DecodeCharmap` and `_PyUnicode_EncodeCharmap`. Looking up the mapping is the
//! caller's, since it may be any Python object. Tests: `text/tests/it/codecs.rs`.

use std::borrow::Cow;

use super::decode::recover;
use super::encode::{Rules, encode_each};
use super::handlers::ErrorHandler;
use crate::wtf8::{CodePoint, Wtf8, Wtf8Buf};

const UNDEFINED: &str = "character maps to <undefined>";

/// Decodes each byte by `map`, whose `None` means undefined.
///
/// # Errors
/// What the mapping or the handler raises.
pub fn decode_charmap<H: ErrorHandler>(
    bytes: &[u8],
    handler: &mut H,
    mut map: impl FnMut(u8, &mut Wtf8Buf) -> Result<Option<()>, H::Error>,
) -> Result<Wtf8Buf, H::Error> {
    let mut bytes = Cow::Borrowed(bytes);
    let mut text = Wtf8Buf::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        at = match map(bytes[at], &mut text)? {
            Some(()) => at + 1,
            None => recover(
                handler,
                &mut bytes,
                "charmap",
                (at, at + 1),
                UNDEFINED,
                &mut text,
            )?,
        };
    }
    Ok(text)
}

/// Encodes each code point by `map`, which appends bytes, or says `false` for undefined.
///
/// # Errors
/// What the mapping or the handler raises.
pub fn encode_charmap<H: ErrorHandler>(
    text: &Wtf8,
    handler: &mut H,
    map: impl FnMut(CodePoint, &mut Vec<u8>) -> Result<bool, H::Error>,
) -> Result<Vec<u8>, H::Error> {
    let rules = Rules {
        encoding: "charmap",
        reason: UNDEFINED,
        groups: true,
        escapes_inline: false,
        ascii_replacements: false,
        unit: 1,
    };
    encode_each(text, handler, &rules, Vec::with_capacity(text.len()), map)
}
