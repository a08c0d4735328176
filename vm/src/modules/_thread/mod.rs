//! Module `_thread`: locks, and who the running thread is.
//!
//! CPython 3.14: `Modules/_threadmodule.c`. `lock` are the two locks, `local` thread-local data.
//! Tests: `tests/run/_thread/`.
//! Deviations: threads cannot be started yet; `start_new_thread` and `start_joinable_thread` raise `RuntimeError`, as
//! where the system has no more threads.

mod local;
mod lock;

use std::cell::Cell;

use taipan_macros::{pyclass, pyfunction, pymethods, pymodule};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::{Args, ModuleBuilder};
use crate::objects::Type;
use crate::value::{Py, Value};

pub(crate) use local::Local;
pub(crate) use lock::{Lock, RLock};

/// The longest time-out in seconds.
const TIMEOUT_MAX: f64 = 9_223_372_036.0;
/// `get_ident()` of the thread that started the isolate; a number that no pointer is.
const MAIN_IDENT: u64 = 1;

/// This module provides primitive operations to write multi-threaded programs.
/// The 'threading' module provides a more convenient interface.
#[pymodule]
pub(crate) fn _thread(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    for function in [
        &_count::DEF,
        &_get_main_thread_ident::DEF,
        &_is_main_interpreter::DEF,
        &_make_thread_handle::DEF,
        &_shutdown::DEF,
        &allocate_lock::DEF,
        &daemon_threads_allowed::DEF,
        &exit::DEF,
        &get_ident::DEF,
        &get_native_id::DEF,
        &set_name::DEF,
        &stack_size::DEF,
        &start_joinable_thread::DEF,
        &start_new_thread::DEF,
    ] {
        m.function(function)?;
    }
    let lock = cx.native_class(Lock::class());
    m.add("lock", lock.clone())?;
    m.add("LockType", lock)?;
    m.class(RLock::class())?;
    m.class(Local::class())?;
    m.class(ThreadHandle::class())?;
    m.add("error", cx.types().runtime_error.clone())?;
    m.add("TIMEOUT_MAX", TIMEOUT_MAX)
}

/// The payload of a `_ThreadHandle`: a thread to wait for.
#[pyclass(name = "_ThreadHandle", module = "_thread", subclassable)]
pub(crate) struct ThreadHandle {
    ident: Cell<u64>,
    done: Cell<bool>,
}

/// A handle for a thread.
#[pymethods]
impl ThreadHandle {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<ThreadHandle> {
        let _ = args;
        cx.heap().allocate(
            cls,
            ThreadHandle {
                ident: Cell::new(0),
                done: Cell::new(false),
            },
        )
    }

    #[getter]
    fn ident(&self) -> u64 {
        self.ident.get()
    }

    fn is_done(&self) -> bool {
        self.done.get()
    }

    fn _set_done(&self) {
        self.done.set(true);
    }

    #[pymethod(signature = (timeout = None, /))]
    fn join(&self, cx: &Ctx, timeout: Option<&Value>) -> PyResult<()> {
        let _ = timeout;
        if self.done.get() {
            return Ok(());
        }
        if self.ident.get() == 0 {
            return Err(cx.runtime_error("thread not started"));
        }
        Err(cx.runtime_error("Cannot join current thread"))
    }
}

/// Internal only. Make a thread handle for threads not spawned
/// by the _thread or threading module.
#[pyfunction(signature = (ident, /))]
fn _make_thread_handle(cx: &Ctx, ident: u64) -> Value {
    let class = cx.native_class(ThreadHandle::class());
    let handle = ThreadHandle {
        ident: Cell::new(ident),
        done: Cell::new(false),
    };
    cx.heap().allocate(&class, handle).into_value()
}

/// Return the number of currently running Python threads, excluding
/// the main thread. The returned number comprises all threads created
/// through `start_new_thread()` as well as `threading.Thread`, and not
/// yet finished.
#[pyfunction]
fn _count() -> i32 {
    0
}

/// Internal only. Return a non-zero integer that uniquely identifies the main thread
/// of the main interpreter.
#[pyfunction]
fn _get_main_thread_ident() -> u64 {
    MAIN_IDENT
}

/// Return True if the current interpreter is the main Python interpreter.
#[pyfunction]
fn _is_main_interpreter() -> bool {
    true
}

/// Wait for all non-daemon threads (other than the calling thread) to stop.
#[pyfunction]
fn _shutdown() {}

/// Create a new lock object. See help(type(threading.Lock())) for
/// information about locks.
#[pyfunction]
fn allocate_lock(cx: &Ctx) -> Value {
    Lock::make(cx)
}

/// Return True if daemon threads are allowed in the current interpreter,
/// and False otherwise.
#[pyfunction]
fn daemon_threads_allowed() -> bool {
    true
}

/// This is synonymous to ``raise SystemExit''.  It will cause the current
/// thread to exit silently unless the exception is caught.
#[pyfunction]
fn exit(cx: &Ctx) -> PyResult<()> {
    Err(cx.exception_with(&cx.types().system_exit, Vec::new()))
}

/// Return a non-zero integer that uniquely identifies the current thread
/// amongst other threads that exist simultaneously.
#[pyfunction]
fn get_ident() -> u64 {
    MAIN_IDENT
}

/// Return a non-negative integer identifying the thread as reported
/// by the OS (kernel). This may be used to uniquely identify a
/// particular thread within a system.
#[pyfunction]
fn get_native_id(cx: &Ctx) -> PyResult<i64> {
    cx.host()
        .getpid()
        .map(i64::from)
        .map_err(|error| cx.os_error(error))
}

/// Set the name of the current thread.
#[pyfunction(signature = (name))]
fn set_name(name: &Value) {
    // Names of the system's threads are for debuggers; the program's own thread keeps the program's.
    let _ = name;
}

/// Return the thread stack size used when creating new threads.
#[pyfunction(signature = (size = 0, /))]
fn stack_size(cx: &Ctx, size: i64) -> PyResult<i64> {
    if size < 0 {
        return Err(cx.value_error("size must be 0 or a positive value"));
    }
    Ok(0)
}

/// Start a new thread and return its identifier.
#[pyfunction(text_signature = "($module, function, args, kwargs={}, /)")]
fn start_new_thread(cx: &Ctx, args: Args<'_>) -> PyResult<()> {
    let _ = args;
    Err(cx.runtime_error("can't start new thread"))
}

/// *For internal use only*: start a new thread.
#[pyfunction(text_signature = "($module, /, function, handle=None, daemon=True)")]
fn start_joinable_thread(cx: &Ctx, args: Args<'_>) -> PyResult<()> {
    let _ = args;
    Err(cx.runtime_error("can't start new thread"))
}
