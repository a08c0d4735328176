//! What the module keeps besides its names: `UnsupportedOperation`.
//!
//! CPython 3.14: `_PyIO_State` (`Modules/_io/_iomodule.c`).

use std::cell::RefCell;

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::Type;
use taipan_vm::value::{Py, Value};

#[derive(Default)]
struct State {
    unsupported: RefCell<Option<Py<Type>>>,
}

/// `io.UnsupportedOperation`, made at the first call.
pub(super) fn unsupported_class(cx: &Ctx) -> PyResult<Py<Type>> {
    let state = cx.state::<State>();
    if let Some(class) = state.unsupported.borrow().as_ref() {
        return Ok(class.clone());
    }
    let bases = cx.new_tuple(vec![
        cx.types().os_error.to_value(),
        cx.types().value_error.to_value(),
    ]);
    let namespace = cx.new_dict();
    namespace.set_str(&cx.names().__module__, cx.intern("io").into_value());
    let class = cx.call(
        cx.types().type_.as_value(),
        &[
            cx.intern("UnsupportedOperation").into_value(),
            bases.into_value(),
            namespace.into_value(),
        ],
    )?;
    let class = class
        .downcast::<Type>()
        .map_err(|_| cx.system_error("type() returned no type"))?;
    drop(state.unsupported.replace(Some(class.clone())));
    Ok(class)
}

/// The exception itself.
#[cold]
pub(super) fn unsupported(cx: &Ctx, message: &str) -> PyErr {
    let class = match unsupported_class(cx) {
        Ok(class) => class,
        Err(error) => return error,
    };
    let message = match cx.new_str(message) {
        Ok(message) => message.into_value(),
        Err(error) => return error,
    };
    cx.exception_with(&class, vec![message])
}

/// `BlockingIOError` with the number of characters written.
#[cold]
pub(super) fn would_block(cx: &Ctx, written: usize) -> PyErr {
    let message = cx.intern("write could not complete without blocking");
    cx.exception_with(
        &cx.types().blocking_io_error,
        vec![
            Value::int32(libc::EAGAIN),
            message.into_value(),
            cx.new_int(written as i64),
        ],
    )
}

/// `BlockingIOError` of a read that found nothing.
#[cold]
pub(super) fn read_would_block(cx: &Ctx) -> PyErr {
    let message = cx.intern("Read returned None.");
    cx.exception_with(&cx.types().blocking_io_error, vec![message.into_value()])
}
