//! `anext_awaitable`: what `anext(iterator, default)` gives to `await`.
//!
//! CPython 3.14: `PyAnextAwaitable` (`Objects/iterobject.c`). Tests: `tests/run/builtins/`.

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::heap::{Traverse, Visitor};
use crate::interp::ops::generators::awaitable;
use crate::value::Value;

/// The payload of an `anext_awaitable`.
#[pyclass(name = "anext_awaitable", no_new, traverse)]
pub(super) struct AnextAwaitable {
    wrapped: Value,
    default: Value,
}

impl Traverse for AnextAwaitable {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.wrapped);
        visit(&self.default);
    }
}

/// Wraps what `__anext__` returned.
pub(super) fn make(cx: &Ctx, wrapped: Value, default: Value) -> Value {
    let class = cx.native_class(AnextAwaitable::class());
    cx.heap()
        .allocate(&class, AnextAwaitable { wrapped, default })
        .into_value()
}

impl AnextAwaitable {
    fn or_default(&self, cx: &Ctx, error: PyErr) -> PyErr {
        if cx.matches(&error, &cx.types().stop_async_iteration) {
            cx.stop_iteration(self.default.clone())
        } else {
            error
        }
    }

    /// The iterator that does the waiting.
    fn iterator(&self, cx: &Ctx) -> PyResult<Value> {
        let iterator = awaitable(cx, &self.wrapped, 0)?;
        // Of awaitables' iterators only a coroutine is none to `next()`.
        match cx.class_of(&iterator).slots.await_.get() {
            Some(wait) if !cx.is_iterator(&iterator) => wait(cx, &iterator),
            _ => Ok(iterator),
        }
    }

    fn forward(&self, cx: &Ctx, method: &str, args: &[Value]) -> PyResult<Value> {
        let iterator = self.iterator(cx)?;
        cx.call_method(&iterator, &cx.intern(method), args)
            .map_err(|error| self.or_default(cx, error))
    }
}

#[pymethods]
impl AnextAwaitable {
    fn __await__(this: &Value) -> Value {
        this.clone()
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let iterator = self.iterator(cx)?;
        let Some(next) = cx.class_of(&iterator).slots.next.get() else {
            let class = cx.type_name(&iterator);
            return Err(cx.type_error(format!(
                "__await__() must return an iterable, not '{class}'"
            )));
        };
        next(cx, &iterator).map_err(|error| self.or_default(cx, error))
    }

    /// send(arg) -> send 'arg' into the wrapped iterator,
    /// return next yielded value or raise StopIteration.
    fn send(&self, cx: &Ctx, arg: &Value) -> PyResult<Value> {
        self.forward(cx, "send", std::slice::from_ref(arg))
    }

    /// throw(value)
    /// throw(typ[,val[,tb]])
    ///
    /// raise exception in the wrapped iterator, return next yielded value
    /// or raise StopIteration.
    #[pymethod(signature = (*args), text_signature = None)]
    fn throw(&self, cx: &Ctx, args: &[Value]) -> PyResult<Value> {
        self.forward(cx, "throw", args)
    }

    /// close() -> raise GeneratorExit inside generator.
    fn close(&self, cx: &Ctx) -> PyResult<Value> {
        self.forward(cx, "close", &[])
    }
}
