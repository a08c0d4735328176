//! `raw_unicode_escape`: Latin-1, and `\u` and `\U` for the rest; pickle's protocol 0 uses it.
//!
//! CPython counterpart: `_PyUnicode_DecodeRawUnicodeEscapeStateful` and `PyUnicode_AsRawUnicodeEscapeString`.
//! Tests: `text/tests/it/codecs.rs`.

use std::borrow::Cow;

use super::Input;
use super::decode::{Decoded, recover};
use super::error::escaped;
use super::handlers::ErrorHandler;
use super::unicode_escape::hex_digits;
use crate::wtf8::{CodePoint, Wtf8, Wtf8Buf};

const NAME: &str = "rawunicodeescape";

/// Decodes; a backslash escapes nothing but the two kinds of code points, and only if its run is of odd length.
///
/// # Errors
/// What the handler raises.
pub fn decode_raw_unicode_escape<H: ErrorHandler>(
    bytes: &[u8],
    handler: &mut H,
    input: Input,
) -> Result<Decoded, H::Error> {
    let mut bytes = Cow::Borrowed(bytes);
    let mut text = Wtf8Buf::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' || at + 1 >= bytes.len() {
            if bytes[at] == b'\\' && input == Input::Partial {
                break;
            }
            text.push(CodePoint::from_latin1(bytes[at]));
            at += 1;
            continue;
        }
        let (count, truncated) = match bytes[at + 1] {
            b'u' => (4, "truncated \\uXXXX escape"),
            b'U' => (8, "truncated \\UXXXXXXXX escape"),
            other => {
                text.push(CodePoint::from('\\'));
                text.push(CodePoint::from_latin1(other));
                at += 2;
                continue;
            }
        };
        let (value, len) = hex_digits(&bytes[at + 1..], count);
        let end = at + 2 + len;
        let reason = if len < count {
            if end == bytes.len() && input == Input::Partial {
                break;
            }
            truncated
        } else if let Some(point) = CodePoint::from_u32(value) {
            text.push(point);
            at = end;
            continue;
        } else {
            "\\Uxxxxxxxx out of range"
        };
        at = recover(handler, &mut bytes, NAME, (at, end), reason, &mut text)?;
    }
    Ok(Decoded { text, consumed: at })
}

/// Encodes, which cannot fail.
#[must_use]
pub fn encode_raw_unicode_escape(text: &Wtf8) -> Vec<u8> {
    let mut to = Vec::with_capacity(text.len());
    for point in text.code_points() {
        match u8::try_from(point.to_u32()) {
            Ok(byte) => to.push(byte),
            Err(_) => to.extend_from_slice(escaped(point).as_bytes()),
        }
    }
    to
}
