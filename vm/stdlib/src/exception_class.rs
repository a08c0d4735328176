//! Exception classes of modules: `struct.error`, `binascii.Error`, ... Made once an isolate, at the first use.
//!
//! CPython 3.14: `PyErr_NewException` (`Python/errors.c`).

use std::cell::RefCell;
use std::collections::HashMap;

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::Type;
use taipan_vm::value::Py;

/// The classes made so far, by full name.
#[derive(Default)]
struct Made(RefCell<HashMap<&'static str, Py<Type>>>);

/// The class of that full name (`module.Name`), with that base.
///
/// # Errors
/// What making a class raises.
pub(crate) fn exception_class(
    cx: &Ctx,
    full_name: &'static str,
    base: &Py<Type>,
) -> PyResult<Py<Type>> {
    let made = cx.state::<Made>();
    if let Some(class) = made.0.borrow().get(full_name) {
        return Ok(class.clone());
    }
    let (module, name) = full_name
        .rsplit_once('.')
        .unwrap_or(("builtins", full_name));
    let bases = cx.new_tuple(vec![base.to_value()]).into_value();
    let dict = cx.new_dict();
    dict.set_str(&cx.names().__module__, cx.intern(module).into_value());
    let args = [cx.intern(name).into_value(), bases, dict.into_value()];
    let class = cx.call(cx.types().type_.as_value(), &args)?;
    let class = class
        .downcast::<Type>()
        .map_err(|_| cx.system_error("type() returned no type"))?;
    made.0.borrow_mut().insert(full_name, class.clone());
    Ok(class)
}

/// An exception of such a class, with a message.
pub(crate) fn raise(
    cx: &Ctx,
    full_name: &'static str,
    base: &Py<Type>,
    message: impl AsRef<str>,
) -> PyErr {
    match exception_class(cx, full_name, base) {
        Ok(class) => cx.error(&class, message.as_ref()),
        Err(error) => error,
    }
}
