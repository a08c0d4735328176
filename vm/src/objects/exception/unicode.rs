//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`: which part of which text or bytes, and why.
//!
//! CPython 3.14: `UnicodeEncodeError_init` and its neighbours (`Objects/exceptions.c`). Tests: `tests/run/exception/`.
//! What they say as text is in `unicode_text`.

use std::cell::Cell;

use num_traits::ToPrimitive;
use taipan_macros::pymethods;
use taipan_text::Wtf8Buf;

use super::BaseException;
use super::fields::{Field, exception_payload, field};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::{Args, MemberDef};
use crate::objects::{Bytes, Str, Type};
use crate::value::{Py, Value};

/// A member that holds a position.
macro_rules! position {
    ($type:ty, $field:ident, $doc:literal) => {
        MemberDef {
            name: stringify!($field),
            doc: Some($doc),
            get: Some(|cx, this| {
                let this: &Py<$type> = crate::native::bind::handle(cx, this)?;
                Ok(cx.new_int(this.$field.get() as i64))
            }),
            set: Some(|cx, this, value| {
                let this: &Py<$type> = crate::native::bind::handle(cx, this)?;
                let Some(value) = value else {
                    return Err(cx.type_error("can't delete numeric/char attribute"));
                };
                if value.as_int().is_none() {
                    return Err(cx.type_error("an integer is required"));
                }
                this.$field.set(index(cx, value)?);
                Ok(())
            }),
        }
    };
}

fn index(cx: &Ctx, value: &Value) -> PyResult<isize> {
    cx.to_bigint(value)?
        .to_isize()
        .ok_or_else(|| cx.overflow_error("Python int too large to convert to C ssize_t"))
}

exception_payload! {
    /// The payload of `UnicodeEncodeError`.
    UnicodeEncodeError as "UnicodeEncodeError" { encoding, object, reason } {
        start: Cell<isize> = Cell::new(0),
        end: Cell<isize> = Cell::new(0),
    }
    members {
        field!(UnicodeEncodeError, "encoding", encoding, "exception encoding"),
        field!(UnicodeEncodeError, "object", object, "exception object"),
        position!(UnicodeEncodeError, start, "exception start"),
        position!(UnicodeEncodeError, end, "exception end"),
        field!(UnicodeEncodeError, "reason", reason, "exception reason"),
    }
}

exception_payload! {
    /// The payload of `UnicodeDecodeError`.
    UnicodeDecodeError as "UnicodeDecodeError" { encoding, object, reason } {
        start: Cell<isize> = Cell::new(0),
        end: Cell<isize> = Cell::new(0),
    }
    members {
        field!(UnicodeDecodeError, "encoding", encoding, "exception encoding"),
        field!(UnicodeDecodeError, "object", object, "exception object"),
        position!(UnicodeDecodeError, start, "exception start"),
        position!(UnicodeDecodeError, end, "exception end"),
        field!(UnicodeDecodeError, "reason", reason, "exception reason"),
    }
}

exception_payload! {
    /// The payload of `UnicodeTranslateError`.
    UnicodeTranslateError as "UnicodeTranslateError" { encoding, object, reason } {
        start: Cell<isize> = Cell::new(0),
        end: Cell<isize> = Cell::new(0),
    }
    members {
        field!(UnicodeTranslateError, "encoding", encoding, "exception encoding"),
        field!(UnicodeTranslateError, "object", object, "exception object"),
        position!(UnicodeTranslateError, start, "exception start"),
        position!(UnicodeTranslateError, end, "exception end"),
        field!(UnicodeTranslateError, "reason", reason, "exception reason"),
    }
}

fn check_count(cx: &Ctx, args: &[Value], count: usize) -> PyResult<()> {
    if args.len() == count {
        return Ok(());
    }
    let given = args.len();
    Err(cx.type_error(format!(
        "function takes exactly {count} arguments ({given} given)"
    )))
}

/// Argument `position` (from 1) as a string.
fn text(cx: &Ctx, args: &[Value], position: usize) -> PyResult<Value> {
    let value = &args[position - 1];
    if value.downcast_ref::<Str>().is_some() {
        return Ok(value.clone());
    }
    let given = cx.type_name_for_argument(value);
    Err(cx.type_error(format!("argument {position} must be str, not {given}")))
}

/// Stores fields, dropping the old values when all are stored.
fn store<const N: usize>(fields: [(&Field, Value); N]) {
    let old = fields.map(|(field, value)| field.replace(Some(value)));
    drop(old);
}

#[pymethods]
impl UnicodeEncodeError {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<UnicodeEncodeError> {
        let args = cx.new_tuple_from(args.positional());
        cx.heap().allocate(cls, UnicodeEncodeError::with_args(args))
    }

    #[init]
    fn init(this: &Py<UnicodeEncodeError>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let args = BaseException::positional(cx, this.header().class(), args)?;
        this.base.set_args(cx, args);
        check_count(cx, args, 5)?;
        let (encoding, object) = (text(cx, args, 1)?, text(cx, args, 2)?);
        let (start, end) = (index(cx, &args[2])?, index(cx, &args[3])?);
        let reason = text(cx, args, 5)?;
        this.start.set(start);
        this.end.set(end);
        store([
            (&this.encoding, encoding),
            (&this.object, object),
            (&this.reason, reason),
        ]);
        Ok(())
    }

    fn __str__(this: &Py<UnicodeEncodeError>, cx: &Ctx) -> PyResult<Wtf8Buf> {
        this.as_text(cx)
    }
}

#[pymethods]
impl UnicodeDecodeError {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<UnicodeDecodeError> {
        let args = cx.new_tuple_from(args.positional());
        cx.heap().allocate(cls, UnicodeDecodeError::with_args(args))
    }

    #[init]
    fn init(this: &Py<UnicodeDecodeError>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let args = BaseException::positional(cx, this.header().class(), args)?;
        this.base.set_args(cx, args);
        check_count(cx, args, 5)?;
        let encoding = text(cx, args, 1)?;
        let (start, end) = (index(cx, &args[2])?, index(cx, &args[3])?);
        let reason = text(cx, args, 5)?;
        let object = match args[1].downcast_ref::<Bytes>() {
            Some(bytes) => bytes.to_value(),
            None => match cx.bytes_like(&args[1]) {
                Some(bytes) => cx.new_bytes(&bytes)?,
                None => {
                    let given = cx.type_name(&args[1]);
                    return Err(
                        cx.type_error(format!("a bytes-like object is required, not '{given}'"))
                    );
                }
            },
        };
        this.start.set(start);
        this.end.set(end);
        store([
            (&this.encoding, encoding),
            (&this.object, object),
            (&this.reason, reason),
        ]);
        Ok(())
    }

    fn __str__(this: &Py<UnicodeDecodeError>, cx: &Ctx) -> PyResult<Wtf8Buf> {
        this.as_text(cx)
    }
}

#[pymethods]
impl UnicodeTranslateError {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<UnicodeTranslateError> {
        let args = cx.new_tuple_from(args.positional());
        cx.heap()
            .allocate(cls, UnicodeTranslateError::with_args(args))
    }

    #[init]
    fn init(this: &Py<UnicodeTranslateError>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let args = BaseException::positional(cx, this.header().class(), args)?;
        this.base.set_args(cx, args);
        check_count(cx, args, 4)?;
        let object = text(cx, args, 1)?;
        let (start, end) = (index(cx, &args[1])?, index(cx, &args[2])?);
        let reason = text(cx, args, 4)?;
        this.start.set(start);
        this.end.set(end);
        store([(&this.object, object), (&this.reason, reason)]);
        Ok(())
    }

    fn __str__(this: &Py<UnicodeTranslateError>, cx: &Ctx) -> PyResult<Wtf8Buf> {
        this.as_text(cx)
    }
}
