//! `generator`, and what coroutines and asynchronous generators share with it: a frame that stops and goes on.
//!
//! CPython 3.14: `Objects/genobject.c`. Tests: `tests/run/generator/`.
//!
//! Invariants
//! 1. The frame exists until the generator is finished; while `Executing`, it is the running frame of a thread or waits
//!    for one, and its value stack is not to be looked at.
//! 2. `handled` is what the generator was handling when it stopped; while it runs, that is on the thread's stack.
#![expect(
    non_snake_case,
    reason = "setters are named as the attributes they set"
)]

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::field::Field;
use crate::heap::{Traverse, Visitor};
use crate::interp::stack::{FrameRef, OwnFrame, Regs, Role};
use crate::native::bind::Optional;
use crate::objects::async_generator::AsyncGenerator;
use crate::objects::code::Code;
use crate::objects::coroutine::Coroutine;
use crate::objects::slots::Sent;
use crate::objects::{BaseException, Str, Tuple, Type};
use crate::value::{Py, Value};

/// How far a generator is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GeneratorState {
    Created,
    /// Stopped at a `yield`.
    Suspended,
    /// Stopped in a `yield from` or `await`.
    Delegating,
    Executing,
    Finished,
}

/// What a generator goes on with.
pub enum Input {
    Send(Value),
    Throw(PyErr),
}

/// The common part of generators, coroutines and asynchronous generators.
pub struct Core {
    own: RefCell<Option<OwnFrame>>,
    frame: Cell<Option<FrameRef>>,
    state: Cell<GeneratorState>,
    handled: Field<Option<Value>>,
    pub name: Field<Py<Str>>,
    pub qualname: Field<Py<Str>>,
    pub code: Py<Code>,
}

impl Core {
    pub fn new(own: OwnFrame) -> Self {
        let frame = own.frame();
        Self {
            name: Field::new(frame.function.name.get()),
            qualname: Field::new(frame.function.qualname.get()),
            code: frame.code.clone(),
            frame: Cell::new(Some(frame)),
            own: RefCell::new(Some(own)),
            state: Cell::new(GeneratorState::Created),
            handled: Field::default(),
        }
    }

    #[inline(always)]
    pub fn state(&self) -> GeneratorState {
        self.state.get()
    }

    /// The frame, unless the generator is finished.
    #[inline(always)]
    pub fn frame(&self) -> Option<FrameRef> {
        self.frame.get()
    }

    pub fn is_running(&self) -> bool {
        self.state.get() == GeneratorState::Executing
    }

    pub fn is_finished(&self) -> bool {
        self.state.get() == GeneratorState::Finished
    }

    /// The iterator that a `yield from` or `await` waits for.
    pub fn delegate(&self) -> Option<Value> {
        if self.state.get() != GeneratorState::Delegating {
            return None;
        }
        self.frame.get()?.suspended_stack().last()?.clone()
    }

    /// Makes the generator's frame the running one, with `value` as the result of its `yield`, if it can go on.
    #[inline(always)]
    pub(crate) fn enter_inline(&self, cx: &Ctx, value: Value) -> Option<FrameRef> {
        if matches!(
            self.state.get(),
            GeneratorState::Executing | GeneratorState::Finished
        ) {
            return None;
        }
        let frame = self.frame.get()?;
        frame.push_suspended(value);
        frame.role.set(Role::Called);
        self.enter(cx, frame);
        Some(frame)
    }

    #[inline(always)]
    fn enter(&self, cx: &Ctx, frame: FrameRef) {
        let thread = cx.thread();
        self.state.set(GeneratorState::Executing);
        thread.push_handled(self.handled.take());
        thread.enter(frame);
    }

    /// Does `work` on what the generator delegates to, whose frames see that of the generator as the one that waits for
    /// them.
    fn while_delegating<T>(&self, cx: &Ctx, work: impl FnOnce() -> T) -> T {
        let frame = self.frame.get();
        let thread = cx.thread();
        self.state.set(GeneratorState::Executing);
        if let Some(frame) = frame {
            thread.enter(frame);
        }
        let result = work();
        if let Some(frame) = frame {
            thread.leave(frame);
            frame.previous.set(None);
        }
        self.state.set(GeneratorState::Delegating);
        result
    }

    /// The generator stops at a `yield`.
    #[inline(always)]
    pub(crate) fn suspend(&self, cx: &Ctx, frame: FrameRef, state: GeneratorState) {
        let thread = cx.thread();
        self.handled.set(thread.pop_handled());
        thread.leave(frame);
        frame.previous.set(None);
        self.state.set(state);
    }

    /// Ends a generator that never ran or is stopped, without running its code.
    pub fn abandon(&self, cx: &Ctx) {
        if self.is_running() || self.is_finished() {
            return;
        }
        self.state.set(GeneratorState::Finished);
        drop(self.handled.take());
        self.drop_frame(cx);
    }

    fn drop_frame(&self, cx: &Ctx) {
        let own = self.own.take();
        if let Some(frame) = self.frame.take() {
            if frame.object.is_some() {
                cx.detach_frame_object(frame);
            }
            drop(own);
        }
    }

    pub(crate) fn traverse(&self, visit: &mut Visitor<'_>) {
        self.name.peek(|name| visit(name.as_value()));
        self.qualname.peek(|name| visit(name.as_value()));
        visit(self.code.as_value());
        self.handled
            .peek(|handled| handled.iter().for_each(&mut *visit));
        if !self.is_running()
            && let Some(frame) = self.frame.get()
        {
            frame.traverse(visit);
        }
    }

    /// Lets go of what the frame owns, to break a cycle.
    pub(crate) fn clear(&self) {
        Ctx::with_current(|cx| self.abandon(cx));
    }

    /// Goes on until the next `yield`, the end, or an exception. `kind` is what messages call it.
    ///
    /// # Errors
    /// What the generator's code raises; `ValueError` if it runs already.
    pub fn resume(&self, cx: &Ctx, kind: &str, input: Input) -> PyResult<Sent> {
        let frame = match (self.state.get(), self.frame.get()) {
            (GeneratorState::Executing, _) => {
                return Err(cx.value_error(format!("{kind} already executing")));
            }
            (GeneratorState::Finished, _) | (_, None) => {
                return match input {
                    Input::Throw(error) => Err(error),
                    Input::Send(_) => Ok(Sent::Returned(Value::NONE)),
                };
            }
            (_, Some(frame)) => frame,
        };
        cx.check_native_stack("")?;
        let thrown = match input {
            Input::Send(value) => {
                if self.state.get() == GeneratorState::Created && !value.is_none() {
                    return Err(cx.type_error(format!(
                        "can't send non-None value to a just-started {kind}"
                    )));
                }
                frame.push_suspended(value);
                None
            }
            Input::Throw(error) => {
                // The instruction that stopped the frame raises, with a value sent as its handlers expect.
                frame.push_suspended(Value::NONE);
                frame.set_last_instruction(frame.last_instruction() - 1);
                Some(error)
            }
        };
        frame.role.set(Role::Entry);
        let is_handling = self.handled.peek(Option::is_some);
        self.enter(cx, frame);
        if let Some(error) = thrown.as_ref().filter(|_| is_handling) {
            // Whatever its context was: it is raised here, while the generator handles what it handles.
            crate::interp::ops::exceptions::chain(cx, error.exception());
        }
        let value = crate::interp::run(cx, Regs::enter(frame, 0), thrown)?;
        Ok(if self.is_finished() {
            Sent::Returned(value)
        } else {
            Sent::Yielded(value)
        })
    }
}

/// The common part of a generator, coroutine or asynchronous generator.
#[inline(always)]
pub fn core_of(value: &Value) -> Option<&Core> {
    if let Some(generator) = value.downcast_ref::<Generator>() {
        return Some(&generator.core);
    }
    if let Some(coroutine) = value.downcast_ref::<Coroutine>() {
        return Some(&coroutine.core);
    }
    match value.downcast_ref::<AsyncGenerator>() {
        Some(generator) => Some(&generator.core),
        None => None,
    }
}

/// A generator's frame ended: it returned, or an exception left it.
#[inline(never)]
pub(crate) fn finish(cx: &Ctx, frame: FrameRef) {
    let Some(generator) = frame.generator().cloned() else {
        return;
    };
    let Some(core) = core_of(&generator) else {
        return;
    };
    let thread = cx.thread();
    core.state.set(GeneratorState::Finished);
    drop(thread.pop_handled());
    thread.leave(frame);
    // A frame object that stays behind has no `f_back`.
    frame.previous.set(None);
    core.drop_frame(cx);
}

/// Throws into a generator, passing the exception on to what it delegates to.
///
/// # Errors
/// What comes out.
pub fn throw(cx: &Ctx, value: &Value, core: &Core, kind: &str, error: PyErr) -> PyResult<Sent> {
    let _ = value;
    if let Some(delegate) = core.delegate() {
        if cx.matches(&error, &cx.types().generator_exit) {
            let closed = core.while_delegating(cx, || close_delegate(cx, &delegate));
            if let Err(failure) = closed {
                return core.resume(cx, kind, Input::Throw(failure));
            }
            return core.resume(cx, kind, Input::Throw(error));
        }
        let result = core.while_delegating(cx, || throw_into_delegate(cx, &delegate, error));
        return match result {
            Ok(value) => Ok(Sent::Yielded(value)),
            Err(error) => core.resume(cx, kind, Input::Throw(error)),
        };
    }
    core.resume(cx, kind, Input::Throw(error))
}

fn throw_into_delegate(cx: &Ctx, delegate: &Value, error: PyErr) -> PyResult<Value> {
    if let Some((core, kind)) = generator_or_coroutine(delegate) {
        return match throw(cx, delegate, core, kind, error)? {
            Sent::Yielded(value) => Ok(value),
            Sent::Returned(value) => Err(cx.stop_iteration(value)),
        };
    }
    match cx.find_attr(delegate, &cx.names().throw)? {
        Some(throw) => cx.call(&throw, &[error.value().clone()]),
        None => Err(error),
    }
}

fn generator_or_coroutine(value: &Value) -> Option<(&Core, &'static str)> {
    if let Some(generator) = value.downcast_ref::<Generator>() {
        return Some((&generator.core, "generator"));
    }
    value
        .downcast_ref::<Coroutine>()
        .map(|coroutine| (&coroutine.core, "coroutine"))
}

fn close_delegate(cx: &Ctx, delegate: &Value) -> PyResult<()> {
    if let Some((core, kind)) = generator_or_coroutine(delegate) {
        return close(cx, delegate, core, kind).map(drop);
    }
    match cx.find_attr(delegate, &cx.names().close) {
        Ok(Some(close)) => cx.call(&close, &[]).map(drop),
        Ok(None) => Ok(()),
        Err(error) => {
            let message = Some("Exception ignored while closing generator");
            cx.report_unraisable(&error, message, delegate);
            Ok(())
        }
    }
}

/// Ends a generator by throwing `GeneratorExit` into it; returns what it returned.
///
/// # Errors
/// What its code raises instead; `RuntimeError` if it yields again.
pub fn close(cx: &Ctx, value: &Value, core: &Core, kind: &str) -> PyResult<Value> {
    let _ = value;
    match core.state() {
        GeneratorState::Created => {
            core.abandon(cx);
            return Ok(Value::NONE);
        }
        GeneratorState::Finished => return Ok(Value::NONE),
        _ => {}
    }
    let mut error = cx.new_exception(&cx.types().generator_exit, Vec::new());
    if let Some(delegate) = core.delegate() {
        let closed = core.while_delegating(cx, || close_delegate(cx, &delegate));
        if let Err(failure) = closed {
            error = failure;
        }
    }
    match core.resume(cx, kind, Input::Throw(error)) {
        Ok(Sent::Yielded(_)) => Err(cx.runtime_error(format!("{kind} ignored GeneratorExit"))),
        Ok(Sent::Returned(value)) => Ok(value),
        Err(error)
            if cx.matches(&error, &cx.types().generator_exit)
                || cx.matches(&error, &cx.types().stop_iteration) =>
        {
            Ok(Value::NONE)
        }
        Err(error) => Err(error),
    }
}

/// What `throw()` was given.
pub struct Thrown<'a> {
    pub typ: &'a Value,
    pub value: Optional<&'a Value>,
    pub traceback: Optional<&'a Value>,
}

impl Thrown<'_> {
    /// Warns of the signature with more than one argument.
    ///
    /// # Errors
    /// The warning, if a filter makes it an exception.
    pub fn warn(&self, cx: &Ctx, method: &str) -> PyResult<()> {
        if matches!(self.value, Optional::Missing) {
            return Ok(());
        }
        cx.warn(
            &cx.types().deprecation_warning,
            &format!(
                "the (type, exc, tb) signature of {method}() is deprecated, use the single-arg signature instead."
            ),
        )
    }

    /// The exception, after the warning of `throw()`.
    ///
    /// # Errors
    /// As for [`thrown_exception`], and the warning, if a filter makes it an exception.
    pub fn exception(self, cx: &Ctx) -> PyResult<PyErr> {
        self.warn(cx, "throw")?;
        thrown_exception(cx, self.typ, self.value.given(), self.traceback.given())
    }
}

/// The exception that the arguments of `throw()` describe: an instance, or a class with a value and a traceback.
///
/// # Errors
/// `TypeError` if they describe none.
pub fn thrown_exception(
    cx: &Ctx,
    typ: &Value,
    value: Option<&Value>,
    traceback: Option<&Value>,
) -> PyResult<PyErr> {
    let traceback = match traceback.filter(|traceback| !traceback.is_none()) {
        None => None,
        Some(given) => {
            if given
                .downcast_ref::<crate::objects::traceback::Traceback>()
                .is_none()
            {
                return Err(cx.type_error("throw() third argument must be a traceback object"));
            }
            Some(given.clone())
        }
    };
    let value = value.filter(|value| !value.is_none());
    let is_exception_class = typ
        .downcast_ref::<Type>()
        .is_some_and(|class| class.is_subtype(&cx.types().base_exception));
    let exception = if is_exception_class {
        let created = match value {
            None => cx.call(typ, &[]),
            Some(value)
                if typ
                    .downcast_ref::<Type>()
                    .is_some_and(|class| cx.class_of(value).is_subtype(class)) =>
            {
                Ok(value.clone())
            }
            Some(value) => match value.downcast_ref::<Tuple>() {
                Some(args) => cx.call(typ, args.as_slice()),
                None => cx.call(typ, std::slice::from_ref(value)),
            },
        };
        match created {
            Ok(exception) => exception,
            // What its constructor raises is thrown instead.
            Err(error) => return Ok(error),
        }
    } else if typ.downcast_ref::<BaseException>().is_some() {
        if value.is_some() {
            return Err(cx.type_error("instance exception may not have a separate value"));
        }
        typ.clone()
    } else {
        return Err(cx.type_error(format!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            cx.type_name(typ)
        )));
    };
    match exception.downcast::<BaseException>() {
        Ok(exception) => {
            if traceback.is_some() {
                let old = exception.traceback.replace(traceback);
                drop(old);
            }
            Ok(PyErr::new(exception))
        }
        Err(other) => Ok(cx.type_error(format!(
            "calling {} should have returned an instance of BaseException, not {}",
            cx.repr(typ)?.to_string_lossy(),
            cx.type_name(&other)
        ))),
    }
}

// The payload of a `generator`.
#[pyclass(name = "generator", module = "builtins", weakref, traverse)]
pub struct Generator {
    pub core: Core,
}

impl Traverse for Generator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.core.traverse(visit);
    }

    fn clear(&self) {
        self.core.clear();
    }
}

/// What a step of a generator looks like to Python: the value, or `StopIteration`.
pub(crate) fn step(cx: &Ctx, sent: Sent) -> PyResult<Value> {
    match sent {
        Sent::Yielded(value) => Ok(value),
        Sent::Returned(value) => Err(cx.stop_iteration(value)),
    }
}

#[pymethods]
impl Generator {
    /// See PEP 585
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    fn __iter__(this: &Py<Generator>) -> Value {
        this.to_value()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        let was_finished = self.core.is_finished();
        match self
            .core
            .resume(cx, "generator", Input::Send(Value::NONE))?
        {
            Sent::Yielded(value) => Ok(Some(value)),
            Sent::Returned(value) if was_finished || value.is_none() => Ok(None),
            Sent::Returned(value) => Err(cx.stop_iteration(value)),
        }
    }

    fn __send__(&self, cx: &Ctx, value: &Value) -> PyResult<Sent> {
        self.core
            .resume(cx, "generator", Input::Send(value.clone()))
    }

    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[pymethod(signature = (value, /), text_signature = "($self, object, /)")]
    fn send(&self, cx: &Ctx, value: &Value) -> PyResult<Value> {
        let sent = self
            .core
            .resume(cx, "generator", Input::Send(value.clone()))?;
        step(cx, sent)
    }

    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[pymethod(signature = (typ, value = Optional::Missing, traceback = Optional::Missing, /), text_signature = None)]
    fn throw(
        this: &Py<Generator>,
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
        let sent = throw(cx, this.as_value(), &this.core, "generator", error)?;
        step(cx, sent)
    }

    /// close() -> raise GeneratorExit inside generator.
    fn close(this: &Py<Generator>, cx: &Ctx) -> PyResult<Value> {
        close(cx, this.as_value(), &this.core, "generator")
    }

    fn __del__(this: &Py<Generator>, cx: &Ctx) {
        finalize(cx, this.as_value(), &this.core, "generator");
    }

    fn __repr__(this: &Py<Generator>) -> String {
        format!(
            "<generator object {} at {:#x}>",
            this.core.qualname.get().to_string_lossy(),
            this.as_value().identity()
        )
    }

    /// name of the generator
    #[getter]
    fn __name__(&self) -> Value {
        self.core.name.get().into_value()
    }

    #[setter]
    fn set___name__(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        set_name(cx, &self.core.name, value, "__name__")
    }

    /// qualified name of the generator
    #[getter]
    fn __qualname__(&self) -> Value {
        self.core.qualname.get().into_value()
    }

    #[setter]
    fn set___qualname__(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        set_name(cx, &self.core.qualname, value, "__qualname__")
    }

    /// object being iterated by yield from, or None
    #[getter]
    fn gi_yieldfrom(&self) -> Value {
        self.core.delegate().unwrap_or(Value::NONE)
    }

    #[getter]
    fn gi_running(&self) -> bool {
        self.core.is_running()
    }

    #[getter]
    fn gi_suspended(&self) -> bool {
        is_suspended(&self.core)
    }

    #[getter]
    fn gi_frame(&self, cx: &Ctx) -> Value {
        frame_value(cx, &self.core)
    }

    #[getter]
    fn gi_code(&self) -> Value {
        self.core.code.to_value()
    }
}

pub(crate) fn is_suspended(core: &Core) -> bool {
    matches!(
        core.state(),
        GeneratorState::Suspended | GeneratorState::Delegating
    )
}

/// `gi_frame` and its like.
pub(crate) fn frame_value(cx: &Ctx, core: &Core) -> Value {
    core.frame()
        .map_or(Value::NONE, |frame| cx.frame_object(frame).into_value())
}

pub(crate) fn set_name(
    cx: &Ctx,
    field: &Field<Py<Str>>,
    value: Option<&Value>,
    attribute: &str,
) -> PyResult<()> {
    match value.and_then(|value| value.downcast_ref::<Str>()) {
        Some(name) => field.set(name.clone()),
        None => return Err(cx.type_error(format!("{attribute} must be set to a string object"))),
    }
    Ok(())
}

/// Closes a stopped generator that dies.
pub(crate) fn finalize(cx: &Ctx, value: &Value, core: &Core, kind: &str) {
    match core.state() {
        GeneratorState::Finished | GeneratorState::Executing => return,
        GeneratorState::Created => {
            core.abandon(cx);
            return;
        }
        GeneratorState::Suspended | GeneratorState::Delegating => {}
    }
    if let Err(error) = close(cx, value, core, kind) {
        cx.report_unraisable(
            &error,
            Some(&format!("Exception ignored while closing {kind}")),
            value,
        );
    }
}
