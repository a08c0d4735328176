//! `unicode_escape`: the escapes of string literals.
//!
//! CPython counterpart: `_PyUnicode_DecodeUnicodeEscapeInternal2` and `PyUnicode_AsUnicodeEscapeString`. Bytes are
//! Latin-1. Tests: `text/tests/it/codecs.rs`.

use std::borrow::Cow;

use super::Input;
use super::decode::{Decoded, recover};
use super::error::escaped;
use super::handlers::ErrorHandler;
use crate::unicode;
use crate::wtf8::{CodePoint, Wtf8, Wtf8Buf};

const NAME: &str = "unicodeescape";

/// An escape that means nothing (`\q`) or too much (`\777`), which is worth a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidEscape {
    /// That byte behind the backslash.
    Letter(u8),
    /// An octal escape above `\377`, with its value.
    Octal(u16),
}

/// Decodes escapes; returns also the first invalid one.
///
/// # Errors
/// What the handler raises.
pub fn decode_unicode_escape<H: ErrorHandler>(
    bytes: &[u8],
    handler: &mut H,
    input: Input,
) -> Result<(Decoded, Option<InvalidEscape>), H::Error> {
    let mut bytes = Cow::Borrowed(bytes);
    let mut text = Wtf8Buf::with_capacity(bytes.len());
    let mut invalid = None;
    let mut at = 0;
    while at < bytes.len() {
        let len = memchr::memchr(b'\\', &bytes[at..]).unwrap_or(bytes.len() - at);
        text.extend(bytes[at..at + len].iter().copied());
        at += len;
        if at == bytes.len() {
            break;
        }
        match read_escape(&bytes[at + 1..]) {
            Escape::Character(point, len) => {
                text.push(point);
                at += 1 + len;
            }
            Escape::Nothing(len) => at += 1 + len,
            Escape::Invalid(kind, len) => {
                invalid = invalid.or(Some(kind));
                match kind {
                    InvalidEscape::Letter(letter) => text.extend([b'\\', letter]),
                    InvalidEscape::Octal(value) => {
                        text.extend(CodePoint::from_u32(u32::from(value)))
                    }
                }
                at += 1 + len;
            }
            Escape::Malformed { at_end: true, .. } if input == Input::Partial => break,
            Escape::Malformed { len, reason, .. } => {
                at = recover(
                    handler,
                    &mut bytes,
                    NAME,
                    (at, at + 1 + len),
                    reason,
                    &mut text,
                )?;
            }
        }
    }
    Ok((Decoded { text, consumed: at }, invalid))
}

/// What stands behind a backslash; `len` counts from there.
enum Escape {
    Character(CodePoint, usize),
    /// An escaped end of line.
    Nothing(usize),
    Invalid(InvalidEscape, usize),
    Malformed {
        len: usize,
        reason: &'static str,
        at_end: bool,
    },
}

fn read_escape(rest: &[u8]) -> Escape {
    let Some(&letter) = rest.first() else {
        return Escape::Malformed {
            len: 0,
            reason: "\\ at end of string",
            at_end: true,
        };
    };
    let simple = |byte: u8| Escape::Character(CodePoint::from_latin1(byte), 1);
    match letter {
        b'\n' => Escape::Nothing(1),
        b'\\' | b'\'' | b'"' => simple(letter),
        b'b' => simple(8),
        b'f' => simple(12),
        b't' => simple(b'\t'),
        b'n' => simple(b'\n'),
        b'r' => simple(b'\r'),
        b'v' => simple(11),
        b'a' => simple(7),
        b'0'..=b'7' => read_octal(rest),
        b'x' => read_hex(rest, 2, "truncated \\xXX escape"),
        b'u' => read_hex(rest, 4, "truncated \\uXXXX escape"),
        b'U' => read_hex(rest, 8, "truncated \\UXXXXXXXX escape"),
        b'N' => read_name(rest),
        letter => Escape::Invalid(InvalidEscape::Letter(letter), 1),
    }
}

fn read_octal(rest: &[u8]) -> Escape {
    let digits = rest
        .iter()
        .take(3)
        .take_while(|digit| matches!(digit, b'0'..=b'7'));
    let (mut value, mut len) = (0u16, 0);
    for digit in digits {
        value = value * 8 + u16::from(digit - b'0');
        len += 1;
    }
    match u8::try_from(value) {
        Ok(byte) => Escape::Character(CodePoint::from_latin1(byte), len),
        Err(_) => Escape::Invalid(InvalidEscape::Octal(value), len),
    }
}

/// The hexadecimal digits behind a letter, up to `count`: their value and number.
pub(super) fn hex_digits(rest: &[u8], count: usize) -> (u32, usize) {
    let (mut value, mut len) = (0u32, 0);
    for digit in rest
        .iter()
        .skip(1)
        .take(count)
        .map_while(|&byte| char::from(byte).to_digit(16))
    {
        value = value << 4 | digit;
        len += 1;
    }
    (value, len)
}

fn read_hex(rest: &[u8], count: usize, reason: &'static str) -> Escape {
    let (value, len) = hex_digits(rest, count);
    if len < count {
        return Escape::Malformed {
            len: 1 + len,
            reason,
            at_end: 1 + len == rest.len(),
        };
    }
    match CodePoint::from_u32(value) {
        Some(point) => Escape::Character(point, 1 + len),
        None => Escape::Malformed {
            len: 1 + len,
            reason: "illegal Unicode character",
            at_end: false,
        },
    }
}

fn read_name(rest: &[u8]) -> Escape {
    const MALFORMED: &str = "malformed \\N character escape";
    match rest.get(1) {
        None => {
            return Escape::Malformed {
                len: 1,
                reason: MALFORMED,
                at_end: true,
            };
        }
        Some(b'{') => {}
        Some(_) => {
            return Escape::Malformed {
                len: 1,
                reason: MALFORMED,
                at_end: false,
            };
        }
    }
    let Some(close) = memchr::memchr(b'}', rest) else {
        return Escape::Malformed {
            len: rest.len(),
            reason: MALFORMED,
            at_end: true,
        };
    };
    if close == 2 {
        // CPython counts the opening brace, but not the closing one.
        return Escape::Malformed {
            len: 2,
            reason: MALFORMED,
            at_end: false,
        };
    }
    let name = std::str::from_utf8(&rest[2..close]).ok();
    match name.and_then(unicode::lookup_character) {
        Some(point) => Escape::Character(point, close + 1),
        None => Escape::Malformed {
            len: close + 1,
            reason: "unknown Unicode character name",
            at_end: false,
        },
    }
}

/// Encodes as escapes, which cannot fail.
#[must_use]
pub fn encode_unicode_escape(text: &Wtf8) -> Vec<u8> {
    let mut to = Vec::with_capacity(text.len());
    for point in text.code_points() {
        match point.to_ascii() {
            Some(b'\\') => to.extend_from_slice(b"\\\\"),
            Some(b'\t') => to.extend_from_slice(b"\\t"),
            Some(b'\n') => to.extend_from_slice(b"\\n"),
            Some(b'\r') => to.extend_from_slice(b"\\r"),
            Some(byte @ b' '..=b'~') => to.push(byte),
            _ => to.extend_from_slice(escaped(point).as_bytes()),
        }
    }
    to
}
