//! Bytes as hexadecimal digits, and back.
//!
//! CPython 3.14: `Python/pystrhex.c`, `_PyBytes_FromHex`.

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::{ArgSite, FromArg};
use crate::objects::{Bytes, Str};
use crate::value::Value;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The character between groups of bytes.
#[derive(Clone, Copy)]
pub(crate) struct Separator(u8);

impl FromArg<'_> for Separator {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        Self::of(cx, value)
    }
}

impl Separator {
    /// # Errors
    /// `TypeError`, `ValueError`, or what the `__len__` of a subclass raises.
    pub(crate) fn of(cx: &Ctx, value: &Value) -> PyResult<Self> {
        let (length, first) = if let Some(text) = value.downcast_ref::<Str>() {
            let first = text.code_point(0);
            (text.length(), first.and_then(|point| point.to_ascii()))
        } else if let Some(bytes) = value.downcast_ref::<Bytes>() {
            let bytes = bytes.as_slice();
            (bytes.len(), bytes.first().copied())
        } else {
            return Err(cx.type_error("sep must be str or bytes."));
        };
        let length = if cx.class_of(value).is_heap_type() {
            cx.len(value)?
        } else {
            length
        };
        if length != 1 {
            return Err(cx.value_error("sep must be length 1."));
        }
        match first.filter(u8::is_ascii) {
            Some(byte) => Ok(Self(byte)),
            None => Err(cx.value_error("sep must be ASCII.")),
        }
    }
}

/// The digits of bytes; a separator stands between groups, counted from the right if `group` is positive.
pub(crate) fn to_hex(bytes: &[u8], separator: Option<Separator>, group: i32) -> Vec<u8> {
    let size = group.unsigned_abs() as usize;
    let separator = separator.filter(|_| size > 0 && size < bytes.len());
    let mut digits = Vec::with_capacity(bytes.len() * 3);
    let first = if group > 0 && size > 0 {
        bytes.len() % size
    } else {
        0
    };
    for (index, byte) in bytes.iter().enumerate() {
        if let Some(Separator(separator)) = separator
            && index > 0
            && (index + size - first).is_multiple_of(size)
        {
            digits.push(separator);
        }
        digits.push(DIGITS[usize::from(byte >> 4)]);
        digits.push(DIGITS[usize::from(byte & 15)]);
    }
    digits
}

fn value_of(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

/// The bytes that the digits of a string or bytes-like object stand for; white space between them is skipped.
pub(crate) fn from_hex(cx: &Ctx, value: &Value) -> PyResult<Vec<u8>> {
    let bad = |cx: &Ctx, at: usize| -> PyErr {
        cx.value_error(format!(
            "non-hexadecimal number found in fromhex() arg at position {at}"
        ))
    };
    let bytes;
    let digits: &[u8] = if let Some(text) = value.downcast_ref::<Str>() {
        if !text.is_ascii() {
            let mut points = text.as_wtf8().code_points();
            let at = points.position(|point| !point.is_ascii()).unwrap_or(0);
            return Err(bad(cx, at));
        }
        text.as_wtf8().as_bytes()
    } else if cx.has_buffer(value) {
        bytes = cx.bytes_of(value)?;
        &bytes
    } else {
        return Err(cx.type_error(format!(
            "fromhex() argument must be str or bytes-like, not {}",
            cx.type_name(value)
        )));
    };
    let mut made = Vec::with_capacity(digits.len() / 2);
    let mut at = 0;
    loop {
        while digits
            .get(at)
            .is_some_and(|byte| matches!(byte, b'\t'..=b'\r' | b' '))
        {
            at += 1;
        }
        let Some(high) = digits.get(at) else {
            return Ok(made);
        };
        let high = value_of(*high).ok_or_else(|| bad(cx, at))?;
        at += 1;
        let Some(low) = digits.get(at) else {
            return Err(
                cx.value_error("fromhex() arg must contain an even number of hexadecimal digits")
            );
        };
        let low = value_of(*low).ok_or_else(|| bad(cx, at))?;
        made.push(high << 4 | low);
        at += 1;
    }
}
