//! UTF-16 in either byte order, with and without a byte order mark.
//!
//! CPython counterpart: `PyUnicode_DecodeUTF16Stateful` and `_PyUnicode_EncodeUTF16`. Tests: `text/tests/it/codecs.rs`.

use std::borrow::Cow;

use super::decode::{Decoded, recover};
use super::encode::{Rules, encode_each};
use super::handlers::ErrorHandler;
use super::{ByteOrder, Input};
use crate::wtf8::{CodePoint, Wtf8, Wtf8Buf};

/// Decodes UTF-16. Without an order, a mark at the start tells it and is dropped; else it is this machine's.
/// Returns also the order found by the mark or given, for the next part of a stream.
///
/// # Errors
/// What the handler raises.
pub fn decode_utf16<H: ErrorHandler>(
    bytes: &[u8],
    order: Option<ByteOrder>,
    handler: &mut H,
    input: Input,
) -> Result<(Decoded, Option<ByteOrder>), H::Error> {
    let (mut at, order) = match (order, bytes) {
        (None, [0xFF, 0xFE, ..]) => (2, Some(ByteOrder::Little)),
        (None, [0xFE, 0xFF, ..]) => (2, Some(ByteOrder::Big)),
        _ => (0, order),
    };
    let is_big = order.unwrap_or(ByteOrder::NATIVE) == ByteOrder::Big;
    let encoding = if is_big { "utf-16-be" } else { "utf-16-le" };
    let unit_at = |bytes: &[u8], at: usize| {
        let unit = *bytes.get(at..)?.first_chunk::<2>()?;
        Some(u32::from(if is_big {
            u16::from_be_bytes(unit)
        } else {
            u16::from_le_bytes(unit)
        }))
    };
    let mut bytes = Cow::Borrowed(bytes);
    let mut text = Wtf8Buf::with_capacity(bytes.len());
    while at < bytes.len() {
        let problem = match unit_at(&bytes, at) {
            None if input == Input::Partial => break,
            None => (bytes.len(), "truncated data"),
            Some(0xDC00..=0xDFFF) => (at + 2, "illegal encoding"),
            Some(high @ 0xD800..=0xDBFF) => match unit_at(&bytes, at + 2) {
                None if input == Input::Partial => break,
                None => (bytes.len(), "unexpected end of data"),
                Some(low @ 0xDC00..=0xDFFF) => {
                    text.extend(CodePoint::from_u32(
                        0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00),
                    ));
                    at += 4;
                    continue;
                }
                Some(_) => (at + 2, "illegal UTF-16 surrogate"),
            },
            Some(unit) => {
                text.extend(CodePoint::from_u32(unit));
                at += 2;
                continue;
            }
        };
        at = recover(
            handler,
            &mut bytes,
            encoding,
            (at, problem.0),
            problem.1,
            &mut text,
        )?;
    }
    Ok((Decoded { text, consumed: at }, order))
}

/// Encodes UTF-16. Without an order, it is this machine's, and a mark is written.
///
/// # Errors
/// What the handler raises.
pub fn encode_utf16<H: ErrorHandler>(
    text: &Wtf8,
    order: Option<ByteOrder>,
    handler: &mut H,
) -> Result<Vec<u8>, H::Error> {
    let is_big = order.unwrap_or(ByteOrder::NATIVE) == ByteOrder::Big;
    let push = move |unit: u32, to: &mut Vec<u8>| {
        let unit = unit as u16;
        to.extend_from_slice(&if is_big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        });
    };
    let rules = Rules {
        encoding: match order {
            None => "utf-16",
            Some(ByteOrder::Little) => "utf-16-le",
            Some(ByteOrder::Big) => "utf-16-be",
        },
        reason: "surrogates not allowed",
        groups: false,
        escapes_inline: false,
        ascii_replacements: true,
        unit: 2,
    };
    let mut to = Vec::with_capacity(2 * text.len() + 2);
    if order.is_none() {
        push(0xFEFF, &mut to);
    }
    encode_each(text, handler, &rules, to, |point, to| {
        match point.to_u32() {
            0xD800..=0xDFFF => return Ok(false),
            c @ 0..0x1_0000 => push(c, to),
            c => {
                push(0xD800 + ((c - 0x1_0000) >> 10), to);
                push(0xDC00 + (c & 0x3FF), to);
            }
        }
        Ok(true)
    })
}
