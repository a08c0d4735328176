//! `AttributeError` and `NameError`: they know the name that was looked for.
//!
//! CPython 3.14: `AttributeError_init`, `NameError_init` (`Objects/exceptions.c`). Tests: `tests/run/exception/`.

use taipan_macros::pymethods;

use super::BaseException;
use super::base_methods::reduced;
use super::fields::{exception_payload, field};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::{Type, attrs};
use crate::value::{Py, Value};

exception_payload! {
    /// The payload of `AttributeError`.
    AttributeError as "AttributeError" { obj, name }
    members {
        field!(AttributeError, "name", name, "attribute name"),
        field!(AttributeError, "obj", obj, "object"),
    }
}

/// The values of the only keywords that a constructor knows, in their order.
///
/// # Errors
/// `TypeError` if there is another keyword.
pub(super) fn known_keywords<const N: usize>(
    cx: &Ctx,
    function: &str,
    names: [&str; N],
    args: Args<'_>,
) -> PyResult<[Option<Value>; N]> {
    let mut values = [const { None }; N];
    for (name, value) in args.keywords() {
        match names.iter().position(|known| name.as_wtf8() == *known) {
            Some(index) => values[index] = Some(value.clone()),
            None => {
                let name = name.to_string_lossy();
                return Err(cx.type_error(format!(
                    "{function}() got an unexpected keyword argument '{name}'"
                )));
            }
        }
    }
    Ok(values)
}

#[pymethods]
impl AttributeError {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<AttributeError> {
        let args = cx.new_tuple_from(args.positional());
        cx.heap().allocate(cls, AttributeError::with_args(args))
    }

    #[init]
    fn init(this: &Py<AttributeError>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let [name, obj] = known_keywords(cx, "AttributeError", ["name", "obj"], args)?;
        this.base.set_args(cx, args.positional());
        drop((this.name.replace(name), this.obj.replace(obj)));
        Ok(())
    }

    /// The attributes and the name; the object is left out, for it may be anything.
    fn __getstate__(this: &Py<AttributeError>, cx: &Ctx) -> PyResult<Value> {
        let own = attrs::items(cx, this.as_value());
        let name = this.name.borrow().clone();
        if own.is_empty() && name.is_none() {
            return Ok(Value::NONE);
        }
        let state = cx.new_dict();
        for (key, value) in own {
            state.set(cx, &key, value)?;
        }
        if let Some(name) = name {
            state.set_str(&cx.names().name, name);
        }
        state.set_str(&cx.names().args, this.base.args.borrow().to_value());
        Ok(state.into_value())
    }

    fn __reduce__(this: &Py<AttributeError>, cx: &Ctx) -> PyResult<Value> {
        let args = this.base.args.borrow().to_value();
        let state = AttributeError::__getstate__(this, cx)?;
        Ok(reduced(cx, this.as_value(), args, Some(state)))
    }
}

exception_payload! {
    /// The payload of `NameError`.
    NameError as "NameError" { name }
    members { field!(NameError, "name", name, "name") }
}

#[pymethods]
impl NameError {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<NameError> {
        let args = cx.new_tuple_from(args.positional());
        cx.heap().allocate(cls, NameError::with_args(args))
    }

    #[init]
    fn init(this: &Py<NameError>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let [name] = known_keywords(cx, "NameError", ["name"], args)?;
        this.base.set_args(cx, args.positional());
        drop(this.name.replace(name));
        Ok(())
    }
}

// `BaseException` is the first field of both, which the layout's base says.
const _: () = assert!(std::mem::offset_of!(AttributeError, base) == 0);
const _: () = assert!(std::mem::offset_of!(NameError, base) == 0 && size_of::<BaseException>() > 0);
