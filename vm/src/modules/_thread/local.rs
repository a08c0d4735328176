//! `_local`: attributes that each thread has of its own.
//!
//! With one thread, these are the instance's own attributes.

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::Type;
use crate::value::{Py, Value};

/// The payload of a `_local`.
#[pyclass(name = "_local", module = "_thread", subclassable, dict, weakref)]
pub(crate) struct Local {}

/// Thread-local data
#[pymethods]
impl Local {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let takes_arguments = cls.lookup(cx, &cx.names().__init__).is_some_and(|init| {
            let plain = cx.types().object.lookup(cx, &cx.names().__init__);
            plain.is_none_or(|plain| !plain.is(&init))
        });
        if !args.values().is_empty() && !takes_arguments {
            return Err(cx.type_error("Initialization arguments are not supported"));
        }
        Ok(cx.heap().allocate(cls, Local {}).into_value())
    }
}
