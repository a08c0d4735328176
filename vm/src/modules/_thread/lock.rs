//! `lock`: whoever releases it need not have acquired it.

use std::cell::Cell;

use taipan_macros::{pyclass, pyfunction, pymethods};

use super::timeout::{Wait, waiting};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::waiters::{Waiters, Woken};
use crate::native::Args;
use crate::objects::Type;
use crate::value::{Py, Value};

/// The payload of a `lock`.
#[pyclass(name = "lock", module = "_thread", weakref, text_signature = "()")]
#[derive(Default)]
pub(crate) struct Lock {
    locked: Cell<bool>,
    waiters: Waiters,
}

/// Create a new lock object. See help(type(threading.Lock())) for
/// information about locks.
#[pyfunction]
pub(super) fn allocate_lock(cx: &Ctx) -> Value {
    make(cx)
}

/// An obsolete synonym of allocate_lock().
#[pyfunction]
pub(super) fn allocate(cx: &Ctx) -> Value {
    make(cx)
}

fn make(cx: &Ctx) -> Value {
    let class = cx.native_class(Lock::class());
    cx.heap().allocate(&class, Lock::default()).into_value()
}

/// A lock object is a synchronization primitive.  To create a lock,
/// call threading.Lock().  Methods are:
///
/// acquire() -- lock the lock, possibly blocking until it can be obtained
/// release() -- unlock of the lock
/// locked() -- test whether the lock is currently locked
///
/// A lock is not owned by the thread that locked it; another thread may
/// unlock it.  A thread attempting to lock a lock that it has already locked
/// will block until another thread unlocks it.  Deadlocks may ensue.
#[pymethods]
impl Lock {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<Lock>> {
        crate::native::bind::no_arguments(cx, "lock", args)?;
        Ok(cx.heap().allocate(cls, Lock::default()))
    }

    /// Lock the lock.
    ///
    /// Without argument, this blocks if the lock is already
    /// locked (even by the same thread), waiting for another thread to release
    /// the lock, and return True once the lock is acquired.
    /// With an argument, this will only block if the argument is true,
    /// and the return value reflects whether the lock is acquired.
    /// The blocking operation is interruptible.
    #[pymethod(
        signature = (blocking = true, timeout = None),
        text_signature = "($self, /, blocking=True, timeout=-1)"
    )]
    fn acquire(
        this: &Py<Lock>,
        cx: &Ctx,
        blocking: bool,
        timeout: Option<&Value>,
    ) -> PyResult<bool> {
        let wait = waiting(cx, blocking, timeout)?;
        this.take(cx, wait)
    }

    #[native_only]
    fn take(&self, cx: &Ctx, wait: Wait) -> PyResult<bool> {
        while self.locked.get() {
            let Wait::Until(deadline) = wait else {
                return Ok(false);
            };
            if self.waiters.wait(cx, deadline)? == Woken::TimeOver && self.locked.get() {
                return Ok(false);
            }
        }
        self.locked.set(true);
        Ok(true)
    }

    /// An obsolete synonym of acquire().
    #[pymethod(
        signature = (blocking = true, timeout = None),
        text_signature = "($self, /, blocking=True, timeout=-1)"
    )]
    fn acquire_lock(
        this: &Py<Lock>,
        cx: &Ctx,
        blocking: bool,
        timeout: Option<&Value>,
    ) -> PyResult<bool> {
        Self::acquire(this, cx, blocking, timeout)
    }

    /// Release the lock.
    ///
    /// Allows another thread that is blocked waiting for
    /// the lock to acquire the lock.  The lock must be in the locked state,
    /// but it needn't be locked by the same thread that unlocks it.
    fn release(&self, cx: &Ctx) -> PyResult<()> {
        if !self.locked.replace(false) {
            return Err(cx.runtime_error("release unlocked lock"));
        }
        self.waiters.wake_one(cx);
        Ok(())
    }

    /// An obsolete synonym of release().
    fn release_lock(&self, cx: &Ctx) -> PyResult<()> {
        self.release(cx)
    }

    /// Return whether the lock is in the locked state.
    fn locked(&self) -> bool {
        self.locked.get()
    }

    /// An obsolete synonym of locked().
    fn locked_lock(&self) -> bool {
        self.locked.get()
    }

    fn _at_fork_reinit(&self) {
        self.locked.set(false);
    }

    /// Lock the lock.
    fn __enter__(this: &Py<Lock>, cx: &Ctx) -> PyResult<bool> {
        Self::acquire(this, cx, true, None)
    }

    /// Release the lock.
    #[pymethod(signature = (*exc_info))]
    fn __exit__(&self, cx: &Ctx, exc_info: &[Value]) -> PyResult<()> {
        let _ = exc_info;
        self.release(cx)
    }

    fn __repr__(this: &Py<Lock>, cx: &Ctx) -> String {
        let state = if this.locked.get() {
            "locked"
        } else {
            "unlocked"
        };
        format!(
            "<{state} {} object at {:#x}>",
            cx.class_of(this.as_value()).full_name(),
            this.as_value().identity()
        )
    }
}
