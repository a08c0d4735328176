//! UTF-8, strict: surrogates are errors in both directions.
//!
//! CPython counterpart: `unicode_decode_utf8` and `unicode_encode_utf8`. The ranges of errors are the standard
//! library's, which are CPython's. Tests: `text/tests/it/codecs.rs`.

use std::borrow::Cow;

use super::Input;
use super::decode::{Decoded, recover};
use super::encode::{Rules, encode_each};
use super::handlers::ErrorHandler;
use crate::wtf8::{Wtf8, Wtf8Buf};

/// Decodes UTF-8.
///
/// # Errors
/// What the handler raises.
pub fn decode_utf8<H: ErrorHandler>(
    bytes: &[u8],
    handler: &mut H,
    input: Input,
) -> Result<Decoded, H::Error> {
    let mut bytes = Cow::Borrowed(bytes);
    let mut text = Wtf8Buf::with_capacity(bytes.len());
    let mut at = 0;
    loop {
        let chunk = &bytes[at..];
        let error = match std::str::from_utf8(chunk) {
            Ok(valid) => {
                text.push_str(valid);
                return Ok(Decoded {
                    text,
                    consumed: bytes.len(),
                });
            }
            Err(error) => error,
        };
        let (valid, rest) = chunk.split_at(error.valid_up_to());
        text.push_str(std::str::from_utf8(valid).unwrap_or_default());
        at += valid.len();
        let (len, reason) = match (error.error_len(), rest.first()) {
            (None, _) if input == Input::Partial => return Ok(Decoded { text, consumed: at }),
            // The third byte would tell a handler that this is a surrogate.
            _ if input == Input::Partial && matches!(rest, [0xED, 0xA0..=0xBF]) => {
                return Ok(Decoded { text, consumed: at });
            }
            (None, _) => (rest.len(), "unexpected end of data"),
            (Some(len), Some(0x80..=0xC1 | 0xF5..)) => (len, "invalid start byte"),
            (Some(len), _) => (len, "invalid continuation byte"),
        };
        at = recover(
            handler,
            &mut bytes,
            "utf-8",
            (at, at + len),
            reason,
            &mut text,
        )?;
    }
}

/// Encodes UTF-8. Text without surrogates is copied.
///
/// # Errors
/// What the handler raises.
pub fn encode_utf8<H: ErrorHandler>(text: &Wtf8, handler: &mut H) -> Result<Vec<u8>, H::Error> {
    if text.first_surrogate().is_none() {
        return Ok(text.as_bytes().to_vec());
    }
    let rules = Rules {
        encoding: "utf-8",
        reason: "surrogates not allowed",
        groups: true,
        escapes_inline: true,
        ascii_replacements: true,
        unit: 1,
    };
    encode_each(
        text,
        handler,
        &rules,
        Vec::with_capacity(text.len()),
        |point, to| {
            if point.is_surrogate() {
                return Ok(false);
            }
            to.extend_from_slice(point.encode(&mut [0; 4]));
            Ok(true)
        },
    )
}
