//! UTF-7 (RFC 2152): ASCII, and UTF-16 in base 64 between `+` and `-`.
//!
//! CPython counterpart: `PyUnicode_DecodeUTF7Stateful` and `PyUnicode_EncodeUTF7`. Lone surrogates pass.
//! Tests: `text/tests/it/codecs.rs`.

use std::borrow::Cow;

use super::Input;
use super::decode::{Decoded, recover};
use super::handlers::ErrorHandler;
use crate::wtf8::{CodePoint, Wtf8, Wtf8Buf};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn sextet(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// May stand for itself in decoded input.
fn is_direct(byte: u8) -> bool {
    byte.is_ascii() && byte != b'+'
}

/// A run of base 64: bits not yet written, and a high surrogate that waits for its partner.
#[derive(Default)]
struct Shift {
    buffer: u32,
    bits: u32,
    surrogate: Option<u32>,
}

impl Shift {
    fn push(&mut self, sextet: u32, text: &mut Wtf8Buf) {
        self.buffer = self.buffer << 6 | sextet;
        self.bits += 6;
        if self.bits < 16 {
            return;
        }
        self.bits -= 16;
        let unit = self.buffer >> self.bits;
        self.buffer &= (1 << self.bits) - 1;
        if let Some(high) = self.surrogate.take() {
            if (0xDC00..0xE000).contains(&unit) {
                text.extend(CodePoint::from_u32(
                    0x1_0000 + ((high - 0xD800) << 10) + (unit - 0xDC00),
                ));
                return;
            }
            text.extend(CodePoint::from_u32(high));
        }
        if (0xD800..0xDC00).contains(&unit) {
            self.surrogate = Some(unit);
        } else {
            text.extend(CodePoint::from_u32(unit));
        }
    }

    fn leftover(&self) -> Option<&'static str> {
        match self.bits {
            6.. => Some("partial character in shift sequence"),
            1.. if self.buffer != 0 => Some("non-zero padding bits in shift sequence"),
            _ => None,
        }
    }
}

/// Decodes UTF-7. Partial input stops before a run that is not closed.
///
/// # Errors
/// What the handler raises.
pub fn decode_utf7<H: ErrorHandler>(
    bytes: &[u8],
    handler: &mut H,
    input: Input,
) -> Result<Decoded, H::Error> {
    let mut bytes = Cow::Borrowed(bytes);
    let mut text = Wtf8Buf::with_capacity(bytes.len());
    // The open run, where its `+` stands, and the length of the text before it.
    let mut open: Option<(Shift, usize, usize)> = None;
    let mut start = 0;
    let mut at = 0;
    loop {
        while let Some(&byte) = bytes.get(at) {
            let reason = if let Some((shift, ..)) = &mut open {
                if let Some(sextet) = sextet(byte) {
                    shift.push(sextet, &mut text);
                    at += 1;
                    continue;
                }
                let leftover = shift.leftover();
                let surrogate = shift.surrogate;
                open = None;
                match leftover {
                    Some(reason) => {
                        at += 1;
                        reason
                    }
                    None => {
                        if is_direct(byte) {
                            text.extend(surrogate.and_then(CodePoint::from_u32));
                        }
                        at += usize::from(byte == b'-');
                        continue;
                    }
                }
            } else if byte == b'+' {
                start = at;
                at += 1;
                match bytes.get(at) {
                    Some(b'-') => {
                        text.push_char('+');
                        at += 1;
                        continue;
                    }
                    Some(&next) if sextet(next).is_none() => {
                        at += 1;
                        "ill-formed sequence"
                    }
                    _ => {
                        open = Some((Shift::default(), start, text.len()));
                        continue;
                    }
                }
            } else if is_direct(byte) {
                text.push(CodePoint::from_latin1(byte));
                at += 1;
                continue;
            } else {
                start = at;
                at += 1;
                "unexpected special character"
            };
            at = recover(handler, &mut bytes, "utf7", (start, at), reason, &mut text)?;
        }
        match open.take() {
            Some((_, start, len)) if input == Input::Partial => {
                text.truncate(len);
                return Ok(Decoded {
                    text,
                    consumed: start,
                });
            }
            Some((shift, start, _)) if shift.surrogate.is_some() || shift.leftover().is_some() => {
                let range = (start, bytes.len());
                at = recover(
                    handler,
                    &mut bytes,
                    "utf7",
                    range,
                    "unterminated shift sequence",
                    &mut text,
                )?;
                if at == bytes.len() {
                    return Ok(Decoded { text, consumed: at });
                }
            }
            _ => {
                return Ok(Decoded {
                    text,
                    consumed: bytes.len(),
                });
            }
        }
    }
}

/// Encodes UTF-7, which cannot fail.
#[must_use]
pub fn encode_utf7(text: &Wtf8) -> Vec<u8> {
    let mut to = Vec::with_capacity(text.len() * 2);
    let (mut buffer, mut bits, mut is_open) = (0u32, 0u32, false);
    for point in text.code_points() {
        let direct = point.to_ascii().filter(|byte| {
            matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'}') && !matches!(byte, b'+' | b'\\')
        });
        if let Some(byte) = direct {
            if is_open {
                flush(&mut to, &mut buffer, &mut bits);
                is_open = false;
                if sextet(byte).is_some() || byte == b'-' {
                    to.push(b'-');
                }
            }
            to.push(byte);
            continue;
        }
        if !is_open {
            if point == '+' {
                to.extend_from_slice(b"+-");
                continue;
            }
            to.push(b'+');
            is_open = true;
        }
        let c = point.to_u32();
        let units = match c.checked_sub(0x1_0000) {
            None => [None, Some(c)],
            Some(rest) => [Some(0xD800 + (rest >> 10)), Some(0xDC00 + (rest & 0x3FF))],
        };
        for unit in units.into_iter().flatten() {
            buffer = buffer << 16 | unit;
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                to.push(ALPHABET[(buffer >> bits & 0x3F) as usize]);
                buffer &= (1 << bits) - 1;
            }
        }
    }
    if is_open {
        flush(&mut to, &mut buffer, &mut bits);
        to.push(b'-');
    }
    to
}

fn flush(to: &mut Vec<u8>, buffer: &mut u32, bits: &mut u32) {
    if *bits > 0 {
        to.push(ALPHABET[(*buffer << (6 - *bits) & 0x3F) as usize]);
    }
    *buffer = 0;
    *bits = 0;
}
