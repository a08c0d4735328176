//! Starting threads, and waiting for them at the end of the program.

use std::cell::Cell;

use taipan_macros::pyfunction;

use super::Threads;
use super::handle::{Progress, ThreadHandle};
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::interp::waiters::Deadline;
use crate::native::Args;
use crate::native::bind::Optional;
use crate::objects::{Dict, Tuple};
use crate::value::{Py, Value};

/// The native stack of a thread unless `stack_size()` says otherwise: memory that is never touched costs nothing.
const STACK_SIZE: usize = 16 * 1024 * 1024;
/// The least that `stack_size()` takes, and what is added to it: frames of native code are larger than C's.
const LEAST_STACK: usize = 32 * 1024;
const STACK_RESERVE: usize = 1024 * 1024;

/// Starts a thread that calls `function`.
fn start(
    cx: &Ctx,
    handle: &Py<ThreadHandle>,
    function: &Value,
    args: Value,
    kwargs: Value,
) -> PyResult<u64> {
    if cx.isolate().is_finalizing() {
        return Err(cx.error(
            &cx.types().python_finalization_error,
            "can't create new thread at interpreter shutdown",
        ));
    }
    let threads = cx.state::<Threads>();
    let stack = match threads.stack_size.get() {
        0 => STACK_SIZE,
        size => size + STACK_RESERVE,
    };
    handle.progress.set(Progress::Starting);
    threads.running.borrow_mut().push(handle.clone());
    let values = vec![handle.to_value(), function.clone(), args, kwargs];
    match cx.spawn_thread(stack, values, run) {
        Ok(ident) => {
            // The new thread waits for the isolate's lock, so it sees this.
            handle.ident.set(ident);
            handle.progress.set(Progress::Running);
            Ok(ident)
        }
        Err(_) => {
            handle.progress.set(Progress::NotStarted);
            threads
                .running
                .borrow_mut()
                .retain(|known| !known.is(handle));
            Err(cx.runtime_error("can't start new thread"))
        }
    }
}

/// What a new thread does.
fn run(cx: &Ctx, values: Vec<Value>) {
    let mut values = values.into_iter();
    let mut next = || values.next().unwrap_or(Value::NONE);
    let (handle, function, args, kwargs) = (next(), next(), next(), next());
    if let Err(error) = call(cx, &function, &args, &kwargs)
        && !cx.matches(&error, &cx.types().system_exit)
    {
        let message = Some("Exception ignored in thread started by");
        cx.report_unraisable(&error, message, &function);
    }
    drop((function, args, kwargs));
    super::local::forget_thread(cx);
    cx.thread().forget_values();
    let Ok(handle) = handle.downcast::<ThreadHandle>() else {
        return;
    };
    let threads = cx.state::<Threads>();
    threads
        .running
        .borrow_mut()
        .retain(|known| !known.is(&handle));
    handle.finish(cx);
}

fn call(cx: &Ctx, function: &Value, args: &Value, kwargs: &Value) -> PyResult<()> {
    let positional = match args.downcast_ref::<Tuple>() {
        Some(args) => args.as_slice(),
        None => &[],
    };
    let mut values = positional.to_vec();
    let mut names = Vec::new();
    if let Some(kwargs) = kwargs.downcast_ref::<Dict>() {
        for (name, value) in kwargs.items() {
            names.push(name);
            values.push(value);
        }
    }
    cx.call_with(function, Args::new(&values, &names))?;
    Ok(())
}

fn start_detached(cx: &Ctx, name: &str, args: Args<'_>) -> PyResult<u64> {
    if args.has_keywords() {
        return Err(cx.type_error(format!("_thread.{name}() takes no keyword arguments")));
    }
    let given = args.positional();
    let (function, arguments, keywords) = match given {
        [function, arguments] => (function, arguments, None),
        [function, arguments, keywords] => (function, arguments, Some(keywords)),
        _ => {
            let (how, limit) = if given.len() < 2 {
                ("at least", 2)
            } else {
                ("at most", 3)
            };
            return Err(cx.type_error(format!(
                "{name} expected {how} {limit} arguments, got {}",
                given.len()
            )));
        }
    };
    if !cx.is_callable(function) {
        return Err(cx.type_error("first arg must be callable"));
    }
    if arguments.downcast_ref::<Tuple>().is_none() {
        return Err(cx.type_error("2nd arg must be a tuple"));
    }
    if keywords.is_some_and(|keywords| keywords.downcast_ref::<Dict>().is_none()) {
        return Err(cx.type_error("optional 3rd arg must be a dictionary"));
    }
    let keywords = keywords.cloned().unwrap_or(Value::NONE);
    cx.audit(
        "_thread.start_new_thread",
        &[function.clone(), arguments.clone(), keywords.clone()],
    )?;
    let handle = ThreadHandle::make(cx, 0, Progress::NotStarted);
    start(cx, &handle, function, arguments.clone(), keywords)
}

/// Start a new thread and return its identifier.
///
/// The thread will call the function with positional arguments from the
/// tuple args and keyword arguments taken from the optional dictionary
/// kwargs.  The thread exits when the function returns; the return value
/// is ignored.  The thread will also exit when the function raises an
/// unhandled exception; a stack trace will be printed unless the exception
/// is SystemExit.
#[pyfunction(text_signature = "($module, function, args, kwargs={}, /)")]
pub(super) fn start_new_thread(cx: &Ctx, args: Args<'_>) -> PyResult<u64> {
    start_detached(cx, "start_new_thread", args)
}

/// An obsolete synonym of start_new_thread().
#[pyfunction(text_signature = "($module, function, args, kwargs={}, /)")]
pub(super) fn start_new(cx: &Ctx, args: Args<'_>) -> PyResult<u64> {
    start_detached(cx, "start_new_thread", args)
}

/// *For internal use only*: start a new thread.
///
/// Like start_new_thread(), this starts a new thread calling the given function.
/// Unlike start_new_thread(), this returns a handle object with methods to join
/// or detach the given thread.
/// This function is not for third-party code, please use the
/// `threading` module instead. During finalization the runtime will not wait for
/// the thread to exit if daemon is True. If handle is provided it must be a
/// newly created thread._ThreadHandle instance.
#[pyfunction(
    signature = (function, handle = None, daemon = true),
    text_signature = "($module, /, function, handle=None, daemon=True)"
)]
pub(super) fn start_joinable_thread(
    cx: &Ctx,
    function: &Value,
    handle: Option<&Value>,
    daemon: bool,
) -> PyResult<Py<ThreadHandle>> {
    if !cx.is_callable(function) {
        return Err(cx.type_error("thread function must be callable"));
    }
    let handle = match handle {
        None => ThreadHandle::make(cx, 0, Progress::NotStarted),
        Some(handle) => match handle.downcast_ref::<ThreadHandle>() {
            Some(handle) => handle.clone(),
            None => return Err(cx.type_error("'handle' must be a _ThreadHandle")),
        },
    };
    cx.audit(
        "_thread.start_joinable_thread",
        &[function.clone(), Value::bool(daemon), handle.to_value()],
    )?;
    if handle.progress.get() != Progress::NotStarted {
        return Err(cx.runtime_error("thread already started"));
    }
    handle.is_daemon.set(daemon);
    start(cx, &handle, function, Value::NONE, Value::NONE)?;
    Ok(handle)
}

/// Return the thread stack size used when creating new threads.  The
/// optional size argument specifies the stack size (in bytes) to be used
/// for subsequent threads.  The size must be 0 (use platform or
/// configured default) or a positive integer value of at least 32,768 (32k).
/// If changing the thread stack size is unsupported, a ThreadError exception
/// is raised. If the specified size is invalid, a ValueError exception
/// is raised, and the stack size is unmodified.  32k bytes
/// currently the minimum supported stack size value to guarantee
/// sufficient stack space for the interpreter itself.
#[pyfunction(signature = (size = Optional::Missing, /), text_signature = "($module, size=0, /)")]
pub(super) fn stack_size(cx: &Ctx, size: Optional<isize>) -> PyResult<usize> {
    let threads = cx.state::<Threads>();
    let set: &Cell<usize> = &threads.stack_size;
    let Ok(size) = usize::try_from(size.given().unwrap_or(0)) else {
        return Err(cx.value_error("size must be 0 or a positive value"));
    };
    if size != 0 && size < LEAST_STACK {
        return Err(cx.value_error(format!("size not valid: {size} bytes")));
    }
    Ok(set.replace(size))
}

/// Wait for all non-daemon threads (other than the calling thread) to stop.
#[pyfunction]
pub(super) fn _shutdown(cx: &Ctx) {
    let threads = cx.state::<Threads>();
    loop {
        let running = threads.running.borrow().clone();
        let next = running
            .into_iter()
            .find(|handle| !handle.is_daemon.get() && handle.ident.get() != cx.thread_ident());
        let Some(handle) = next else {
            return;
        };
        if let Err(error) = handle.wait(cx, Deadline::NEVER) {
            report(cx, &error);
            return;
        }
    }
}

fn report(cx: &Ctx, error: &PyErr) {
    let message = "Exception ignored while joining a thread in _thread._shutdown()";
    cx.report_unraisable(error, Some(message), &Value::NONE);
}

/// In the child of a fork: the other threads are not there any more.
pub fn after_fork_in_child(cx: &Ctx) {
    cx.become_only_thread();
    cx.isolate().import_state.forget_other_threads(cx);
    let threads = cx.state::<Threads>();
    let others = threads.running.take();
    let me = cx.thread_ident();
    for handle in others {
        if handle.ident.get() == me {
            threads.running.borrow_mut().push(handle);
        } else {
            handle.finish(cx);
        }
    }
}
