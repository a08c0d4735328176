//! `FutureIter`: what `await future` goes through. It yields the future once, and then has its result.

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::field::Field;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::slots::Sent;
use taipan_vm::objects::{BaseException, Type};
use taipan_vm::value::{Py, Value};

use super::from_asyncio::as_error;
use super::future::Future;

#[pyclass(name = "FutureIter", module = "_asyncio", traverse, no_new)]
pub(super) struct FutureIter {
    /// `None` once the result was given.
    future: Field<Option<Py<Future>>>,
}

impl Traverse for FutureIter {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some(future) = self.future.get() {
            visit(future.as_value());
        }
    }

    fn clear(&self) {
        drop(self.future.take());
    }
}

impl FutureIter {
    pub(super) fn make(cx: &Ctx, future: &Py<Future>) -> Value {
        let payload = FutureIter {
            future: Field::new(Some(future.clone())),
        };
        cx.heap()
            .allocate(&cx.native_class(FutureIter::class()), payload)
            .into_value()
    }

    fn step(&self, cx: &Ctx) -> PyResult<Sent> {
        let Some(future) = self.future.get() else {
            return Ok(Sent::Returned(Value::NONE));
        };
        if future.is_pending() {
            if !future.is_blocking.replace(true) {
                return Ok(Sent::Yielded(future.into_value()));
            }
            return Err(cx.runtime_error("await wasn't used with future"));
        }
        drop(self.future.take());
        future.outcome(cx).map(Sent::Returned)
    }
}

#[pymethods]
impl FutureIter {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        match self.step(cx)? {
            Sent::Yielded(value) => Ok(Some(value)),
            Sent::Returned(value) if value.is_none() => Ok(None),
            Sent::Returned(value) => Err(cx.stop_iteration(value)),
        }
    }

    fn __send__(&self, cx: &Ctx, value: &Value) -> PyResult<Sent> {
        let _ = value;
        self.step(cx)
    }

    fn send(&self, cx: &Ctx, value: &Value) -> PyResult<Value> {
        let _ = value;
        match self.step(cx)? {
            Sent::Yielded(value) => Ok(value),
            Sent::Returned(value) => Err(cx.stop_iteration(value)),
        }
    }

    #[pymethod(signature = (typ, value = None, traceback = None, /), text_signature = None)]
    fn throw(
        &self,
        cx: &Ctx,
        typ: &Value,
        value: Option<&Value>,
        traceback: Option<&Value>,
    ) -> PyResult<Value> {
        if value.is_some() || traceback.is_some() {
            cx.warn(
                &cx.types().deprecation_warning,
                "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.",
            )?;
        }
        let exception = if typ.downcast_ref::<BaseException>().is_some() {
            if value.is_some() {
                return Err(cx.type_error("instance exception may not have a separate value"));
            }
            typ.clone()
        } else if typ.downcast_ref::<Type>().is_some() {
            match value {
                Some(value) if value.downcast_ref::<BaseException>().is_some() => value.clone(),
                Some(value) => cx.call(typ, std::slice::from_ref(value))?,
                None => cx.call(typ, &[])?,
            }
        } else {
            return Err(cx.type_error(
                "exceptions must be classes deriving BaseException or instances of such a class",
            ));
        };
        if let Some(traceback) = traceback {
            cx.set_attr(&exception, &cx.names().__traceback__, Some(traceback))?;
        }
        drop(self.future.take());
        Err(as_error(cx, &exception)?)
    }

    fn close(&self) {
        drop(self.future.take());
    }
}
