//! `scanstring`, and the strings inside a document.

use taipan_macros::pyfunction;
use taipan_text::{CodePoint, Wtf8Buf};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

use super::error::{decode_error, text_argument};

/// The four digits behind `\u` at a byte.
fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.iter().try_fold(0, |number, digit| {
        Some(number << 4 | char::from(*digit).to_digit(16)?)
    })
}

/// The end of the characters that stand for themselves.
#[inline(always)]
pub(super) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        if matches!(byte, b'"' | b'\\' | 0..0x20) {
            break;
        }
        at += 1;
    }
    at
}

/// Reads a string whose quote stands before the byte `start`; returns it and the byte behind its last quote.
pub(super) fn scan(
    cx: &Ctx,
    text: &Py<Str>,
    start: usize,
    strict: bool,
) -> PyResult<(Py<Str>, usize)> {
    let bytes = text.as_wtf8().as_bytes();
    let end = plain_end(bytes, start);
    if bytes.get(end) == Some(&b'"') {
        return Ok((cx.new_str(text.as_wtf8().slice(start, end))?, end + 1));
    }
    let (buffer, end) = unescape(cx, text, start, strict)?;
    Ok((cx.new_str(&buffer)?, end))
}

#[inline(never)]
fn unescape(cx: &Ctx, text: &Py<Str>, start: usize, strict: bool) -> PyResult<(Wtf8Buf, usize)> {
    let bytes = text.as_wtf8().as_bytes();
    let error = |message: &str, at: usize| -> PyErr {
        decode_error(cx, message, text, text.position_of(at))
    };
    let unterminated = || {
        let quote = text.position_of(start).saturating_sub(1);
        decode_error(cx, "Unterminated string starting at", text, quote)
    };
    let mut to = Wtf8Buf::default();
    let mut at = start;
    loop {
        let chunk = at;
        at = plain_end(bytes, at);
        while let Some(0..0x20) = bytes.get(at) {
            if strict {
                return Err(error("Invalid control character at", at));
            }
            at = plain_end(bytes, at + 1);
        }
        to.push_wtf8(text.as_wtf8().slice(chunk, at));
        match bytes.get(at) {
            None => return Err(unterminated()),
            Some(b'"') => return Ok((to, at + 1)),
            Some(_) => {}
        }
        let Some(letter) = bytes.get(at + 1) else {
            return Err(unterminated());
        };
        let simple = match letter {
            b'"' | b'\\' | b'/' => *letter,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => 0,
            _ => return Err(error("Invalid \\escape", at)),
        };
        at += 2;
        if simple != 0 {
            to.push(CodePoint::from_latin1(simple));
            continue;
        }
        let Some(mut number) = hex4(bytes, at) else {
            return Err(error("Invalid \\uXXXX escape", at - 1));
        };
        at += 4;
        if (0xD800..0xDC00).contains(&number)
            && bytes.get(at..at + 2) == Some(b"\\u")
            && let Some(low @ 0xDC00..0xE000) = hex4(bytes, at + 2)
        {
            number = 0x1_0000 + ((number - 0xD800) << 10 | (low - 0xDC00));
            at += 6;
        }
        to.extend(CodePoint::from_u32(number));
    }
}

/// scanstring(string, end, strict=True) -> (string, end)
///
/// Scan the string s for a JSON string. End is the index of the
/// character in s after the quote that started the JSON string.
/// Unescapes all valid JSON string escape sequences and raises ValueError
/// on attempt to decode an invalid string. If strict is False then literal
/// control characters are allowed in the string.
///
/// Returns a tuple of the decoded string and the index of the character in s
/// after the end quote.
#[pyfunction(signature = (pystr, end, strict = true, /), text_signature = None)]
pub(super) fn scanstring(
    cx: &Ctx,
    pystr: &Value,
    end: isize,
    strict: bool,
) -> PyResult<(Py<Str>, usize)> {
    let text = text_argument(cx, pystr)?.clone();
    let start = match usize::try_from(end) {
        Ok(start) if start <= text.length() => text.byte_offset(start),
        _ => return Err(cx.value_error("end is out of bounds")),
    };
    let (string, end) = scan(cx, &text, start, strict)?;
    Ok((string, text.position_of(end)))
}
