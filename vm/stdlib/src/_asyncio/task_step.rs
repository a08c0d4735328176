//! One step of a task: its coroutine goes on until it awaits something that is not done, or ends.
//!
//! CPython 3.14: `task_step_impl`, `task_step_handle_result_impl`, `task_eager_start` (`Modules/_asynciomodule.c`).

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::generator::Generator;
use taipan_vm::objects::slots::Sent;
use taipan_vm::value::{Py, Value};

use super::from_asyncio::{call_named, call_soon, cancelled_error, invalid_state};
use super::future::{as_future, is_exact};
use super::registry;
use super::running::{enter_task, leave_task, swap_task};
use super::step_callback::{StepCallback, Wakeup};
use super::task::Task;
use taipan_vm::native::Args;

/// Asks the loop to make the next step.
///
/// # Errors
/// What the loop raises.
pub(super) fn call_step_soon(cx: &Ctx, task: &Py<Task>, exception: Option<Value>) -> PyResult<()> {
    let event_loop = task.future().known_loop(cx)?;
    let callback = StepCallback::make(cx, task, exception);
    call_soon(cx, &event_loop, callback, None, task.context())
}

/// A step of a task that nobody entered yet.
///
/// # Errors
/// `InvalidStateError` if it is done; `KeyboardInterrupt` and `SystemExit` of the coroutine; what the loop raises.
pub(super) fn step(cx: &Ctx, task: &Py<Task>, exception: Option<Value>) -> PyResult<()> {
    let event_loop = task.future().known_loop(cx)?;
    enter_task(cx, &event_loop, task.as_value())?;
    let result = step_inside(cx, task, exception);
    let left = leave_task(cx, &event_loop, task.as_value());
    result.and(left)
}

/// Runs a new task at once, until it has to wait.
///
/// # Errors
/// As for [`step`].
pub(super) fn start_eagerly(cx: &Ctx, task: &Py<Task>) -> PyResult<()> {
    let event_loop = task.future().known_loop(cx)?;
    let before = swap_task(cx, &event_loop, Some(task.to_value()))?;
    registry::register(cx, task.as_value())?;
    let first = StepCallback::eager(cx, task);
    let result = match task.context() {
        Some(context) => cx
            .call_method(&context, &cx.intern("run"), &[first])
            .map(drop),
        None => Ok(()),
    };
    let swapped = swap_task(cx, &event_loop, before);
    if !task.future().is_pending() {
        registry::unregister(cx, task.as_value());
        task.drop_coroutine();
    }
    result.and(swapped.map(drop))
}

/// What the coroutine did.
enum Step {
    Yielded(Value),
    Returned(Value),
    Raised(PyErr),
}

/// The value of a `StopIteration`; other errors stay.
fn stopped(cx: &Ctx, error: PyErr) -> Step {
    if !cx.matches(&error, &cx.types().stop_iteration) {
        return Step::Raised(error);
    }
    match cx.get_attr(error.value(), &cx.intern("value")) {
        Ok(value) => Step::Returned(value),
        Err(error) => Step::Raised(error),
    }
}

fn advance(cx: &Ctx, coroutine: &Value, exception: Option<Value>) -> Step {
    let result = match exception {
        Some(exception) => cx.call_method(coroutine, &cx.intern("throw"), &[exception]),
        None => match cx.class_of(coroutine).slots.send.get() {
            Some(send) => match send(cx, coroutine, &Value::NONE) {
                Ok(Sent::Yielded(value)) => Ok(value),
                Ok(Sent::Returned(value)) => return Step::Returned(value),
                Err(error) => Err(error),
            },
            None => cx.call_method(coroutine, &cx.names().send, &[Value::NONE]),
        },
    };
    match result {
        Ok(value) => Step::Yielded(value),
        Err(error) => stopped(cx, error),
    }
}

/// A step of a task that is the current one.
///
/// # Errors
/// As for [`step`].
pub(super) fn step_inside(cx: &Ctx, task: &Py<Task>, exception: Option<Value>) -> PyResult<()> {
    let this = task.as_value();
    let future = task.future();
    if !future.is_pending() {
        let shown = match &exception {
            Some(exception) => cx.repr(exception)?.to_string_lossy().into_owned(),
            None => "None".to_owned(),
        };
        let message = format!(
            "__step(): already done: {} {shown}",
            cx.repr(this)?.to_string_lossy()
        );
        return Err(invalid_state(cx, &message));
    }
    let mut exception = exception;
    if task.must_cancel.replace(false) {
        let class = cancelled_error(cx)?;
        let is_cancellation = match &exception {
            Some(exception) => cx.is_instance(exception, class.as_value())?,
            None => false,
        };
        if !is_cancellation {
            exception = Some(future.cancelled_error(cx)?);
        }
    }
    task.waiter.set(None);
    let Some(coroutine) = task.coroutine() else {
        return Err(cx.runtime_error("uninitialized Task object"));
    };
    let result = match advance(cx, &coroutine, exception) {
        Step::Yielded(value) => return wait_for(cx, task, &value),
        Step::Returned(_) if task.must_cancel.replace(false) => {
            let message = future.cancel_message.get();
            future.cancel_now(cx, this, message).map(drop)
        }
        Step::Returned(value) => future.finish(cx, this, value),
        Step::Raised(error) => ended_by(cx, task, error),
    };
    if !future.is_pending() {
        registry::unregister(cx, this);
    }
    result
}

/// The coroutine raised.
fn ended_by(cx: &Ctx, task: &Py<Task>, error: PyErr) -> PyResult<()> {
    let this = task.as_value();
    let future = task.future();
    if cx.matches(&error, &cancelled_error(cx)?) {
        let exception = error.into_exception().into_value();
        future.cancelled_exception.set(Some(exception));
        return future.cancel_now(cx, this, None).map(drop);
    }
    future.fail(cx, this, error.value())?;
    let types = cx.types();
    let ends_program =
        cx.matches(&error, &types.keyboard_interrupt) || cx.matches(&error, &types.system_exit);
    if ends_program { Err(error) } else { Ok(()) }
}

/// Throws an error into the coroutine at the next step.
fn complain(cx: &Ctx, task: &Py<Task>, message: String) -> PyResult<()> {
    let error = cx.runtime_error(message);
    call_step_soon(cx, task, Some(error.into_exception().into_value()))
}

fn shown(cx: &Ctx, value: &Value) -> PyResult<String> {
    Ok(cx.repr(value)?.to_string_lossy().into_owned())
}

fn no_yield_from(cx: &Ctx, task: &Py<Task>, value: &Value) -> PyResult<()> {
    let message = format!(
        "yield was used instead of yield from in task {} with {}",
        shown(cx, task.as_value())?,
        shown(cx, value)?
    );
    complain(cx, task, message)
}

fn other_loop(cx: &Ctx, task: &Py<Task>, value: &Value) -> PyResult<()> {
    let message = format!(
        "Task {} got Future {} attached to a different loop",
        shown(cx, task.as_value())?,
        shown(cx, value)?
    );
    complain(cx, task, message)
}

/// The coroutine yielded: normally the future that it waits for.
fn wait_for(cx: &Ctx, task: &Py<Task>, value: &Value) -> PyResult<()> {
    let this = task.as_value();
    if value.is(this) {
        let message = format!("Task cannot await on itself: {}", shown(cx, this)?);
        return complain(cx, task, message);
    }
    if value.is_none() {
        return call_step_soon(cx, task, None);
    }
    let event_loop = task.future().known_loop(cx)?;
    if is_exact(cx, value)
        && let Some(future) = as_future(value)
    {
        if !future.loop_or_none().is_some_and(|own| own.is(&event_loop)) {
            return other_loop(cx, task, value);
        }
        if !future.is_blocking.replace(false) {
            return no_yield_from(cx, task, value);
        }
        future.add_awaiter(this);
        let context = task.context().unwrap_or(Value::NONE);
        future.add_callback(cx, value, Wakeup::make(cx, task), context)?;
        return waits(cx, task, value);
    }
    let blocking = cx.intern("_asyncio_future_blocking");
    let answer = cx.find_attr(value, &blocking)?.unwrap_or(Value::NONE);
    if answer.is_none() {
        let message = if value.downcast_ref::<Generator>().is_some() {
            format!(
                "yield was used instead of yield from for generator in task {} with {}",
                shown(cx, this)?,
                shown(cx, value)?
            )
        } else {
            format!("Task got bad yield: {}", shown(cx, value)?)
        };
        return complain(cx, task, message);
    }
    let get_loop = cx.import_from("asyncio.futures", "_get_loop")?;
    if !cx
        .call(&get_loop, std::slice::from_ref(value))?
        .is(&event_loop)
    {
        return other_loop(cx, task, value);
    }
    if !cx.is_true(&answer)? {
        return no_yield_from(cx, task, value);
    }
    if let Some(future) = as_future(value) {
        future.add_awaiter(this);
    }
    cx.set_attr(value, &blocking, Some(&Value::FALSE))?;
    let add = cx.get_attr_str(value, "add_done_callback")?;
    let values = [
        Wakeup::make(cx, task),
        task.context().unwrap_or(Value::NONE),
    ];
    let names = [cx.intern("context").into_value()];
    cx.call_with(&add, Args::new(&values, &names))?;
    waits(cx, task, value)
}

/// Notes what the task waits for; cancels that if the task was cancelled meanwhile.
fn waits(cx: &Ctx, task: &Py<Task>, value: &Value) -> PyResult<()> {
    task.waiter.set(Some(value.clone()));
    if task.must_cancel.get() {
        let message = task.future().cancel_message.get().unwrap_or(Value::NONE);
        let cancelled = call_named(cx, value, "cancel", "msg", message)?;
        if cx.is_true(&cancelled)? {
            task.must_cancel.set(false);
        }
    }
    Ok(())
}
