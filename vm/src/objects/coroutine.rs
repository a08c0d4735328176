//! `coroutine`: what a call of an `async def` returns, and `coroutine_wrapper`, what its `__await__` returns.
//!
//! CPython 3.14: `Objects/genobject.c`. Tests: `tests/run/coroutine/`.
#![expect(
    non_snake_case,
    reason = "setters are named as the attributes they set"
)]

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::field::Field;
use crate::heap::{Traverse, Visitor};
use crate::native::bind::Optional;
use crate::objects::Type;
use crate::objects::generator::{
    Core, GeneratorState, Input, Thrown, close, finalize, frame_value, is_suspended, set_name,
    step, throw,
};
use crate::objects::slots::Sent;
use crate::value::{Py, Value};

// The payload of a `coroutine`.
#[pyclass(name = "coroutine", module = "builtins", weakref, traverse)]
pub struct Coroutine {
    pub core: Core,
    /// Where it was made, if `sys.set_coroutine_origin_tracking_depth` asked.
    pub origin: Field<Option<Value>>,
}

impl Traverse for Coroutine {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.core.traverse(visit);
        self.origin.peek(|origin| origin.iter().for_each(visit));
    }

    fn clear(&self) {
        self.core.clear();
    }
}

impl Coroutine {
    fn resume(&self, cx: &Ctx, input: Input) -> PyResult<Sent> {
        if self.core.is_finished() {
            return Err(cx.runtime_error("cannot reuse already awaited coroutine"));
        }
        self.core.resume(cx, "coroutine", input)
    }
}

#[pymethods]
impl Coroutine {
    /// See PEP 585
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    fn __send__(&self, cx: &Ctx, value: &Value) -> PyResult<Sent> {
        self.resume(cx, Input::Send(value.clone()))
    }

    fn __await__(this: &Py<Coroutine>, cx: &Ctx) -> Value {
        let wrapper = CoroutineWrapper {
            coroutine: this.clone(),
        };
        cx.heap()
            .allocate(&cx.native_class(CoroutineWrapper::class()), wrapper)
            .into_value()
    }

    /// send(arg) -> send 'arg' into coroutine,
    /// return next yielded value or raise StopIteration.
    #[pymethod(signature = (arg, /), text_signature = "($self, object, /)")]
    fn send(&self, cx: &Ctx, arg: &Value) -> PyResult<Value> {
        let sent = self.resume(cx, Input::Send(arg.clone()))?;
        step(cx, sent)
    }

    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next yielded value or raise
    /// StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[pymethod(signature = (typ, value = Optional::Missing, traceback = Optional::Missing, /), text_signature = None)]
    fn throw(
        this: &Py<Coroutine>,
        cx: &Ctx,
        typ: &Value,
        value: Optional<&Value>,
        traceback: Optional<&Value>,
    ) -> PyResult<Value> {
        let thrown = Thrown {
            typ,
            value,
            traceback,
        };
        let error = thrown.exception(cx)?;
        if this.core.is_finished() {
            return Err(cx.runtime_error("cannot reuse already awaited coroutine"));
        }
        let sent = throw(cx, this.as_value(), &this.core, "coroutine", error)?;
        step(cx, sent)
    }

    /// close() -> raise GeneratorExit inside coroutine.
    fn close(this: &Py<Coroutine>, cx: &Ctx) -> PyResult<Value> {
        close(cx, this.as_value(), &this.core, "coroutine")
    }

    fn __del__(this: &Py<Coroutine>, cx: &Ctx) {
        if this.core.state() == GeneratorState::Created {
            cx.warn_never_awaited(this);
        }
        finalize(cx, this.as_value(), &this.core, "coroutine");
    }

    fn __repr__(this: &Py<Coroutine>) -> String {
        format!(
            "<coroutine object {} at {:#x}>",
            this.core.qualname.get().to_string_lossy(),
            this.as_value().identity()
        )
    }

    /// name of the coroutine
    #[getter]
    fn __name__(&self) -> Value {
        self.core.name.get().into_value()
    }

    #[setter]
    fn set___name__(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        set_name(cx, &self.core.name, value, "__name__")
    }

    /// qualified name of the coroutine
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
    fn cr_await(&self) -> Value {
        self.core.delegate().unwrap_or(Value::NONE)
    }

    #[getter]
    fn cr_running(&self) -> bool {
        self.core.is_running()
    }

    #[getter]
    fn cr_suspended(&self) -> bool {
        is_suspended(&self.core)
    }

    #[getter]
    fn cr_frame(&self, cx: &Ctx) -> Value {
        frame_value(cx, &self.core)
    }

    #[getter]
    fn cr_code(&self) -> Value {
        self.core.code.to_value()
    }

    #[member]
    fn cr_origin(&self) -> Value {
        self.origin.get().unwrap_or(Value::NONE)
    }
}

impl Ctx {
    /// `RuntimeWarning: coroutine '...' was never awaited`.
    pub(crate) fn warn_never_awaited(&self, coroutine: &Py<Coroutine>) {
        let warned = self
            .warnings_function("_warn_unawaited_coroutine")
            .and_then(|warn| match warn {
                Some(warn) => self.call(&warn, &[coroutine.to_value()]).map(drop),
                None => {
                    let name = coroutine.core.qualname.get();
                    let message =
                        format!("coroutine '{}' was never awaited", name.to_string_lossy());
                    self.warn(&self.types().runtime_warning, &message)
                }
            });
        if let Err(error) = warned {
            self.report_unraisable(
                &error,
                Some("Exception ignored while finalizing coroutine"),
                coroutine.as_value(),
            );
        }
    }

    /// A function of the module `warnings`, if that is loaded.
    fn warnings_function(&self, name: &str) -> PyResult<Option<Value>> {
        let Some(modules) = self.isolate().known_modules() else {
            return Ok(None);
        };
        let Some(module) = modules.get_str(&self.names().warnings) else {
            return Ok(None);
        };
        self.find_attr(&module, &self.intern(name))
    }
}

// The payload of a `coroutine_wrapper`: the iterator that `coroutine.__await__()` returns.
#[pyclass(name = "coroutine_wrapper", module = "builtins", traverse)]
pub struct CoroutineWrapper {
    coroutine: Py<Coroutine>,
}

impl Traverse for CoroutineWrapper {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.coroutine.as_value());
    }
}

#[pymethods]
impl CoroutineWrapper {
    fn __iter__(this: &Py<CoroutineWrapper>) -> Value {
        this.to_value()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        match self.coroutine.resume(cx, Input::Send(Value::NONE))? {
            Sent::Yielded(value) => Ok(Some(value)),
            Sent::Returned(value) if value.is_none() => Ok(None),
            Sent::Returned(value) => Err(cx.stop_iteration(value)),
        }
    }

    /// send(arg) -> send 'arg' into coroutine
    /// return next yielded value or raise StopIteration.
    #[pymethod(signature = (arg, /), text_signature = "($self, object, /)")]
    fn send(&self, cx: &Ctx, arg: &Value) -> PyResult<Value> {
        let sent = self.coroutine.resume(cx, Input::Send(arg.clone()))?;
        step(cx, sent)
    }

    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next yielded value or raise
    /// StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[pymethod(signature = (typ, value = Optional::Missing, traceback = Optional::Missing, /), text_signature = None)]
    fn throw(
        &self,
        cx: &Ctx,
        typ: &Value,
        value: Optional<&Value>,
        traceback: Optional<&Value>,
    ) -> PyResult<Value> {
        Coroutine::throw(&self.coroutine, cx, typ, value, traceback)
    }

    /// close() -> raise GeneratorExit inside coroutine.
    fn close(&self, cx: &Ctx) -> PyResult<Value> {
        Coroutine::close(&self.coroutine, cx)
    }
}
