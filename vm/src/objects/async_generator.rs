//! `async_generator` and the awaitables that step it.
//!
//! CPython 3.14: `Objects/genobject.c` (PEP 525). Tests: `tests/run/async_generator/`.
//!
//! An asynchronous generator's frame yields two kinds of values: those of its `yield`s, wrapped in [`WrappedValue`],
//! which end the awaitable as its result, and those of its `await`s, which go up to the event loop.
#![expect(
    non_snake_case,
    reason = "setters are named as the attributes they set"
)]

use std::cell::Cell;

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::field::Field;
use crate::heap::{Traverse, Visitor};
use crate::native::bind::Optional;
use crate::objects::Type;
use crate::objects::generator::{
    self, Core, GeneratorState, Input, Thrown, finalize, frame_value, is_suspended, set_name,
    thrown_exception,
};
use crate::objects::slots::Sent;
use crate::value::{Py, Value};

// The payload of an `async_generator`.
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

const KIND: &str = "async generator";

impl Py<AsyncGenerator> {
    /// Tells the event loop about a generator that is iterated for the first time.
    fn start(&self, cx: &Ctx) -> PyResult<()> {
        if self.are_hooks_set.replace(true) {
            return Ok(());
        }
        let hooks = cx.thread().async_generator_hooks();
        self.finalizer.set(hooks.finalizer.get());
        match hooks.first_iteration.get() {
            Some(first) => cx.call(&first, &[self.to_value()]).map(drop),
            None => Ok(()),
        }
    }

    fn awaitable(&self, cx: &Ctx, what: Step) -> Value {
        let awaitable = Awaitable {
            generator: self.clone(),
            what,
            state: Cell::new(Progress::New),
        };
        let class = match awaitable.what {
            Step::Send(_) => AsyncGeneratorSend::class(),
            Step::Throw(_) | Step::Close => AsyncGeneratorThrow::class(),
        };
        let class = cx.native_class(class);
        match awaitable.what {
            Step::Send(_) => cx
                .heap()
                .allocate(&class, AsyncGeneratorSend { awaitable })
                .into_value(),
            Step::Throw(_) | Step::Close => cx
                .heap()
                .allocate(&class, AsyncGeneratorThrow { awaitable })
                .into_value(),
        }
    }
}

#[pymethods]
impl AsyncGenerator {
    /// See PEP 585
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    fn __del__(this: &Py<AsyncGenerator>, cx: &Ctx) {
        if is_suspended(&this.core)
            && !this.is_closed.get()
            && let Some(finalizer) = this.finalizer.get()
        {
            if let Err(error) = cx.call(&finalizer, &[this.to_value()]) {
                let message = Some("Exception ignored while finalizing generator");
                cx.report_unraisable(&error, message, this.as_value());
            }
            return;
        }
        finalize(cx, this.as_value(), &this.core, KIND);
    }

    fn __aiter__(this: &Py<AsyncGenerator>) -> Value {
        this.to_value()
    }

    fn __anext__(this: &Py<AsyncGenerator>, cx: &Ctx) -> PyResult<Value> {
        this.start(cx)?;
        Ok(this.awaitable(cx, Step::Send(Value::NONE)))
    }

    /// asend(v) -> send 'v' in generator.
    #[pymethod(signature = (value, /), text_signature = "($self, object, /)")]
    fn asend(this: &Py<AsyncGenerator>, cx: &Ctx, value: &Value) -> PyResult<Value> {
        this.start(cx)?;
        Ok(this.awaitable(cx, Step::Send(value.clone())))
    }

    /// athrow(value)
    /// athrow(type[,value[,tb]])
    ///
    /// raise exception in generator.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[pymethod(signature = (typ, value = Optional::Missing, traceback = Optional::Missing, /), text_signature = None)]
    fn athrow(
        this: &Py<AsyncGenerator>,
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
        thrown.warn(cx, "athrow")?;
        this.start(cx)?;
        let none = Value::NONE;
        let args = [
            typ.clone(),
            thrown.value.given().unwrap_or(&none).clone(),
            thrown.traceback.given().unwrap_or(&none).clone(),
        ];
        Ok(this.awaitable(cx, Step::Throw(args)))
    }

    /// aclose() -> raise GeneratorExit inside generator.
    fn aclose(this: &Py<AsyncGenerator>, cx: &Ctx) -> PyResult<Value> {
        this.start(cx)?;
        Ok(this.awaitable(cx, Step::Close))
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

/// What an awaitable does with its generator.
enum Step {
    Send(Value),
    /// The arguments of `athrow`.
    Throw([Value; 3]),
    Close,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    New,
    Running,
    Closed,
}

/// The common part of `async_generator_asend` and `async_generator_athrow`.
struct Awaitable {
    generator: Py<AsyncGenerator>,
    what: Step,
    state: Cell<Progress>,
}

impl Awaitable {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.generator.as_value());
        match &self.what {
            Step::Send(value) => visit(value),
            Step::Throw(args) => args.iter().for_each(visit),
            Step::Close => {}
        }
    }

    /// `anext()`, `asend()`, ... as errors name them.
    fn label(&self) -> &'static str {
        match self.what {
            Step::Send(_) => "__anext__()/asend()",
            Step::Throw(_) | Step::Close => "aclose()/athrow()",
        }
    }

    fn reused(&self, cx: &Ctx) -> PyErr {
        cx.runtime_error(format!("cannot reuse already awaited {}", self.label()))
    }

    fn method(&self) -> &'static str {
        match self.what {
            Step::Send(_) => "anext()",
            Step::Throw(_) => "athrow()",
            Step::Close => "aclose()",
        }
    }

    /// It dies: warns if nobody ever awaited it.
    fn finalize(&self, cx: &Ctx) {
        if self.state.get() != Progress::New {
            return;
        }
        let method = match self.what {
            Step::Send(_) => "asend",
            Step::Throw(_) => "athrow",
            Step::Close => "aclose",
        };
        let name = self.generator.core.qualname.get();
        let message = format!(
            "coroutine method '{method}' of '{}' was never awaited",
            name.to_string_lossy()
        );
        if let Err(error) = cx.warn(&cx.types().runtime_warning, &message) {
            let message = Some("Exception ignored while finalizing async generator");
            cx.report_unraisable(&error, message, self.generator.as_value());
        }
    }

    /// Marks the generator as busy with this awaitable.
    fn begin(&self, cx: &Ctx) -> PyResult<()> {
        if self.generator.is_running.get() {
            self.state.set(Progress::Closed);
            return Err(cx.runtime_error(format!(
                "{}: asynchronous generator is already running",
                self.method()
            )));
        }
        self.state.set(Progress::Running);
        self.generator.is_running.set(true);
        Ok(())
    }

    fn send(&self, cx: &Ctx, value: &Value) -> PyResult<Value> {
        let generator = &self.generator;
        match self.state.get() {
            Progress::Closed => return Err(self.reused(cx)),
            Progress::Running => {
                let result = generator.core.resume(cx, KIND, Input::Send(value.clone()));
                return self.finish(cx, result);
            }
            Progress::New => {}
        }
        let result = match &self.what {
            Step::Send(first) => {
                self.begin(cx)?;
                let value = if value.is_none() { first } else { value };
                generator.core.resume(cx, KIND, Input::Send(value.clone()))
            }
            Step::Throw(_) | Step::Close => {
                if generator.core.is_finished() {
                    self.state.set(Progress::Closed);
                    return Err(cx.stop_iteration(Value::NONE));
                }
                self.begin(cx)?;
                if !value.is_none() {
                    self.end();
                    self.state.set(Progress::New);
                    return Err(
                        cx.runtime_error("can't send non-None value to a just-started coroutine")
                    );
                }
                self.first_throw(cx)
            }
        };
        self.finish(cx, result)
    }

    fn first_throw(&self, cx: &Ctx) -> PyResult<Sent> {
        let generator = &self.generator;
        let error = match &self.what {
            Step::Throw([typ, value, traceback]) => {
                if generator.is_closed.get() {
                    self.end();
                    return Err(cx.new_exception(&cx.types().stop_async_iteration, Vec::new()));
                }
                thrown_exception(cx, typ, Some(value), Some(traceback))?
            }
            _ => {
                generator.is_closed.set(true);
                if generator.core.state() == GeneratorState::Created {
                    generator.core.abandon(cx);
                    return Ok(Sent::Returned(Value::NONE));
                }
                cx.new_exception(&cx.types().generator_exit, Vec::new())
            }
        };
        generator::throw(cx, generator.as_value(), &generator.core, KIND, error)
    }

    fn end(&self) {
        self.generator.is_running.set(false);
        self.state.set(Progress::Closed);
    }

    /// Turns what came out of the generator into what the awaitable's consumer sees.
    fn finish(&self, cx: &Ctx, result: PyResult<Sent>) -> PyResult<Value> {
        let types = cx.types();
        let is_close = matches!(self.what, Step::Close);
        match result {
            Ok(Sent::Yielded(value)) => match value.downcast_ref::<WrappedValue>() {
                None => Ok(value),
                Some(wrapped) => {
                    self.end();
                    if is_close {
                        return Err(cx.runtime_error("async generator ignored GeneratorExit"));
                    }
                    Err(cx.stop_iteration(wrapped.value.clone()))
                }
            },
            Ok(Sent::Returned(_)) => {
                self.end();
                self.generator.is_closed.set(true);
                if is_close {
                    return Err(cx.stop_iteration(Value::NONE));
                }
                Err(cx.new_exception(&types.stop_async_iteration, Vec::new()))
            }
            Err(error) => {
                self.end();
                let is_end = cx.matches(&error, &types.stop_async_iteration)
                    || cx.matches(&error, &types.generator_exit);
                if is_end {
                    self.generator.is_closed.set(true);
                    if is_close {
                        // Closing is what was asked for.
                        return Err(cx.stop_iteration(Value::NONE));
                    }
                }
                Err(error)
            }
        }
    }

    fn throw(&self, cx: &Ctx, error: PyErr) -> PyResult<Value> {
        match self.state.get() {
            Progress::Closed => return Err(self.reused(cx)),
            Progress::New => {
                self.begin(cx)?;
            }
            Progress::Running => {}
        }
        let generator = &self.generator;
        let result = generator::throw(cx, generator.as_value(), &generator.core, KIND, error);
        self.finish(cx, result)
    }

    fn close(&self, cx: &Ctx) -> PyResult<Value> {
        if self.state.get() == Progress::Closed {
            return Ok(Value::NONE);
        }
        let exit = cx.new_exception(&cx.types().generator_exit, Vec::new());
        match self.throw(cx, exit) {
            Ok(_) => Err(cx.runtime_error("coroutine ignored GeneratorExit")),
            Err(error)
                if cx.matches(&error, &cx.types().stop_iteration)
                    || cx.matches(&error, &cx.types().stop_async_iteration)
                    || cx.matches(&error, &cx.types().generator_exit) =>
            {
                Ok(Value::NONE)
            }
            Err(error) => Err(error),
        }
    }
}

macro_rules! awaitable {
    ($(#[$doc:meta])* $type:ident, $name:literal) => {
        $(#[$doc])*
        #[pyclass(name = $name, module = "builtins", traverse)]
        pub struct $type {
            awaitable: Awaitable,
        }

        impl Traverse for $type {
            fn traverse(&self, visit: &mut Visitor<'_>) {
                self.awaitable.traverse(visit);
            }
        }

        #[pymethods]
        impl $type {
            fn __del__(this: &Py<$type>, cx: &Ctx) {
                this.awaitable.finalize(cx);
            }

            fn __await__(this: &Py<$type>) -> Value {
                this.to_value()
            }

            fn __iter__(this: &Py<$type>) -> Value {
                this.to_value()
            }

            fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
                self.awaitable.send(cx, &Value::NONE).map(Some)
            }

            #[pymethod(signature = (value, /), text_signature = "($self, object, /)")]
            fn send(&self, cx: &Ctx, value: &Value) -> PyResult<Value> {
                self.awaitable.send(cx, value)
            }

            #[pymethod(signature = (typ, value = Optional::Missing, traceback = Optional::Missing, /), text_signature = None)]
            fn throw(
                &self,
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
                self.awaitable.throw(cx, error)
            }

            fn close(&self, cx: &Ctx) -> PyResult<Value> {
                self.awaitable.close(cx)
            }
        }
    };
}

awaitable! {
    /// The awaitable of `__anext__()` and `asend()`.
    AsyncGeneratorSend, "async_generator_asend"
}

awaitable! {
    /// The awaitable of `athrow()` and `aclose()`.
    AsyncGeneratorThrow, "async_generator_athrow"
}
