//! What is wrong with a document: `json.JSONDecodeError`, or the `StopIteration` that stands for "no value here".

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::{BaseException, Str};
use taipan_vm::value::{Py, Value};

/// `json.JSONDecodeError` about a position in code points.
pub(super) fn decode_error(cx: &Ctx, message: &str, document: &Py<Str>, position: usize) -> PyErr {
    let raise = || -> PyResult<Py<BaseException>> {
        let class = cx.import_from("json.decoder", "JSONDecodeError")?;
        let message = cx.new_str(message)?.into_value();
        let args = [message, document.to_value(), cx.new_int(position as i64)];
        cx.call(&class, &args)?
            .downcast::<BaseException>()
            .map_err(|_| cx.type_error("exceptions must derive from BaseException"))
    };
    match raise() {
        Ok(exception) => PyErr::new(exception),
        Err(error) => error,
    }
}

/// Says that no value starts at a position in code points.
pub(super) fn no_value(cx: &Ctx, position: usize) -> PyErr {
    cx.stop_iteration(cx.new_int(position as i64))
}

/// The text among the arguments.
pub(super) fn text_argument<'a>(cx: &Ctx, value: &'a Value) -> PyResult<&'a Py<Str>> {
    value.downcast_ref::<Str>().ok_or_else(|| {
        cx.type_error(format!(
            "first argument must be a string, not {}",
            cx.type_name(value)
        ))
    })
}
