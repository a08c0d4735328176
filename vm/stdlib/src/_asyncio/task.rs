//! `Task`: a coroutine that a loop runs.

use std::cell::Cell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::field::Field;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::objects::coroutine::Coroutine;
use taipan_vm::objects::{Str, Type};
use taipan_vm::value::{Py, Value};

use super::from_asyncio::{call_named, report};
use super::future::Future;
use super::registry;
use super::task_step::{call_step_soon, start_eagerly};
use crate::_contextvars::copy_context;

/// A coroutine wrapped in a Future.
#[pyclass(
    name = "Task",
    module = "_asyncio",
    base = Future,
    subclassable,
    dict,
    weakref,
    traverse,
    text_signature = "(coro, *, loop=None, name=None, context=None, eager_start=False)"
)]
#[repr(C)]
#[derive(Default)]
pub(crate) struct Task {
    future: Future,
    coroutine: Field<Option<Value>>,
    /// A `str`, or the number that makes one.
    name: Field<Option<Value>>,
    context: Field<Option<Value>>,
    pub(super) waiter: Field<Option<Value>>,
    pub(super) must_cancel: Cell<bool>,
    cancel_requests: Cell<i32>,
    keeps_quiet: Cell<bool>,
}

impl Traverse for Task {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.future.traverse(visit);
        for field in [&self.coroutine, &self.name, &self.context, &self.waiter] {
            field.get().iter().for_each(&mut *visit);
        }
    }

    fn clear(&self) {
        self.future.clear();
        for field in [&self.coroutine, &self.name, &self.context, &self.waiter] {
            drop(field.take());
        }
    }
}

/// How many tasks of the isolate got their name from us.
#[derive(Default)]
struct Names(Cell<i64>);

impl Task {
    pub(super) fn future(&self) -> &Future {
        &self.future
    }

    pub(super) fn coroutine(&self) -> Option<Value> {
        self.coroutine.get()
    }

    pub(super) fn drop_coroutine(&self) {
        drop(self.coroutine.take());
    }

    pub(super) fn context(&self) -> Option<Value> {
        self.context.get()
    }
}

/// Whether a task can be made of it.
fn is_coroutine(cx: &Ctx, value: &Value) -> PyResult<bool> {
    if value.downcast_ref::<Coroutine>().is_some() {
        return Ok(true);
    }
    let check = cx.import_from("asyncio.coroutines", "iscoroutine")?;
    let answer = cx.call(&check, std::slice::from_ref(value))?;
    cx.is_true(&answer)
}

#[pymethods]
impl Task {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<Task> {
        let _ = args;
        cx.heap().allocate(cls, Task::default())
    }

    #[init(signature = (coro, *, r#loop = None, name = None, context = None, eager_start = false))]
    fn init(
        this: &Py<Task>,
        cx: &Ctx,
        coro: &Value,
        r#loop: Option<&Value>,
        name: Option<&Value>,
        context: Option<&Value>,
        eager_start: bool,
    ) -> PyResult<()> {
        this.future.begin(cx, r#loop)?;
        if !is_coroutine(cx, coro)? {
            this.keeps_quiet.set(true);
            let shown = cx.repr(coro)?;
            return Err(cx.type_error(format!(
                "a coroutine was expected, got {}",
                shown.to_string_lossy()
            )));
        }
        let context = match context {
            Some(context) => context.clone(),
            None => copy_context(cx).into_value(),
        };
        this.context.set(Some(context));
        this.waiter.set(None);
        this.must_cancel.set(false);
        this.keeps_quiet.set(false);
        this.cancel_requests.set(0);
        this.coroutine.set(Some(coro.clone()));
        let name = match name {
            None => {
                let names = cx.state::<Names>();
                names.0.set(names.0.get() + 1);
                cx.new_int(names.0.get())
            }
            Some(name) => cx.str(name)?.into_value(),
        };
        this.name.set(Some(name));
        if eager_start {
            let event_loop = this.future.known_loop(cx)?;
            let running = cx.call_method(&event_loop, &cx.intern("is_running"), &[])?;
            if cx.is_true(&running)? {
                return start_eagerly(cx, this);
            }
        }
        call_step_soon(cx, this, None)?;
        registry::register(cx, this.as_value())
    }

    /// Request that this task cancel itself.
    ///
    /// This arranges for a CancelledError to be thrown into the
    /// wrapped coroutine on the next cycle through the event loop.
    /// The coroutine then has a chance to clean up or even deny
    /// the request using try/except/finally.
    ///
    /// This also increases the task's count of cancellation requests.
    #[pymethod(signature = (msg = None))]
    fn cancel(this: &Py<Task>, cx: &Ctx, msg: Option<&Value>) -> PyResult<bool> {
        let future = &this.future;
        future.log_traceback.set(false);
        if !future.is_pending() {
            return Ok(false);
        }
        this.cancel_requests.set(this.cancel_requests.get() + 1);
        let message = msg.cloned();
        if let Some(waiter) = this.waiter.get() {
            let given = message.clone().unwrap_or(Value::NONE);
            let cancelled = call_named(cx, &waiter, "cancel", "msg", given)?;
            if cx.is_true(&cancelled)? {
                return Ok(true);
            }
        }
        this.must_cancel.set(true);
        future.cancel_message.set(message);
        Ok(true)
    }

    /// Return the count of the task's cancellation requests.
    ///
    /// This count is incremented when .cancel() is called
    /// and may be decremented using .uncancel().
    fn cancelling(&self) -> i32 {
        self.cancel_requests.get()
    }

    /// Decrement the task's count of cancellation requests.
    ///
    /// This should be used by tasks that catch CancelledError
    /// and wish to continue indefinitely until they are cancelled again.
    ///
    /// Returns the remaining number of cancellation requests.
    fn uncancel(&self) -> i32 {
        let left = (self.cancel_requests.get() - 1).max(0);
        self.cancel_requests.set(left);
        if left == 0 {
            self.must_cancel.set(false);
        }
        left
    }

    /// Return the list of stack frames for this task's coroutine.
    #[pymethod(signature = (*, limit = None))]
    fn get_stack(this: &Py<Task>, cx: &Ctx, limit: Option<&Value>) -> PyResult<Value> {
        let get = cx.import_from("asyncio.base_tasks", "_task_get_stack")?;
        let limit = limit.cloned().unwrap_or(Value::NONE);
        cx.call(&get, &[this.to_value(), limit])
    }

    /// Print the stack or traceback for this task's coroutine.
    #[pymethod(signature = (*, limit = None, file = None))]
    fn print_stack(
        this: &Py<Task>,
        cx: &Ctx,
        limit: Option<&Value>,
        file: Option<&Value>,
    ) -> PyResult<Value> {
        let print = cx.import_from("asyncio.base_tasks", "_task_print_stack")?;
        let limit = limit.cloned().unwrap_or(Value::NONE);
        let file = file.cloned().unwrap_or(Value::NONE);
        cx.call(&print, &[this.to_value(), limit, file])
    }

    fn set_result(&self, cx: &Ctx, result: &Value) -> PyResult<()> {
        let _ = result;
        Err(cx.runtime_error("Task does not support set_result operation"))
    }

    fn set_exception(&self, cx: &Ctx, exception: &Value) -> PyResult<()> {
        let _ = exception;
        Err(cx.runtime_error("Task does not support set_exception operation"))
    }

    fn get_coro(&self) -> Value {
        self.coroutine.get().unwrap_or(Value::NONE)
    }

    fn get_context(&self) -> Value {
        self.context.get().unwrap_or(Value::NONE)
    }

    fn get_name(&self, cx: &Ctx) -> PyResult<Value> {
        match self.name.get() {
            Some(number) if number.as_int().is_some() => {
                let text = format!("Task-{}", cx.str(&number)?.to_string_lossy());
                let name = cx.new_str(&text)?.into_value();
                self.name.set(Some(name.clone()));
                Ok(name)
            }
            Some(name) => Ok(name),
            None => Ok(Value::NONE),
        }
    }

    fn set_name(&self, cx: &Ctx, value: &Value) -> PyResult<()> {
        let name: Py<Str> = cx.str(value)?;
        self.name.set(Some(name.into_value()));
        Ok(())
    }

    fn __repr__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        let show = cx.import_from("asyncio.base_tasks", "_task_repr")?;
        cx.call(&show, std::slice::from_ref(this))
    }

    fn __del__(this: &Py<Task>, cx: &Ctx) {
        let future = &this.future;
        if future.is_pending()
            && !this.keeps_quiet.get()
            && let Some(event_loop) = future.loop_or_none()
        {
            let message = cx.intern("Task was destroyed but it is pending!");
            let mut entries = vec![("task", this.to_value()), ("message", message.into_value())];
            entries.extend(
                future
                    .source_traceback()
                    .map(|traceback| ("source_traceback", traceback)),
            );
            report(cx, &event_loop, entries);
        }
        future.report_unread(cx, this.as_value());
    }

    #[getter]
    fn _log_destroy_pending(&self) -> bool {
        !self.keeps_quiet.get()
    }

    #[setter(name = "_log_destroy_pending")]
    fn set_log_destroy_pending(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.attribute_error("cannot delete attribute"));
        };
        self.keeps_quiet.set(!cx.is_true(value)?);
        Ok(())
    }

    #[getter]
    fn _must_cancel(&self) -> bool {
        self.must_cancel.get()
    }

    #[getter]
    fn _coro(&self) -> Value {
        self.coroutine.get().unwrap_or(Value::NONE)
    }

    #[getter]
    fn _fut_waiter(&self) -> Value {
        self.waiter.get().unwrap_or(Value::NONE)
    }
}
