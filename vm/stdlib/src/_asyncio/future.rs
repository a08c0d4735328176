//! `Future`: a result that is not there yet.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pyfunction, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::field::Field;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::set::SetData;
use taipan_vm::objects::{BaseException, Type};
use taipan_vm::value::{Py, Value};

use super::from_asyncio::{as_error, call_soon, cancelled_error, invalid_state, report};
use super::future_iter::FutureIter;
use super::running::current_loop;
use super::task::Task;
use crate::_contextvars::copy_context;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Pending,
    Cancelled,
    Finished,
}

impl State {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Cancelled => "CANCELLED",
            Self::Finished => "FINISHED",
        }
    }
}

/// This class is *almost* compatible with concurrent.futures.Future.
///
/// Differences:
///
/// - result() and exception() do not take a timeout argument and
///   raise an exception when the future isn't done yet.
///
/// - Callbacks registered with add_done_callback() are always called
///   via the event loop's call_soon_threadsafe().
///
/// - This class is not compatible with the wait() and as_completed()
///   methods in the concurrent.futures package.
#[pyclass(
    name = "Future",
    module = "_asyncio",
    subclassable,
    weakref,
    dict,
    traverse,
    text_signature = "(*, loop=None)"
)]
#[repr(C)]
#[derive(Default)]
pub(crate) struct Future {
    event_loop: Field<Option<Value>>,
    /// Functions to call when it is done, each with its context.
    callbacks: RefCell<Vec<(Value, Value)>>,
    pub(super) state: Cell<Option<State>>,
    result: Field<Option<Value>>,
    exception: Field<Option<Value>>,
    /// The traceback that the exception had when it was set.
    exception_traceback: Field<Option<Value>>,
    source_traceback: Field<Option<Value>>,
    pub(super) cancel_message: Field<Option<Value>>,
    /// The very error that ended a coroutine that was cancelled.
    pub(super) cancelled_exception: Field<Option<Value>>,
    awaited_by: RefCell<Vec<Value>>,
    pub(super) log_traceback: Cell<bool>,
    pub(super) is_blocking: Cell<bool>,
}

impl Future {
    fn fields(&self) -> [&Field<Option<Value>>; 7] {
        [
            &self.event_loop,
            &self.result,
            &self.exception,
            &self.exception_traceback,
            &self.source_traceback,
            &self.cancel_message,
            &self.cancelled_exception,
        ]
    }
}

impl Traverse for Future {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        for field in self.fields() {
            field.get().iter().for_each(&mut *visit);
        }
        for (callback, context) in self.callbacks.borrow().iter() {
            visit(callback);
            visit(context);
        }
        self.awaited_by.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        for field in self.fields() {
            drop(field.take());
        }
        drop(self.callbacks.take());
        drop(self.awaited_by.take());
    }
}

fn or_none(field: &Field<Option<Value>>) -> Value {
    field.get().unwrap_or(Value::NONE)
}

impl Future {
    /// Makes a future of a fresh object.
    ///
    /// # Errors
    /// What the loop raises.
    pub(super) fn begin(&self, cx: &Ctx, event_loop: Option<&Value>) -> PyResult<()> {
        let event_loop = match event_loop {
            Some(event_loop) => event_loop.clone(),
            None => current_loop(cx)?,
        };
        for field in self.fields() {
            drop(field.take());
        }
        drop(self.callbacks.take());
        drop(self.awaited_by.take());
        self.log_traceback.set(false);
        self.is_blocking.set(false);
        self.event_loop.set(Some(event_loop.clone()));
        self.state.set(Some(State::Pending));
        let debug = cx.call_method(&event_loop, &cx.intern("get_debug"), &[])?;
        if cx.is_true(&debug)? {
            let extract = cx.import_from("traceback", "extract_stack")?;
            let frame = cx.import_from("sys", "_getframe")?;
            let frame = cx.call(&frame, &[])?;
            self.source_traceback
                .set(Some(cx.call(&extract, &[frame])?));
        }
        Ok(())
    }

    /// # Errors
    /// `RuntimeError` if `__init__` did not run.
    pub(super) fn known_loop(&self, cx: &Ctx) -> PyResult<Value> {
        self.event_loop
            .get()
            .ok_or_else(|| cx.runtime_error("Future object is not initialized."))
    }

    pub(super) fn loop_or_none(&self) -> Option<Value> {
        self.event_loop.get()
    }

    pub(super) fn source_traceback(&self) -> Option<Value> {
        self.source_traceback.get()
    }

    pub(super) fn is_pending(&self) -> bool {
        self.state.get() == Some(State::Pending)
    }

    /// `this` is the same object.
    fn schedule_callbacks(&self, cx: &Ctx, this: &Value) -> PyResult<()> {
        let callbacks = self.callbacks.take();
        if callbacks.is_empty() {
            return Ok(());
        }
        let event_loop = self.known_loop(cx)?;
        for (callback, context) in callbacks {
            call_soon(cx, &event_loop, callback, Some(this.clone()), Some(context))?;
        }
        Ok(())
    }

    /// # Errors
    /// `InvalidStateError` if it is done; what the loop raises.
    pub(super) fn finish(&self, cx: &Ctx, this: &Value, result: Value) -> PyResult<()> {
        self.known_loop(cx)?;
        if !self.is_pending() {
            return Err(invalid_state(cx, "invalid state"));
        }
        self.result.set(Some(result));
        self.state.set(Some(State::Finished));
        self.schedule_callbacks(cx, this)
    }

    /// # Errors
    /// `InvalidStateError` if it is done; `TypeError` if it is no exception; what the loop raises.
    pub(super) fn fail(&self, cx: &Ctx, this: &Value, exception: &Value) -> PyResult<()> {
        self.known_loop(cx)?;
        if !self.is_pending() {
            return Err(invalid_state(cx, "invalid state"));
        }
        let mut exception = match exception.downcast_ref::<Type>() {
            Some(class) if class.is_subtype(&cx.types().base_exception) => {
                cx.call(exception, &[])?
            }
            _ => exception.clone(),
        };
        let Some(error) = exception.downcast_ref::<BaseException>() else {
            return Err(cx.type_error("invalid exception object"));
        };
        if cx.matches(&PyErr::new(error.clone()), &cx.types().stop_iteration) {
            let replacement = cx.runtime_error(
                "StopIteration interacts badly with generators and cannot be raised into a Future",
            );
            let raised = replacement.exception();
            cx.set_attr(raised.as_value(), &cx.names().__cause__, Some(&exception))?;
            cx.set_attr(raised.as_value(), &cx.names().__context__, Some(&exception))?;
            exception = replacement.into_exception().into_value();
        }
        let traceback = cx.get_attr(&exception, &cx.names().__traceback__)?;
        self.exception_traceback
            .set(Some(traceback).filter(|traceback| !traceback.is_none()));
        self.exception.set(Some(exception));
        self.state.set(Some(State::Finished));
        self.schedule_callbacks(cx, this)?;
        self.log_traceback.set(true);
        Ok(())
    }

    /// # Errors
    /// What the loop raises.
    pub(super) fn cancel_now(
        &self,
        cx: &Ctx,
        this: &Value,
        message: Option<Value>,
    ) -> PyResult<bool> {
        self.log_traceback.set(false);
        if !self.is_pending() {
            return Ok(false);
        }
        self.state.set(Some(State::Cancelled));
        self.cancel_message.set(message);
        self.schedule_callbacks(cx, this)?;
        Ok(true)
    }

    /// The exception of one that was cancelled; made once.
    ///
    /// # Errors
    /// What importing raises.
    pub(super) fn cancelled_error(&self, cx: &Ctx) -> PyResult<Value> {
        if let Some(exception) = self.cancelled_exception.take() {
            return Ok(exception);
        }
        let class = cancelled_error(cx)?;
        match self.cancel_message.get() {
            Some(message) => cx.call(class.as_value(), &[message]),
            None => cx.call(class.as_value(), &[]),
        }
    }

    /// The result.
    ///
    /// # Errors
    /// The exception; `CancelledError`; `InvalidStateError` if it is not done.
    pub(super) fn outcome(&self, cx: &Ctx) -> PyResult<Value> {
        match self.state.get() {
            Some(State::Cancelled) => Err(as_error(cx, &self.cancelled_error(cx)?)?),
            Some(State::Finished) => {
                self.log_traceback.set(false);
                let Some(exception) = self.exception.get() else {
                    return Ok(or_none(&self.result));
                };
                if let Some(traceback) = self.exception_traceback.get() {
                    cx.set_attr(&exception, &cx.names().__traceback__, Some(&traceback))?;
                }
                Err(as_error(cx, &exception)?)
            }
            _ => Err(invalid_state(cx, "Result is not set.")),
        }
    }

    /// # Errors
    /// What the loop raises.
    pub(super) fn add_callback(
        &self,
        cx: &Ctx,
        this: &Value,
        callback: Value,
        context: Value,
    ) -> PyResult<()> {
        let event_loop = self.known_loop(cx)?;
        if !self.is_pending() {
            return call_soon(cx, &event_loop, callback, Some(this.clone()), Some(context));
        }
        self.callbacks.borrow_mut().push((callback, context));
        Ok(())
    }

    pub(super) fn add_awaiter(&self, waiter: &Value) {
        let mut waiters = self.awaited_by.borrow_mut();
        if !waiters.iter().any(|known| known.is(waiter)) {
            waiters.push(waiter.clone());
        }
    }

    pub(super) fn discard_awaiter(&self, waiter: &Value) {
        let mut waiters = self.awaited_by.borrow_mut();
        let place = waiters.iter().position(|known| known.is(waiter));
        let removed = place.map(|place| waiters.swap_remove(place));
        drop(waiters);
        drop(removed);
    }

    /// Tells the loop if an exception was never looked at.
    pub(super) fn report_unread(&self, cx: &Ctx, this: &Value) {
        if !self.log_traceback.replace(false) {
            return;
        }
        let (Some(exception), Some(event_loop)) = (self.exception.get(), self.event_loop.get())
        else {
            return;
        };
        let message = format!("{} exception was never retrieved", cx.type_name(this));
        let Ok(message) = cx.new_str(&message) else {
            return;
        };
        let mut entries = vec![
            ("message", message.into_value()),
            ("exception", exception),
            ("future", this.clone()),
        ];
        entries.extend(
            self.source_traceback
                .get()
                .map(|traceback| ("source_traceback", traceback)),
        );
        report(cx, &event_loop, entries);
    }
}

/// The future inside a `Future` or a `Task`.
pub(super) fn as_future(value: &Value) -> Option<&Py<Future>> {
    value.downcast_ref::<Future>()
}

#[pymethods]
impl Future {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<Future> {
        let _ = args;
        cx.heap().allocate(cls, Future::default())
    }

    #[init(signature = (*, r#loop = None))]
    fn init(this: &Py<Future>, cx: &Ctx, r#loop: Option<&Value>) -> PyResult<()> {
        this.begin(cx, r#loop)
    }

    /// Return the result this future represents.
    ///
    /// If the future has been cancelled, raises CancelledError.  If the
    /// future's result isn't yet available, raises InvalidStateError.  If
    /// the future is done and has an exception set, this exception is raised.
    fn result(&self, cx: &Ctx) -> PyResult<Value> {
        self.outcome(cx)
    }

    /// Return the exception that was set on this future.
    ///
    /// The exception (or None if no exception was set) is returned only if
    /// the future is done.  If the future has been cancelled, raises
    /// CancelledError.  If the future isn't done yet, raises
    /// InvalidStateError.
    fn exception(&self, cx: &Ctx) -> PyResult<Value> {
        self.known_loop(cx)?;
        match self.state.get() {
            Some(State::Cancelled) => Err(as_error(cx, &self.cancelled_error(cx)?)?),
            Some(State::Finished) => {
                self.log_traceback.set(false);
                Ok(or_none(&self.exception))
            }
            _ => Err(invalid_state(cx, "Exception is not set.")),
        }
    }

    /// Mark the future done and set its result.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    fn set_result(this: &Py<Future>, cx: &Ctx, result: &Value) -> PyResult<()> {
        this.finish(cx, this.as_value(), result.clone())
    }

    /// Mark the future done and set an exception.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    fn set_exception(this: &Py<Future>, cx: &Ctx, exception: &Value) -> PyResult<()> {
        this.fail(cx, this.as_value(), exception)
    }

    /// Add a callback to be run when the future becomes done.
    ///
    /// The callback is called with a single argument - the future object. If
    /// the future is already done when this is called, the callback is
    /// scheduled with call_soon.
    #[pymethod(signature = (r#fn, /, *, context = Optional::Missing), text_signature = "($self, fn, /, *, context=<unrepresentable>)")]
    fn add_done_callback(
        this: &Py<Future>,
        cx: &Ctx,
        r#fn: &Value,
        context: Optional<&Value>,
    ) -> PyResult<()> {
        let context = match context.given() {
            Some(context) => context.clone(),
            None => copy_context(cx).into_value(),
        };
        this.add_callback(cx, this.as_value(), r#fn.clone(), context)
    }

    /// Remove all instances of a callback from the "call when done" list.
    ///
    /// Returns the number of callbacks removed.
    #[pymethod(signature = (r#fn, /), text_signature = "($self, fn, /)")]
    fn remove_done_callback(&self, cx: &Ctx, r#fn: &Value) -> PyResult<usize> {
        self.known_loop(cx)?;
        let known = self.callbacks.borrow().clone();
        let mut removed = Vec::new();
        for (callback, _) in &known {
            if cx.is_equal(callback, r#fn)? {
                removed.push(callback.clone());
            }
        }
        let mut count = 0;
        self.callbacks.borrow_mut().retain(|(callback, _)| {
            let goes = removed.iter().any(|gone| gone.is(callback));
            count += usize::from(goes);
            !goes
        });
        Ok(count)
    }

    /// Cancel the future and schedule callbacks.
    ///
    /// If the future is already done or cancelled, return False.  Otherwise,
    /// change the future's state to cancelled, schedule the callbacks and
    /// return True.
    #[pymethod(signature = (msg = None))]
    fn cancel(this: &Py<Future>, cx: &Ctx, msg: Option<&Value>) -> PyResult<bool> {
        this.known_loop(cx)?;
        this.cancel_now(cx, this.as_value(), msg.cloned())
    }

    /// Return True if the future was cancelled.
    fn cancelled(&self) -> bool {
        self.state.get() == Some(State::Cancelled)
    }

    /// Return True if the future is done.
    ///
    /// Done means either that a result / exception are available, or that the
    /// future was cancelled.
    fn done(&self) -> bool {
        !matches!(self.state.get(), None | Some(State::Pending))
    }

    /// Return the event loop the Future is bound to.
    fn get_loop(&self, cx: &Ctx) -> PyResult<Value> {
        self.known_loop(cx)
    }

    /// Create the CancelledError to raise if the Future is cancelled.
    ///
    /// This should only be called once when handling a cancellation since
    /// it erases the context exception value.
    fn _make_cancelled_error(&self, cx: &Ctx) -> PyResult<Value> {
        self.cancelled_error(cx)
    }

    /// See PEP 585
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    fn __iter__(this: &Py<Future>, cx: &Ctx) -> PyResult<Value> {
        this.known_loop(cx)?;
        Ok(FutureIter::make(cx, this))
    }

    fn __await__(this: &Py<Future>, cx: &Ctx) -> PyResult<Value> {
        this.known_loop(cx)?;
        Ok(FutureIter::make(cx, this))
    }

    fn __repr__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        if let Some(future) = as_future(this) {
            future.known_loop(cx)?;
        }
        let show = cx.import_from("asyncio.base_futures", "_future_repr")?;
        cx.call(&show, std::slice::from_ref(this))
    }

    fn __del__(this: &Py<Future>, cx: &Ctx) {
        this.report_unread(cx, this.as_value());
    }

    #[getter]
    fn _state(&self, cx: &Ctx) -> PyResult<&'static str> {
        self.known_loop(cx)?;
        Ok(self.state.get().map_or("PENDING", State::name))
    }

    #[getter]
    fn _asyncio_future_blocking(&self) -> bool {
        self.is_blocking.get()
    }

    #[setter(name = "_asyncio_future_blocking")]
    fn set_asyncio_future_blocking(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        self.known_loop(cx)?;
        let Some(value) = value else {
            return Err(cx.attribute_error("cannot delete attribute"));
        };
        self.is_blocking.set(cx.is_true(value)?);
        Ok(())
    }

    #[getter]
    fn _asyncio_awaited_by(&self, cx: &Ctx) -> PyResult<Value> {
        let waiters = self.awaited_by.borrow().clone();
        if waiters.is_empty() {
            return Ok(Value::NONE);
        }
        let data = SetData::default();
        for waiter in &waiters {
            data.add(cx, waiter)?;
        }
        Ok(cx.new_frozenset(data).into_value())
    }

    #[getter]
    fn _loop(&self) -> Value {
        or_none(&self.event_loop)
    }

    #[getter]
    fn _callbacks(&self, cx: &Ctx) -> PyResult<Value> {
        self.known_loop(cx)?;
        let callbacks = self.callbacks.borrow().clone();
        if callbacks.is_empty() {
            return Ok(Value::NONE);
        }
        let pairs = callbacks
            .into_iter()
            .map(|(callback, context)| cx.new_tuple(vec![callback, context]).into_value());
        Ok(cx.new_list(pairs.collect()).into_value())
    }

    #[getter]
    fn _result(&self) -> Value {
        or_none(&self.result)
    }

    #[getter]
    fn _exception(&self) -> Value {
        or_none(&self.exception)
    }

    #[getter]
    fn _log_traceback(&self) -> bool {
        self.log_traceback.get()
    }

    #[setter(name = "_log_traceback")]
    fn set_log_traceback(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.attribute_error("cannot delete attribute"));
        };
        if cx.is_true(value)? {
            return Err(cx.value_error("_log_traceback can only be set to False"));
        }
        self.log_traceback.set(false);
        Ok(())
    }

    #[getter]
    fn _source_traceback(&self) -> Value {
        or_none(&self.source_traceback)
    }

    #[getter]
    fn _cancel_message(&self) -> Value {
        or_none(&self.cancel_message)
    }

    #[setter(name = "_cancel_message")]
    fn set_cancel_message(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.attribute_error("cannot delete attribute"));
        };
        self.cancel_message
            .set(Some(value.clone()).filter(|value| !value.is_none()));
        Ok(())
    }
}

/// Record that `fut` is awaited on by `waiter`.
#[pyfunction]
pub(super) fn future_add_to_awaited_by(fut: &Value, waiter: &Value) {
    if let (Some(future), Some(_)) = (as_future(fut), as_future(waiter)) {
        future.add_awaiter(waiter);
    }
}

/// Forget that `fut` is awaited on by `waiter`.
#[pyfunction]
pub(super) fn future_discard_from_awaited_by(fut: &Value, waiter: &Value) {
    if let (Some(future), Some(_)) = (as_future(fut), as_future(waiter)) {
        future.discard_awaiter(waiter);
    }
}

/// Whether the value is exactly a `Future` or a `Task`, whose methods nobody overrides.
pub(super) fn is_exact(cx: &Ctx, value: &Value) -> bool {
    let class = cx.class_of(value);
    class.is(&cx.native_class(Future::class())) || class.is(&cx.native_class(Task::class()))
}
