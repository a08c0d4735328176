//! Strings as JSON writes them.

use taipan_macros::pyfunction;
use taipan_text::{CodePoint, Wtf8, Wtf8Buf};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::value::Value;

use super::error::text_argument;

/// Which characters are written as they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    Ascii,
    Unicode,
}

impl Charset {
    #[inline(always)]
    fn is_plain(self, byte: u8) -> bool {
        match byte {
            b'"' | b'\\' | 0..0x20 => false,
            0x20..0x7F => true,
            0x7F => self == Self::Unicode,
            0x80.. => self == Self::Unicode,
        }
    }
}

/// Appends the text in quotes.
pub(super) fn write_text(to: &mut Wtf8Buf, text: &Wtf8, charset: Charset) {
    let bytes = text.as_bytes();
    to.reserve(bytes.len() + 2);
    to.push_char('"');
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while at < bytes.len() && charset.is_plain(bytes[at]) {
            at += 1;
        }
        if start < at {
            to.push_wtf8(text.slice(start, at));
        }
        let Some(point) = text.code_point_at(at) else {
            break;
        };
        write_escape(to, point);
        at += point.len_wtf8();
    }
    to.push_char('"');
}

fn write_escape(to: &mut Wtf8Buf, point: CodePoint) {
    match point.to_u32() {
        0x22 => to.push_str("\\\""),
        0x5C => to.push_str("\\\\"),
        0x0A => to.push_str("\\n"),
        0x0D => to.push_str("\\r"),
        0x09 => to.push_str("\\t"),
        0x0C => to.push_str("\\f"),
        0x08 => to.push_str("\\b"),
        number @ 0x1_0000.. => {
            let rest = number - 0x1_0000;
            write_unit(to, 0xD800 | (rest >> 10));
            write_unit(to, 0xDC00 | (rest & 0x3FF));
        }
        number => write_unit(to, number),
    }
}

/// Appends `\uXXXX`.
fn write_unit(to: &mut Wtf8Buf, number: u32) {
    to.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        let digit = (number >> shift) & 0xF;
        to.push_char(char::from_digit(digit, 16).unwrap_or('0'));
    }
}

/// encode_basestring(string) -> string
///
/// Return a JSON representation of a Python string
#[pyfunction(text_signature = "($self, object, /)")]
pub(super) fn encode_basestring(cx: &Ctx, object: &Value) -> PyResult<Wtf8Buf> {
    let text = text_argument(cx, object)?;
    let mut to = Wtf8Buf::default();
    write_text(&mut to, text.as_wtf8(), Charset::Unicode);
    Ok(to)
}

/// encode_basestring_ascii(string) -> string
///
/// Return an ASCII-only JSON representation of a Python string
#[pyfunction(text_signature = "($self, object, /)")]
pub(super) fn encode_basestring_ascii(cx: &Ctx, object: &Value) -> PyResult<Wtf8Buf> {
    let text = text_argument(cx, object)?;
    let mut to = Wtf8Buf::default();
    write_text(&mut to, text.as_wtf8(), Charset::Ascii);
    Ok(to)
}
