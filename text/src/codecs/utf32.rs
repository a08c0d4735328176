//! UTF-32 in either byte order, with and without a byte order mark.
//!
//! CPython counterpart: `PyUnicode_DecodeUTF32Stateful` and `_PyUnicode_EncodeUTF32`. Tests: `text/tests/it/codecs.rs`.

use std::borrow::Cow;

use super::decode::{Decoded, recover};
use super::encode::{Rules, encode_each};
use super::handlers::ErrorHandler;
use super::{ByteOrder, Input};
use crate::wtf8::{CodePoint, Wtf8, Wtf8Buf};

/// Decodes UTF-32. Without an order, a mark at the start tells it and is dropped; else it is this machine's.
/// Returns also the order found by the mark or given, for the next part of a stream.
///
/// # Errors
/// What the handler raises.
pub fn decode_utf32<H: ErrorHandler>(
    bytes: &[u8],
    order: Option<ByteOrder>,
    handler: &mut H,
    input: Input,
) -> Result<(Decoded, Option<ByteOrder>), H::Error> {
    let (mut at, order) = match (order, bytes) {
        (None, [0xFF, 0xFE, 0, 0, ..]) => (4, Some(ByteOrder::Little)),
        (None, [0, 0, 0xFE, 0xFF, ..]) => (4, Some(ByteOrder::Big)),
        _ => (0, order),
    };
    let is_big = order.unwrap_or(ByteOrder::NATIVE) == ByteOrder::Big;
    let encoding = if is_big { "utf-32-be" } else { "utf-32-le" };
    let mut bytes = Cow::Borrowed(bytes);
    let mut text = Wtf8Buf::with_capacity(bytes.len() / 2);
    while at < bytes.len() {
        let Some(&unit) = bytes[at..].first_chunk::<4>() else {
            if input == Input::Partial {
                break;
            }
            let range = (at, bytes.len());
            at = recover(
                handler,
                &mut bytes,
                encoding,
                range,
                "truncated data",
                &mut text,
            )?;
            continue;
        };
        let number = if is_big {
            u32::from_be_bytes(unit)
        } else {
            u32::from_le_bytes(unit)
        };
        let reason = match CodePoint::from_u32(number) {
            Some(point) if !point.is_surrogate() => {
                text.push(point);
                at += 4;
                continue;
            }
            Some(_) => "code point in surrogate code point range(0xd800, 0xe000)",
            None => "code point not in range(0x110000)",
        };
        at = recover(
            handler,
            &mut bytes,
            encoding,
            (at, at + 4),
            reason,
            &mut text,
        )?;
    }
    Ok((Decoded { text, consumed: at }, order))
}

/// Encodes UTF-32. Without an order, it is this machine's, and a mark is written.
///
/// # Errors
/// What the handler raises.
pub fn encode_utf32<H: ErrorHandler>(
    text: &Wtf8,
    order: Option<ByteOrder>,
    handler: &mut H,
) -> Result<Vec<u8>, H::Error> {
    let is_big = order.unwrap_or(ByteOrder::NATIVE) == ByteOrder::Big;
    let push = move |unit: u32, to: &mut Vec<u8>| {
        to.extend_from_slice(&if is_big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        });
    };
    let rules = Rules {
        encoding: match order {
            None => "utf-32",
            Some(ByteOrder::Little) => "utf-32-le",
            Some(ByteOrder::Big) => "utf-32-be",
        },
        reason: "surrogates not allowed",
        groups: false,
        escapes_inline: false,
        ascii_replacements: true,
        unit: 4,
    };
    let mut to = Vec::with_capacity(4 * text.len() + 4);
    if order.is_none() {
        push(0xFEFF, &mut to);
    }
    encode_each(text, handler, &rules, to, |point, to| {
        if point.is_surrogate() {
            return Ok(false);
        }
        push(point.to_u32(), to);
        Ok(true)
    })
}
