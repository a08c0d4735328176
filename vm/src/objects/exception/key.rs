//! `KeyError`: its text is the `repr` of the key, so that `''` shows.
//!
//! CPython 3.14: `KeyError_str` (`Objects/exceptions.c`). Tests: `tests/run/exception/`.

use taipan_macros::pymethods;

use super::BaseException;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::bind::handle;
use crate::objects::Str;
use crate::value::{Py, Value};

/// The methods of `KeyError`.
pub(super) struct KeyError;

#[pymethods]
impl KeyError {
    fn __str__(this: &Value, cx: &Ctx) -> PyResult<Py<Str>> {
        let this: &Py<BaseException> = handle(cx, this)?;
        let args = this.args.borrow().clone();
        match args.as_slice() {
            [key] => cx.repr(key),
            _ => this.text(cx),
        }
    }
}
