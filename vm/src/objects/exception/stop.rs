//! `StopIteration` and `SystemExit`: exceptions that carry a value.
//!
//! CPython 3.14: `StopIteration_init`, `SystemExit_init` (`Objects/exceptions.c`). Tests: `tests/run/exception/`.

use taipan_macros::pymethods;

use super::BaseException;
use super::fields::{exception_payload, field};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::Type;
use crate::value::{Py, Value};

exception_payload! {
    /// The payload of `StopIteration`.
    StopIteration as "StopIteration" { value }
    members { field!(StopIteration, "value", value, "generator return value") }
}

#[pymethods]
impl StopIteration {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<StopIteration> {
        let args = cx.new_tuple_from(args.positional());
        cx.heap().allocate(cls, StopIteration::with_args(args))
    }

    #[init]
    fn init(this: &Py<StopIteration>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let args = BaseException::positional(cx, this.header().class(), args)?;
        this.base.set_args(cx, args);
        drop(this.value.replace(args.first().cloned()));
        Ok(())
    }
}

exception_payload! {
    /// The payload of `SystemExit`.
    SystemExit as "SystemExit" { code }
    members { field!(SystemExit, "code", code, "exception code") }
}

#[pymethods]
impl SystemExit {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<SystemExit> {
        let args = cx.new_tuple_from(args.positional());
        cx.heap().allocate(cls, SystemExit::with_args(args))
    }

    #[init]
    fn init(this: &Py<SystemExit>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let args = BaseException::positional(cx, this.header().class(), args)?;
        this.base.set_args(cx, args);
        let code: Option<Value> = match args {
            [] => None,
            [only] => Some(only.clone()),
            more => Some(cx.new_tuple_from(more).into_value()),
        };
        drop(this.code.replace(code));
        Ok(())
    }
}
