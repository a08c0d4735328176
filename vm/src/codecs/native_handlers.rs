//! The standard error handlers as functions that Python code can call.
//!
//! CPython 3.14: `PyCodec_StrictErrors` and its siblings (`Python/codecs.c`).

use std::borrow::Cow;

use taipan_macros::pyfunction;
use taipan_text::Wtf8;
use taipan_text::codecs::{
    BuiltinError, BuiltinHandler, CodecError, CodecTask, ErrorHandler, Replacement,
};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::native::FunctionDef;
use crate::objects::{BaseException, Bytes, Str};
use crate::value::{Py, Value};

/// The function of the standard handler of that name.
pub(super) fn find(name: &Wtf8) -> Option<&'static FunctionDef> {
    Some(match name.to_str()? {
        "strict" => &strict_errors::DEF,
        "ignore" => &ignore_errors::DEF,
        "replace" => &replace_errors::DEF,
        "xmlcharrefreplace" => &xmlcharrefreplace_errors::DEF,
        "backslashreplace" => &backslashreplace_errors::DEF,
        "namereplace" => &namereplace_errors::DEF,
        "surrogatepass" => &surrogatepass::DEF,
        "surrogateescape" => &surrogateescape::DEF,
        _ => return None,
    })
}

/// Raises the exception: the handler 'strict'.
#[pyfunction]
fn strict_errors(cx: &Ctx, exc: &Value) -> PyResult<Value> {
    match exc.clone().downcast::<BaseException>() {
        Ok(exception) => Err(PyErr::new(exception)),
        Err(_) => Err(cx.type_error("codec must pass exception instance")),
    }
}

/// Drops what cannot be converted: the handler 'ignore'.
#[pyfunction]
fn ignore_errors(cx: &Ctx, exc: &Value) -> PyResult<Value> {
    apply(cx, exc, BuiltinHandler::Ignore)
}

/// Puts a mark in place of what cannot be converted: the handler 'replace'.
#[pyfunction]
fn replace_errors(cx: &Ctx, exc: &Value) -> PyResult<Value> {
    apply(cx, exc, BuiltinHandler::Replace)
}

/// Puts XML's character references in place of characters: the handler 'xmlcharrefreplace'.
#[pyfunction]
fn xmlcharrefreplace_errors(cx: &Ctx, exc: &Value) -> PyResult<Value> {
    apply(cx, exc, BuiltinHandler::XmlCharRefReplace)
}

/// Puts escapes with a backslash in place of what cannot be converted: the handler 'backslashreplace'.
#[pyfunction]
fn backslashreplace_errors(cx: &Ctx, exc: &Value) -> PyResult<Value> {
    apply(cx, exc, BuiltinHandler::BackslashReplace)
}

/// Puts escapes with the name in place of characters: the handler 'namereplace'.
#[pyfunction]
fn namereplace_errors(cx: &Ctx, exc: &Value) -> PyResult<Value> {
    apply(cx, exc, BuiltinHandler::NameReplace)
}

#[pyfunction]
fn surrogatepass(cx: &Ctx, exc: &Value) -> PyResult<Value> {
    apply(cx, exc, BuiltinHandler::SurrogatePass)
}

#[pyfunction]
fn surrogateescape(cx: &Ctx, exc: &Value) -> PyResult<Value> {
    apply(cx, exc, BuiltinHandler::SurrogateEscape)
}

fn attribute(cx: &Ctx, exc: &Value, name: &str) -> PyResult<Value> {
    cx.get_attr(exc, &cx.intern(name))
}

/// `start` and `end` of the exception, within an input of `length`.
fn range(cx: &Ctx, exc: &Value, length: usize) -> PyResult<(usize, usize)> {
    let start = cx.to_index_size(&attribute(cx, exc, "start")?)?;
    let end = cx.to_index_size(&attribute(cx, exc, "end")?)?;
    let last = length.saturating_sub(1);
    let start = usize::try_from(start).unwrap_or(0).min(last);
    let end = usize::try_from(end)
        .unwrap_or(0)
        .clamp(1.min(length), length);
    Ok((start, end))
}

fn wrong_kind(cx: &Ctx, exc: &Value) -> PyErr {
    cx.type_error(format!(
        "don't know how to handle {} in error callback",
        cx.type_name(exc)
    ))
}

fn failed(cx: &Ctx, exc: &Value, error: BuiltinError) -> PyErr {
    match (error, exc.clone().downcast::<BaseException>()) {
        (BuiltinError::Codec(_), Ok(exception)) => PyErr::new(exception),
        _ => wrong_kind(cx, exc),
    }
}

fn apply(cx: &Ctx, exc: &Value, mut handler: BuiltinHandler) -> PyResult<Value> {
    let class = cx.class_of(exc);
    let types = cx.types();
    if class.is_subtype(&types.unicode_translate_error) {
        let object = attribute(cx, exc, "object")?;
        let Some(text) = object.downcast_ref::<Str>() else {
            return Err(cx.type_error("object attribute must be str"));
        };
        let (start, end) = range(cx, exc, text.length())?;
        let answer = handler
            .recover_translate(text.as_wtf8(), start, end)
            .map_err(|error| failed(cx, exc, error))?;
        return match answer {
            Some(replacement) => pair(cx, cx.new_str(&replacement)?.into_value(), end),
            None => strict_errors(cx, exc),
        };
    }
    let task = if class.is_subtype(&types.unicode_encode_error) {
        CodecTask::Encode
    } else if class.is_subtype(&types.unicode_decode_error) {
        CodecTask::Decode
    } else {
        return Err(wrong_kind(cx, exc));
    };
    let object = attribute(cx, exc, "object")?;
    let encoding = attribute(cx, exc, "encoding")?;
    let encoding = encoding
        .downcast_ref::<Str>()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let error = |start: usize, end: usize| CodecError {
        task,
        encoding: Cow::Owned(encoding),
        start,
        end,
        reason: Cow::Borrowed(""),
    };
    match task {
        CodecTask::Decode => {
            let Some(bytes) = object.downcast_ref::<Bytes>() else {
                return Err(cx.type_error("object attribute must be bytes"));
            };
            let (start, end) = range(cx, exc, bytes.as_slice().len())?;
            let (text, at) = handler
                .recover_decode(bytes.as_slice(), &error(start, end))
                .map_err(|error| failed(cx, exc, error))?;
            pair(cx, cx.new_str(&text)?.into_value(), at)
        }
        CodecTask::Encode => {
            let Some(text) = object.downcast_ref::<Str>() else {
                return Err(cx.type_error("object attribute must be str"));
            };
            let (start, end) = range(cx, exc, text.length())?;
            let (replacement, at) = handler
                .recover_encode(text.as_wtf8(), &error(start, end))
                .map_err(|error| failed(cx, exc, error))?;
            let replacement = match replacement {
                Replacement::Text(text) => cx.new_str(&text)?.into_value(),
                Replacement::Bytes(bytes) => cx.new_bytes(&bytes)?,
            };
            pair(cx, replacement, at)
        }
    }
}

fn pair(cx: &Ctx, replacement: Value, at: usize) -> PyResult<Value> {
    let items = vec![replacement, cx.new_int(at as i64)];
    Ok(Py::into_value(cx.new_tuple(items)))
}
