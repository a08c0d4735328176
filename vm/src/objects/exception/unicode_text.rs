//! What the Unicode errors say: the offending character or byte, its place, and the reason.
//!
//! CPython 3.14: `UnicodeEncodeError_str` and its neighbours (`Objects/exceptions.c`). Tests: `tests/run/exception/`.

use std::cell::Cell;

use taipan_text::Wtf8Buf;

use super::fields::Field;
use super::unicode::{UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError};
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::{Bytes, Str};
use crate::value::{Py, Value};

/// The encoding or the reason, which may be anything by now.
fn text(cx: &Ctx, field: &Field) -> PyResult<Wtf8Buf> {
    let value = field.borrow().clone();
    Ok(match value {
        Some(value) => Wtf8Buf::from(cx.str(&value)?.as_wtf8()),
        None => Wtf8Buf::from("<NULL>"),
    })
}

/// The error for an object that was replaced.
fn wrong_object(cx: &Ctx, object: &Field, wanted: &str) -> PyErr {
    cx.type_error(if object.borrow().is_none() {
        "UnicodeError 'object' attribute is not set".to_owned()
    } else {
        format!("UnicodeError 'object' attribute must be a {wanted}")
    })
}

/// Says "`one` in position 3" of an item that is there, else "`many` in position 3-5"; positions may be anything.
fn place<T>(
    (start, end): (&Cell<isize>, &Cell<isize>),
    item: impl FnOnce(usize) -> Option<T>,
    one: impl FnOnce(T) -> String,
    many: &str,
) -> String {
    let (start, end) = (start.get(), end.get());
    let is_one = start.checked_add(1) == Some(end);
    let item = usize::try_from(start)
        .ok()
        .filter(|_| is_one)
        .and_then(item);
    match item {
        Some(item) => format!("{} in position {start}", one(item)),
        None => format!("{many} in position {start}-{}", end.wrapping_sub(1)),
    }
}

fn place_of_characters(
    cx: &Ctx,
    object: &Field,
    range: (&Cell<isize>, &Cell<isize>),
) -> PyResult<String> {
    let value = object.borrow().clone();
    let Some(text) = value.as_ref().and_then(Value::downcast_ref::<Str>) else {
        return Err(wrong_object(cx, object, "string"));
    };
    let escaped = |point: taipan_text::CodePoint| match point.to_u32() {
        point @ 0..=0xff => format!("character '\\x{point:02x}'"),
        point @ 0x100..=0xffff => format!("character '\\u{point:04x}'"),
        point => format!("character '\\U{point:08x}'"),
    };
    Ok(place(
        range,
        |start| text.code_point(start),
        escaped,
        "characters",
    ))
}

/// `'<encoding>' codec <what>: <reason>`
fn of_codec(encoding: &Wtf8Buf, what: &str, reason: &Wtf8Buf) -> Wtf8Buf {
    let mut text = Wtf8Buf::from("'");
    text.push_wtf8(encoding);
    text.push_str(&format!("' codec {what}: "));
    text.push_wtf8(reason);
    text
}

impl Py<UnicodeEncodeError> {
    pub(super) fn as_text(&self, cx: &Ctx) -> PyResult<Wtf8Buf> {
        if self.object.borrow().is_none() {
            return Ok(Wtf8Buf::new());
        }
        // These may replace the object.
        let (reason, encoding) = (text(cx, &self.reason)?, text(cx, &self.encoding)?);
        let place = place_of_characters(cx, &self.object, (&self.start, &self.end))?;
        Ok(of_codec(
            &encoding,
            &format!("can't encode {place}"),
            &reason,
        ))
    }
}

impl Py<UnicodeDecodeError> {
    pub(super) fn as_text(&self, cx: &Ctx) -> PyResult<Wtf8Buf> {
        if self.object.borrow().is_none() {
            return Ok(Wtf8Buf::new());
        }
        // These may replace the object.
        let (reason, encoding) = (text(cx, &self.reason)?, text(cx, &self.encoding)?);
        let value = self.object.borrow().clone();
        let Some(bytes) = value.as_ref().and_then(Value::downcast_ref::<Bytes>) else {
            return Err(wrong_object(cx, &self.object, "bytes"));
        };
        let place = place(
            (&self.start, &self.end),
            |start| bytes.as_slice().get(start),
            |byte| format!("byte 0x{byte:02x}"),
            "bytes",
        );
        Ok(of_codec(
            &encoding,
            &format!("can't decode {place}"),
            &reason,
        ))
    }
}

impl Py<UnicodeTranslateError> {
    pub(super) fn as_text(&self, cx: &Ctx) -> PyResult<Wtf8Buf> {
        if self.object.borrow().is_none() {
            return Ok(Wtf8Buf::new());
        }
        // This may replace the object.
        let reason = text(cx, &self.reason)?;
        let place = place_of_characters(cx, &self.object, (&self.start, &self.end))?;
        let mut text = Wtf8Buf::from(format!("can't translate {place}: "));
        text.push_wtf8(&reason);
        Ok(text)
    }
}
