//! Which loop runs in this thread, and which of its tasks.

use std::cell::RefCell;
use std::collections::HashMap;
use std::thread::{self, ThreadId};

use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::value::Value;

/// What a thread runs.
#[derive(Clone, Default)]
struct Running {
    event_loop: Option<Value>,
    task: Option<Value>,
}

/// All threads of the isolate.
#[derive(Default)]
struct Threads(RefCell<HashMap<ThreadId, Running>>);

fn here(cx: &Ctx) -> Running {
    let threads = cx.state::<Threads>();
    let known = threads.0.borrow();
    known
        .get(&thread::current().id())
        .cloned()
        .unwrap_or_default()
}

fn store(cx: &Ctx, running: Running) {
    let threads = cx.state::<Threads>();
    let id = thread::current().id();
    let old = if running.event_loop.is_none() && running.task.is_none() {
        threads.0.borrow_mut().remove(&id)
    } else {
        threads.0.borrow_mut().insert(id, running)
    };
    drop(old);
}

/// The loop that runs in this thread.
pub(super) fn running_loop(cx: &Ctx) -> Option<Value> {
    here(cx).event_loop
}

fn same(left: Option<&Value>, right: &Value) -> bool {
    left.is_some_and(|left| left.is(right))
}

fn shown(cx: &Ctx, value: &Value) -> PyResult<String> {
    Ok(cx.repr(value)?.to_string_lossy().into_owned())
}

/// The loop must be the one that runs here.
fn check_loop(cx: &Ctx, running: &Running, event_loop: &Value) -> PyResult<()> {
    if same(running.event_loop.as_ref(), event_loop) {
        return Ok(());
    }
    let name = shown(cx, event_loop)?;
    Err(cx.runtime_error(format!("loop {name} is not the running loop")))
}

/// # Errors
/// `RuntimeError` if another task runs, or another loop.
pub(super) fn enter_task(cx: &Ctx, event_loop: &Value, task: &Value) -> PyResult<()> {
    let mut running = here(cx);
    check_loop(cx, &running, event_loop)?;
    if let Some(other) = &running.task {
        return Err(cx.runtime_error(format!(
            "Cannot enter into task {} while another task {} is being executed.",
            shown(cx, task)?,
            shown(cx, other)?
        )));
    }
    running.task = Some(task.clone());
    store(cx, running);
    Ok(())
}

/// # Errors
/// `RuntimeError` if the task does not run.
pub(super) fn leave_task(cx: &Ctx, event_loop: &Value, task: &Value) -> PyResult<()> {
    let mut running = here(cx);
    check_loop(cx, &running, event_loop)?;
    if !same(running.task.as_ref(), task) {
        let other = running.task.unwrap_or(Value::NONE);
        return Err(cx.runtime_error(format!(
            "Invalid attempt to leave task {} while task {} is entered.",
            shown(cx, task)?,
            shown(cx, &other)?
        )));
    }
    running.task = None;
    store(cx, running);
    Ok(())
}

/// Lets another task run, or none; returns the one before.
///
/// # Errors
/// `RuntimeError` if another loop runs.
pub(super) fn swap_task(
    cx: &Ctx,
    event_loop: &Value,
    task: Option<Value>,
) -> PyResult<Option<Value>> {
    let mut running = here(cx);
    check_loop(cx, &running, event_loop)?;
    let old = std::mem::replace(&mut running.task, task);
    store(cx, running);
    Ok(old)
}

#[cold]
pub(super) fn no_running_loop(cx: &Ctx) -> PyErr {
    cx.runtime_error("no running event loop")
}

/// Return the running event loop or None.
///
/// This is a low-level function intended to be used by event loops.
/// This function is thread-specific.
#[pyfunction]
pub(super) fn _get_running_loop(cx: &Ctx) -> Option<Value> {
    running_loop(cx)
}

/// Set the running event loop.
///
/// This is a low-level function intended to be used by event loops.
/// This function is thread-specific.
#[pyfunction(signature = (r#loop, /), text_signature = "($module, loop, /)")]
pub(super) fn _set_running_loop(cx: &Ctx, r#loop: &Value) {
    let mut running = here(cx);
    running.event_loop = Some(r#loop.clone()).filter(|value| !value.is_none());
    store(cx, running);
}

/// The running loop, or the one that the policy gives.
///
/// # Errors
/// What the policy raises.
pub(super) fn current_loop(cx: &Ctx) -> PyResult<Value> {
    if let Some(running) = running_loop(cx) {
        return Ok(running);
    }
    let policy = cx.import_from("asyncio.events", "_get_event_loop_policy")?;
    let policy = cx.call(&policy, &[])?;
    cx.call_method(&policy, &cx.names().get_event_loop, &[])
}

/// Return an asyncio event loop.
///
/// When called from a coroutine or a callback (e.g. scheduled with
/// call_soon or similar API), this function will always return the
/// running event loop.
///
/// If there is no running event loop set, the function will return
/// the result of `get_event_loop_policy().get_event_loop()` call.
#[pyfunction]
pub(super) fn get_event_loop(cx: &Ctx) -> PyResult<Value> {
    current_loop(cx)
}

/// Return the running event loop.  Raise a RuntimeError if there is none.
///
/// This function is thread-specific.
#[pyfunction]
pub(super) fn get_running_loop(cx: &Ctx) -> PyResult<Value> {
    running_loop(cx).ok_or_else(|| no_running_loop(cx))
}

/// Return a currently executed task.
#[pyfunction(signature = (r#loop = None), text_signature = "($module, /, loop=None)")]
pub(super) fn current_task(cx: &Ctx, r#loop: Option<&Value>) -> PyResult<Option<Value>> {
    let running = here(cx);
    let wanted = match r#loop {
        Some(wanted) => wanted.clone(),
        None => running
            .event_loop
            .clone()
            .ok_or_else(|| no_running_loop(cx))?,
    };
    if same(running.event_loop.as_ref(), &wanted) {
        return Ok(running.task);
    }
    let threads = cx.state::<Threads>();
    let known = threads.0.borrow();
    let other = known
        .values()
        .find(|running| same(running.event_loop.as_ref(), &wanted));
    Ok(other.and_then(|running| running.task.clone()))
}

/// Enter into task execution or resume suspended task.
///
/// Task belongs to loop.
///
/// Returns None.
#[pyfunction(signature = (r#loop, task), text_signature = "($module, /, loop, task)")]
pub(super) fn _enter_task(cx: &Ctx, r#loop: &Value, task: &Value) -> PyResult<()> {
    enter_task(cx, r#loop, task)
}

/// Leave task execution or suspend a task.
///
/// Task belongs to loop.
///
/// Returns None.
#[pyfunction(signature = (r#loop, task), text_signature = "($module, /, loop, task)")]
pub(super) fn _leave_task(cx: &Ctx, r#loop: &Value, task: &Value) -> PyResult<()> {
    leave_task(cx, r#loop, task)
}

/// Temporarily swap in the supplied task and return the original one (or None).
///
/// This is intended for use during eager coroutine execution.
#[pyfunction(signature = (r#loop, task), text_signature = "($module, /, loop, task)")]
pub(super) fn _swap_current_task(
    cx: &Ctx,
    r#loop: &Value,
    task: &Value,
) -> PyResult<Option<Value>> {
    let task = Some(task.clone()).filter(|task| !task.is_none());
    swap_task(cx, r#loop, task)
}
