//! Module `_thread`: threads, locks, and data that each thread has of its own.
//!
//! CPython 3.14: `Modules/_threadmodule.c`. `start` starts threads, `handle` is what one waits for, `lock` and `rlock` are
//! the two locks, `local` thread-local data, `hook` shows what a thread did not catch. Tests: `tests/run/_thread/`.

mod handle;
mod hook;
mod local;
mod lock;
mod rlock;
mod start;
mod timeout;

use std::cell::{Cell, RefCell};

use taipan_macros::{pyfunction, pymodule};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::ModuleBuilder;
use crate::value::{Py, Value};

pub(crate) use handle::ThreadHandle;
pub(crate) use local::Local;
pub(crate) use lock::Lock;
pub(crate) use rlock::RLock;

pub use start::after_fork_in_child;

/// Bytes of a thread's name that the system keeps.
const NAME_MAXLEN: usize = 15;

/// What the module keeps about the isolate's threads.
#[derive(Default)]
struct Threads {
    /// Those that were started here and have not ended.
    running: RefCell<Vec<Py<ThreadHandle>>>,
    /// `stack_size()`: 0 for the usual one.
    stack_size: Cell<usize>,
}

/// This module provides primitive operations to write multi-threaded programs.
/// The 'threading' module provides a more convenient interface.
#[pymodule]
pub(crate) fn _thread(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    for function in [
        &_count::DEF,
        &_get_main_thread_ident::DEF,
        &_get_name::DEF,
        &_is_main_interpreter::DEF,
        &hook::_excepthook::DEF,
        &handle::_make_thread_handle::DEF,
        &start::_shutdown::DEF,
        &lock::allocate::DEF,
        &lock::allocate_lock::DEF,
        &daemon_threads_allowed::DEF,
        &exit::DEF,
        &exit_thread::DEF,
        &get_ident::DEF,
        &get_native_id::DEF,
        &interrupt_main::DEF,
        &set_name::DEF,
        &start::stack_size::DEF,
        &start::start_joinable_thread::DEF,
        &start::start_new::DEF,
        &start::start_new_thread::DEF,
    ] {
        m.function(function)?;
    }
    let lock = cx.native_class(Lock::class());
    m.add("lock", lock.clone())?;
    m.add("LockType", lock)?;
    m.class(RLock::class())?;
    m.class(Local::class())?;
    m.class(ThreadHandle::class())?;
    m.add(
        "_ExceptHookArgs",
        cx.struct_sequence_class::<hook::ExceptHookArgs>()?,
    )?;
    m.add("error", cx.types().runtime_error.clone())?;
    m.add("TIMEOUT_MAX", timeout::MAX)?;
    m.add("_NAME_MAXLEN", NAME_MAXLEN)
}

/// Return the number of currently running Python threads, excluding
/// the main thread. The returned number comprises all threads created
/// through `start_new_thread()` as well as `threading.Thread`, and not
/// yet finished.
///
/// This function is meant for internal and specialized purposes only.
/// In most applications `threading.enumerate()` should be used instead.
#[pyfunction]
fn _count(cx: &Ctx) -> usize {
    cx.state::<Threads>().running.borrow().len()
}

/// Internal only. Return a non-zero integer that uniquely identifies the main thread
/// of the main interpreter.
#[pyfunction]
fn _get_main_thread_ident(cx: &Ctx) -> u64 {
    let mut ident = 0;
    cx.each_context(|thread| {
        if thread.is_first_thread() {
            ident = thread.thread_ident();
        }
    });
    ident
}

/// Return True if the current interpreter is the main Python interpreter.
#[pyfunction]
fn _is_main_interpreter() -> bool {
    true
}

/// Return True if daemon threads are allowed in the current interpreter,
/// and False otherwise.
#[pyfunction]
fn daemon_threads_allowed() -> bool {
    true
}

fn leave(cx: &Ctx) -> PyResult<()> {
    Err(cx.exception_with(&cx.types().system_exit, Vec::new()))
}

/// This is synonymous to ``raise SystemExit''.  It will cause the current
/// thread to exit silently unless the exception is caught.
#[pyfunction]
fn exit(cx: &Ctx) -> PyResult<()> {
    leave(cx)
}

/// An obsolete synonym of exit().
#[pyfunction]
fn exit_thread(cx: &Ctx) -> PyResult<()> {
    leave(cx)
}

/// Return a non-zero integer that uniquely identifies the current thread
/// amongst other threads that exist simultaneously.
///
/// This may be used to identify per-thread resources.  Even though on
/// some platforms threads identities may appear to be allocated
/// consecutive numbers starting at 1, this behavior should not be relied
/// upon, and the number should be seen purely as a magic cookie.
/// A thread's identity may be reused for another thread after it exits.
#[pyfunction]
fn get_ident(cx: &Ctx) -> u64 {
    cx.thread_ident()
}

/// Return a non-negative integer identifying the thread as reported
/// by the OS (kernel). This may be used to uniquely identify a
/// particular thread within a system.
#[pyfunction]
fn get_native_id(cx: &Ctx) -> u64 {
    cx.native_thread_id()
}

/// Simulate the arrival of the given signal in the main thread,
/// where the corresponding signal handler will be executed.
/// If *signum* is omitted, SIGINT is assumed.
/// A subthread can use this function to interrupt the main thread.
///
/// Note: the default signal handler for SIGINT raises ``KeyboardInterrupt``.
#[pyfunction(
    signature = (signum = SIGINT, /),
    text_signature = "($module, signum=signal.SIGINT, /)"
)]
fn interrupt_main(cx: &Ctx, signum: i32) -> PyResult<()> {
    if !(1..=LAST_SIGNAL).contains(&signum) {
        return Err(cx.value_error("signal number out of range"));
    }
    let handled = cx.host().disposition(signum);
    if handled.is_ok_and(|does| does == taipan_host::signals::Disposition::Record) {
        cx.host()
            .record_signal(signum)
            .map_err(|error| cx.os_error(error))?;
    }
    Ok(())
}

/// The same on all Unix systems.
const SIGINT: i32 = 2;
const LAST_SIGNAL: i32 = 64;

/// Set the name of the current thread.
#[pyfunction(signature = (name))]
fn set_name(cx: &Ctx, name: &Py<crate::objects::Str>) -> PyResult<()> {
    let text = name.to_string_lossy();
    let text = text.split('\0').next().unwrap_or_default();
    let mut end = text.len().min(NAME_MAXLEN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    cx.host()
        .set_thread_name(text.as_bytes().get(..end).unwrap_or_default())
        .map_err(|error| cx.os_error(error))
}

/// Get the name of the current thread.
#[pyfunction]
fn _get_name(cx: &Ctx) -> PyResult<Value> {
    let name = cx
        .host()
        .thread_name()
        .map_err(|error| cx.os_error(error))?;
    cx.fs_decode(&name)
}
