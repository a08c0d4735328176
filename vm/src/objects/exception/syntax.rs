//! `SyntaxError`: message and place.
//!
//! CPython 3.14: `SyntaxError_init`, `SyntaxError_str` (`Objects/exceptions.c`). Tests: `tests/run/exception/`.

use taipan_macros::pymethods;

use super::BaseException;
use super::fields::{Field, exception_payload, field};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

exception_payload! {
    /// The payload of `SyntaxError`.
    SyntaxError as "SyntaxError" {
        msg, filename, lineno, offset, text, end_lineno, end_offset, print_file_and_line, metadata,
    }
    members {
        field!(SyntaxError, "msg", msg, "exception msg"),
        field!(SyntaxError, "filename", filename, "exception filename"),
        field!(SyntaxError, "lineno", lineno, "exception lineno"),
        field!(SyntaxError, "offset", offset, "exception offset"),
        field!(SyntaxError, "text", text, "exception text"),
        field!(SyntaxError, "end_lineno", end_lineno, "exception end lineno"),
        field!(SyntaxError, "end_offset", end_offset, "exception end offset"),
        field!(SyntaxError, "print_file_and_line", print_file_and_line, "exception print_file_and_line"),
        field!(SyntaxError, "_metadata", metadata, "exception private metadata"),
    }
}

#[pymethods]
impl SyntaxError {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<SyntaxError> {
        let args = cx.new_tuple_from(args.positional());
        cx.heap().allocate(cls, SyntaxError::with_args(args))
    }

    #[init]
    fn init(this: &Py<SyntaxError>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let args = BaseException::positional(cx, this.header().class(), args)?;
        this.base.set_args(cx, args);
        if let Some(message) = args.first() {
            drop(this.msg.replace(Some(message.clone())));
        }
        let [_, place] = args else { return Ok(()) };
        let place = cx.tuple_from(place)?;
        let values = place.as_slice();
        let wrong = |bound: &str, given: usize| {
            cx.type_error(format!("function takes {bound} arguments ({given} given)"))
        };
        match values.len() {
            0..=3 => return Err(wrong("at least 4", values.len())),
            4..=7 => {}
            given => return Err(wrong("at most 7", given)),
        }
        let fields: [&Field; 7] = [
            &this.filename,
            &this.lineno,
            &this.offset,
            &this.text,
            &this.end_lineno,
            &this.end_offset,
            &this.metadata,
        ];
        for (index, field) in fields.into_iter().enumerate() {
            drop(field.replace(values.get(index).cloned()));
        }
        if values.len() == 5 {
            return Err(cx.type_error("end_offset must be provided when end_lineno is provided"));
        }
        Ok(())
    }

    fn __str__(&self, cx: &Ctx) -> PyResult<Py<Str>> {
        let get = |field: &Field| field.borrow().clone();
        let message = get(&self.msg).unwrap_or(Value::NONE);
        let message = cx.str(&message)?;
        let filename = get(&self.filename).map(Value::downcast::<Str>);
        let filename = filename.and_then(Result::ok);
        let line = get(&self.lineno).filter(|line| line.as_int().is_some());
        let filename = filename.map(|path| {
            let path = path.to_string_lossy().into_owned();
            path.rsplit('/').next().unwrap_or_default().to_owned()
        });
        let line = line.map(|line| cx.str(&line)).transpose()?;
        let line = line.map(|line| line.to_string_lossy().into_owned());
        let place = match (filename, line) {
            (None, None) => return Ok(message),
            (Some(filename), Some(line)) => format!(" ({filename}, line {line})"),
            (Some(filename), None) => format!(" ({filename})"),
            (None, Some(line)) => format!(" (line {line})"),
        };
        let mut text = message.as_wtf8().to_owned();
        text.push_str(&place);
        cx.new_str(&*text)
    }
}
