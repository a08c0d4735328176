//! Names of the package `asyncio` that native code needs, and exceptions made of them.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::Args;
use taipan_vm::objects::{BaseException, Type};
use taipan_vm::value::{Py, Value};

fn class(cx: &Ctx, name: &str) -> PyResult<Py<Type>> {
    cx.import_from("asyncio.exceptions", name)?
        .downcast::<Type>()
        .map_err(|_| cx.type_error(format!("asyncio.exceptions.{name} is no class")))
}

/// `asyncio.CancelledError`.
///
/// # Errors
/// What importing raises.
pub(super) fn cancelled_error(cx: &Ctx) -> PyResult<Py<Type>> {
    class(cx, "CancelledError")
}

/// `asyncio.InvalidStateError`.
#[cold]
pub(super) fn invalid_state(cx: &Ctx, message: &str) -> PyErr {
    match class(cx, "InvalidStateError") {
        Ok(class) => cx.error(&class, message),
        Err(error) => error,
    }
}

/// An exception as something to raise.
///
/// # Errors
/// `TypeError` if it is no exception.
pub(super) fn as_error(cx: &Ctx, value: &Value) -> PyResult<PyErr> {
    match value.downcast_ref::<BaseException>() {
        Some(exception) => Ok(PyErr::new(exception.clone())),
        None => Err(cx.type_error("exceptions must derive from BaseException")),
    }
}

/// `loop.call_soon(callback, *args, context=context)`.
///
/// # Errors
/// What the loop raises.
pub(super) fn call_soon(
    cx: &Ctx,
    event_loop: &Value,
    callback: Value,
    argument: Option<Value>,
    context: Option<Value>,
) -> PyResult<()> {
    let method = cx.get_attr(event_loop, &cx.intern("call_soon"))?;
    let mut values = vec![callback];
    values.extend(argument);
    let mut names = Vec::new();
    if let Some(context) = context {
        values.push(context);
        names.push(cx.intern("context").into_value());
    }
    cx.call_with(&method, Args::new(&values, &names)).map(drop)
}

/// `method(**{name: value})`.
///
/// # Errors
/// What the method raises.
pub(super) fn call_named(
    cx: &Ctx,
    object: &Value,
    method: &str,
    name: &str,
    value: Value,
) -> PyResult<Value> {
    let method = cx.get_attr(object, &cx.intern(method))?;
    let names = [cx.intern(name).into_value()];
    cx.call_with(&method, Args::new(&[value], &names))
}

/// Tells the loop's exception handler what went wrong with an object that dies.
pub(super) fn report(cx: &Ctx, event_loop: &Value, entries: Vec<(&str, Value)>) {
    let dict = cx.new_dict();
    for (name, value) in entries {
        dict.set_str(&cx.intern(name), value);
    }
    let name = cx.intern("call_exception_handler");
    if let Err(error) = cx.call_method(event_loop, &name, &[dict.into_value()]) {
        cx.report_unraisable(&error, None, event_loop);
    }
}
