//! `repr` of `str` and `bytes`, and `ascii`.
//!
//! CPython counterpart: `unicode_repr`, `PyObject_ASCII`, `PyBytes_Repr`. Tests: `text/tests/it/str_ops.rs`.

use std::fmt::Write;

use crate::wtf8::{CodePoint, Wtf8, Wtf8Buf};

/// `repr(text)`: in single quotes, unless the text holds those and no double ones.
#[must_use]
pub fn str_repr(text: &Wtf8) -> Wtf8Buf {
    let quote = quote_for(text.as_bytes());
    let mut repr = Wtf8Buf::with_capacity(text.len() + 2);
    repr.push(CodePoint::from_latin1(quote));
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != quote && byte != b'\\';
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let len = bytes[at..]
            .iter()
            .position(|&byte| !plain(byte))
            .unwrap_or(bytes.len() - at);
        if len > 0 {
            repr.push_wtf8(text.slice(at, at + len));
            at += len;
            continue;
        }
        let Some(point) = text.code_point_at(at) else {
            break;
        };
        at += point.len_wtf8();
        match point.to_ascii() {
            Some(byte) => push_escaped_ascii(&mut repr, byte, quote),
            None if point.is_printable() => repr.push(point),
            None => push_escape(&mut repr, point),
        }
    }
    repr.push(CodePoint::from_latin1(quote));
    repr
}

/// Text with everything beyond ASCII escaped: `ascii(x)` is this of `repr(x)`.
#[must_use]
pub fn ascii_escape(text: &Wtf8) -> String {
    let mut escaped = Wtf8Buf::with_capacity(text.len());
    for point in text.code_points() {
        if point.is_ascii() {
            escaped.push(point);
        } else {
            push_escape(&mut escaped, point);
        }
    }
    escaped
        .into_string()
        .unwrap_or_else(|text| text.to_string())
}

/// `repr(bytes)`, with the `b`.
#[must_use]
pub fn bytes_repr(bytes: &[u8]) -> String {
    let quote = quote_for(bytes);
    let mut repr = Wtf8Buf::with_capacity(bytes.len() + 3);
    repr.push_str("b");
    repr.push(CodePoint::from_latin1(quote));
    for &byte in bytes {
        match byte {
            0x80.. => push_escape(&mut repr, CodePoint::from_latin1(byte)),
            _ => push_escaped_ascii(&mut repr, byte, quote),
        }
    }
    repr.push(CodePoint::from_latin1(quote));
    repr.into_string().unwrap_or_else(|text| text.to_string())
}

fn quote_for(bytes: &[u8]) -> u8 {
    let has = |quote: u8| memchr::memchr(quote, bytes).is_some();
    if has(b'\'') && !has(b'"') {
        b'"'
    } else {
        b'\''
    }
}

fn push_escaped_ascii(to: &mut Wtf8Buf, byte: u8, quote: u8) {
    match byte {
        b'\t' => to.push_str("\\t"),
        b'\n' => to.push_str("\\n"),
        b'\r' => to.push_str("\\r"),
        byte if byte == quote || byte == b'\\' => {
            to.push_str("\\");
            to.push(CodePoint::from_latin1(byte));
        }
        b' '..=b'~' => to.push(CodePoint::from_latin1(byte)),
        _ => push_escape(to, CodePoint::from_latin1(byte)),
    }
}

fn push_escape(to: &mut Wtf8Buf, point: CodePoint) {
    let written = match point.to_u32() {
        c @ 0..0x100 => write!(to, "\\x{c:02x}"),
        c @ 0x100..0x1_0000 => write!(to, "\\u{c:04x}"),
        c => write!(to, "\\U{c:08x}"),
    };
    debug_assert!(written.is_ok(), "writing to memory does not fail");
}
