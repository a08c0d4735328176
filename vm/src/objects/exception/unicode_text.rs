//! What the Unicode errors say: the offending character or byte, its place, and the reason.
//!
//! CPython 3.14: `UnicodeEncodeError_str` and its neighbours (`Objects/exceptions.c`). Tests: `tests/run/exception/`.

use super::fields::Field;
use super::unicode::{UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::{Bytes, Str};
use crate::value::{Py, Value};

/// The stretch from `start` to `end`, moved into an object of so many items.
fn clamped(start: isize, end: isize, length: usize) -> (usize, usize) {
    let length = length as isize;
    let start = if length == 0 {
        0
    } else {
        start.clamp(0, length - 1)
    };
    let end = end.clamp(1, length.max(1)).max(start).min(length);
    (start as usize, end.max(0) as usize)
}

fn text(cx: &Ctx, field: &Field) -> PyResult<String> {
    let value = field.borrow().clone().unwrap_or(Value::NONE);
    Ok(cx.str(&value)?.to_string_lossy().into_owned())
}

fn escaped(point: u32) -> String {
    match point {
        0..=0xff => format!("\\x{point:02x}"),
        0x100..=0xffff => format!("\\u{point:04x}"),
        _ => format!("\\U{point:08x}"),
    }
}

/// "character '\\x..' in position 3", "characters in position 3-5".
fn characters(cx: &Ctx, object: &Value, start: isize, end: isize) -> PyResult<String> {
    let Some(object) = object.downcast_ref::<Str>() else {
        return Err(cx.type_error("UnicodeError 'object' attribute must be a string"));
    };
    let (start, end) = clamped(start, end, object.length());
    if end == start + 1
        && let Some(point) = object.code_point(start)
    {
        let point = escaped(point.to_u32());
        return Ok(format!("character '{point}' in position {start}"));
    }
    Ok(format!(
        "characters in position {start}-{}",
        end as isize - 1
    ))
}

impl Py<UnicodeEncodeError> {
    pub(super) fn as_text(&self, cx: &Ctx) -> PyResult<String> {
        let Some(object) = self.object.borrow().clone() else {
            return Ok(String::new());
        };
        let place = characters(cx, &object, self.start.get(), self.end.get())?;
        let (encoding, reason) = (text(cx, &self.encoding)?, text(cx, &self.reason)?);
        Ok(format!("'{encoding}' codec can't encode {place}: {reason}"))
    }
}

impl Py<UnicodeDecodeError> {
    pub(super) fn as_text(&self, cx: &Ctx) -> PyResult<String> {
        let Some(object) = self.object.borrow().clone() else {
            return Ok(String::new());
        };
        let Some(object) = object.downcast_ref::<Bytes>() else {
            return Err(cx.type_error("UnicodeError 'object' attribute must be a bytes"));
        };
        let (start, end) = clamped(self.start.get(), self.end.get(), object.as_slice().len());
        let (encoding, reason) = (text(cx, &self.encoding)?, text(cx, &self.reason)?);
        let place = match object.as_slice().get(start) {
            Some(byte) if end == start + 1 => format!("byte 0x{byte:02x} in position {start}"),
            _ => format!("bytes in position {start}-{}", end as isize - 1),
        };
        Ok(format!("'{encoding}' codec can't decode {place}: {reason}"))
    }
}

impl Py<UnicodeTranslateError> {
    pub(super) fn as_text(&self, cx: &Ctx) -> PyResult<String> {
        let Some(object) = self.object.borrow().clone() else {
            return Ok(String::new());
        };
        let place = characters(cx, &object, self.start.get(), self.end.get())?;
        Ok(format!(
            "can't translate {place}: {}",
            text(cx, &self.reason)?
        ))
    }
}
