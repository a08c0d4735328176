//! `print`.
//!
//! CPython 3.14: `builtin_print_impl` (`Python/bltinmodule.c`), `PyFile_WriteObject` (`Objects/fileobject.c`).
//! Tests: `tests/run/builtins/`.

use taipan_macros::pyfunction;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Str;
use crate::value::{Py, Value};

/// Prints the values to a stream, or to sys.stdout by default.
///
/// sep
///   string inserted between values, default a space.
/// end
///   string appended after the last value, default a newline.
/// file
///   a file-like object (stream); defaults to the current sys.stdout.
/// flush
///   whether to forcibly flush the stream.
#[pyfunction(
    signature = (*args, sep = None, end = None, file = None, flush = None),
    text_signature = "($module, /, *args, sep=' ', end='\\n', file=None, flush=False)"
)]
pub(super) fn print(
    cx: &Ctx,
    args: &[Value],
    sep: Option<&Value>,
    end: Option<&Value>,
    file: Option<&Value>,
    flush: Option<&Value>,
) -> PyResult<()> {
    let file = match file {
        Some(file) => file.clone(),
        None => match cx.sys_get("stdout") {
            Some(file) if file.is_none() => return Ok(()),
            Some(file) => file,
            None => return Err(cx.runtime_error("lost sys.stdout")),
        },
    };
    let sep = text_or(cx, sep, "sep", " ")?;
    let end = text_or(cx, end, "end", "\n")?;
    for (index, value) in args.iter().enumerate() {
        if index > 0 {
            write(cx, &file, sep.as_value())?;
        }
        let text = cx.str(value)?;
        write(cx, &file, text.as_value())?;
    }
    write(cx, &file, end.as_value())?;
    if let Some(flush) = flush
        && cx.is_true(flush)?
    {
        cx.call_method(&file, &cx.names().flush, &[])?;
    }
    Ok(())
}

fn text_or(cx: &Ctx, given: Option<&Value>, name: &str, default: &str) -> PyResult<Py<Str>> {
    match given {
        None => Ok(cx.intern(default)),
        Some(value) => value.downcast_ref::<Str>().cloned().ok_or_else(|| {
            let class = cx.type_name(value);
            cx.type_error(format!("{name} must be None or a string, not {class}"))
        }),
    }
}

fn write(cx: &Ctx, file: &Value, text: &Value) -> PyResult<()> {
    cx.call_method(file, &cx.names().write, std::slice::from_ref(text))?;
    Ok(())
}
