//! ASCII and Latin-1.
//!
//! CPython counterpart: `PyUnicode_DecodeASCII`, `PyUnicode_DecodeLatin1` and `unicode_encode_ucs1`.
//! Tests: `text/tests/it/codecs.rs`.

use std::borrow::Cow;

use super::decode::recover;
use super::encode::{Rules, encode_each};
use super::handlers::ErrorHandler;
use crate::wtf8::{Wtf8, Wtf8Buf};

/// Decodes ASCII.
///
/// # Errors
/// What the handler raises.
pub fn decode_ascii<H: ErrorHandler>(bytes: &[u8], handler: &mut H) -> Result<Wtf8Buf, H::Error> {
    let mut bytes = Cow::Borrowed(bytes);
    let mut text = Wtf8Buf::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let len = bytes[at..]
            .iter()
            .position(|byte| !byte.is_ascii())
            .unwrap_or(bytes.len() - at);
        text.push_str(std::str::from_utf8(&bytes[at..at + len]).unwrap_or_default());
        at += len;
        if at < bytes.len() {
            at = recover(
                handler,
                &mut bytes,
                "ascii",
                (at, at + 1),
                "ordinal not in range(128)",
                &mut text,
            )?;
        }
    }
    Ok(text)
}

/// Decodes Latin-1, which cannot fail.
#[must_use]
pub fn decode_latin1(bytes: &[u8]) -> Wtf8Buf {
    Wtf8Buf::from_latin1(bytes)
}

/// Encodes ASCII.
///
/// # Errors
/// What the handler raises.
pub fn encode_ascii<H: ErrorHandler>(text: &Wtf8, handler: &mut H) -> Result<Vec<u8>, H::Error> {
    encode_below(128, "ascii", "ordinal not in range(128)", text, handler)
}

/// Encodes Latin-1.
///
/// # Errors
/// What the handler raises.
pub fn encode_latin1<H: ErrorHandler>(text: &Wtf8, handler: &mut H) -> Result<Vec<u8>, H::Error> {
    encode_below(256, "latin-1", "ordinal not in range(256)", text, handler)
}

fn encode_below<H: ErrorHandler>(
    limit: u32,
    encoding: &'static str,
    reason: &'static str,
    text: &Wtf8,
    handler: &mut H,
) -> Result<Vec<u8>, H::Error> {
    if text.is_ascii() {
        return Ok(text.as_bytes().to_vec());
    }
    let rules = Rules {
        encoding,
        reason,
        groups: true,
        escapes_inline: true,
        ascii_replacements: false,
        unit: 1,
    };
    encode_each(
        text,
        handler,
        &rules,
        Vec::with_capacity(text.len()),
        |point, to| {
            let fits = point.to_u32() < limit;
            if fits {
                to.push(point.to_u32() as u8);
            }
            Ok(fits)
        },
    )
}
