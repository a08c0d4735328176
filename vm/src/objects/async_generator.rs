//! `async_generator`.
//!
//! CPython 3.14: `Objects/genobject.c`. Tests: `tests/run/async_generator/`.

use std::cell::Cell;

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::field::Field;
use crate::heap::{Traverse, Visitor};
use crate::objects::generator::{Core, finalize, frame_value, is_suspended, set_name};
use crate::value::{Py, Value};

/// The payload of an `async_generator`.
#[pyclass(name = "async_generator", module = "builtins", weakref, traverse)]
pub struct AsyncGenerator {
    pub core: Core,
    /// `sys.get_asyncgen_hooks().finalizer` when it was first iterated.
    pub finalizer: Field<Option<Value>>,
    pub are_hooks_set: Cell<bool>,
    pub is_closed: Cell<bool>,
    /// One of its awaitables is running.
    pub is_running: Cell<bool>,
}

impl Traverse for AsyncGenerator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.core.traverse(visit);
        self.finalizer
            .peek(|finalizer| finalizer.iter().for_each(visit));
    }

    fn clear(&self) {
        self.core.clear();
    }
}

#[pymethods]
impl AsyncGenerator {
    fn __del__(this: &Py<AsyncGenerator>, cx: &Ctx) {
        finalize(cx, this.as_value(), &this.core, "async generator");
    }

    fn __aiter__(this: &Py<AsyncGenerator>) -> Value {
        this.to_value()
    }

    fn __repr__(this: &Py<AsyncGenerator>) -> String {
        format!(
            "<async_generator object {} at {:#x}>",
            this.core.qualname.get().to_string_lossy(),
            this.as_value().identity()
        )
    }

    /// name of the async generator
    #[getter]
    fn __name__(&self) -> Value {
        self.core.name.get().into_value()
    }

    #[setter]
    fn set___name__(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        set_name(cx, &self.core.name, value, "__name__")
    }

    /// qualified name of the async generator
    #[getter]
    fn __qualname__(&self) -> Value {
        self.core.qualname.get().into_value()
    }

    #[setter]
    fn set___qualname__(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        set_name(cx, &self.core.qualname, value, "__qualname__")
    }

    /// object being awaited on, or None
    #[getter]
    fn ag_await(&self) -> Value {
        self.core.delegate().unwrap_or(Value::NONE)
    }

    #[getter]
    fn ag_running(&self) -> bool {
        self.is_running.get()
    }

    #[getter]
    fn ag_suspended(&self) -> bool {
        is_suspended(&self.core)
    }

    #[getter]
    fn ag_frame(&self, cx: &Ctx) -> Value {
        frame_value(cx, &self.core)
    }

    #[getter]
    fn ag_code(&self) -> Value {
        self.core.code.to_value()
    }
}

/// What an asynchronous generator yielded to its consumer, told apart from what its `await`s yield to the loop.
#[pyclass(name = "async_generator_wrapped_value", module = "builtins", traverse)]
pub struct WrappedValue {
    pub value: Value,
}

impl Traverse for WrappedValue {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.value);
    }
}

#[pymethods]
impl WrappedValue {}

/// Wraps a yielded value.
pub(crate) fn wrap(cx: &Ctx, value: Value) -> Value {
    let class = cx.native_class(WrappedValue::class());
    cx.heap()
        .allocate(&class, WrappedValue { value })
        .into_value()
}
