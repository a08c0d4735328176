//! `RLock`: its owner may acquire it again, and only its owner releases it.

use std::cell::Cell;

use taipan_macros::{pyclass, pymethods};

use super::timeout::{Wait, waiting};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::waiters::{Deadline, Waiters, Woken};
use crate::native::Args;
use crate::objects::Type;
use crate::value::{Py, Value};

/// The payload of an `RLock`.
#[pyclass(name = "RLock", module = "_thread", subclassable, weakref)]
#[derive(Default)]
pub(crate) struct RLock {
    /// `get_ident()` of the owner, while `count` is not 0.
    owner: Cell<u64>,
    count: Cell<usize>,
    waiters: Waiters,
}

#[pymethods]
impl RLock {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<RLock>> {
        crate::native::bind::no_arguments(cx, "RLock", args)?;
        Ok(cx.heap().allocate(cls, RLock::default()))
    }

    /// Lock the lock.
    ///
    /// `blocking` indicates whether we should wait
    /// for the lock to be available or not.  If `blocking` is False
    /// and another thread holds the lock, the method will return False
    /// immediately.  If `blocking` is True and another thread holds
    /// the lock, the method will wait for the lock to be released,
    /// take it and then return True.
    /// (note: the blocking operation is interruptible.)
    ///
    /// In all other cases, the method will return True immediately.
    /// Precisely, if the current thread already holds the lock, its
    /// internal counter is simply incremented. If nobody holds the lock,
    /// the lock is taken and its internal counter initialized to 1.
    #[pymethod(
        signature = (blocking = true, timeout = None),
        text_signature = "($self, /, blocking=True, timeout=-1)"
    )]
    fn acquire(
        this: &Py<RLock>,
        cx: &Ctx,
        blocking: bool,
        timeout: Option<&Value>,
    ) -> PyResult<bool> {
        let wait = waiting(cx, blocking, timeout)?;
        this.take(cx, &wait, 1)
    }

    #[native_only]
    fn take(&self, cx: &Ctx, wait: &Wait, count: usize) -> PyResult<bool> {
        if self.is_mine(cx) {
            let Some(count) = self.count.get().checked_add(count) else {
                return Err(cx.overflow_error("Internal lock count overflowed"));
            };
            self.count.set(count);
            return Ok(true);
        }
        while self.count.get() > 0 {
            let Wait::Until(deadline) = wait else {
                return Ok(false);
            };
            if self.waiters.wait(cx, *deadline)? == Woken::TimeOver && self.count.get() > 0 {
                return Ok(false);
            }
        }
        self.owner.set(cx.thread_ident());
        self.count.set(count);
        Ok(true)
    }

    #[native_only]
    fn is_mine(&self, cx: &Ctx) -> bool {
        self.count.get() > 0 && self.owner.get() == cx.thread_ident()
    }

    /// Release the lock.
    ///
    /// Allows another thread that is blocked waiting for
    /// the lock to acquire the lock.  The lock must be in the locked state,
    /// and must be locked by the same thread that unlocks it; otherwise a
    /// `RuntimeError` is raised.
    ///
    /// Do note that if the lock was acquire()d several times in a row by the
    /// current thread, release() needs to be called as many times for the lock
    /// to be available for other threads.
    fn release(&self, cx: &Ctx) -> PyResult<()> {
        if !self.is_mine(cx) {
            return Err(cx.runtime_error("cannot release un-acquired lock"));
        }
        self.count.set(self.count.get() - 1);
        if self.count.get() == 0 {
            self.waiters.wake_one(cx);
        }
        Ok(())
    }

    /// Return a boolean indicating whether this object is locked right now.
    fn locked(&self) -> bool {
        self.count.get() > 0
    }

    /// For internal use by `threading.Condition`.
    fn _is_owned(&self, cx: &Ctx) -> bool {
        self.is_mine(cx)
    }

    /// For internal use by reentrancy tests.
    fn _recursion_count(&self, cx: &Ctx) -> usize {
        if self.is_mine(cx) {
            self.count.get()
        } else {
            0
        }
    }

    /// For internal use by `threading.Condition`.
    fn _release_save(&self, cx: &Ctx) -> PyResult<(usize, u64)> {
        if !self.is_mine(cx) {
            return Err(cx.runtime_error("cannot release un-acquired lock"));
        }
        let count = self.count.replace(0);
        self.waiters.wake_one(cx);
        Ok((count, self.owner.get()))
    }

    /// For internal use by `threading.Condition`.
    #[pymethod(signature = (state, /))]
    fn _acquire_restore(this: &Py<RLock>, cx: &Ctx, state: &Value) -> PyResult<()> {
        let parts = cx.unpack(state, 2)?;
        let count = parts.first().and_then(Value::as_small_int).unwrap_or(0);
        let count = usize::try_from(count).unwrap_or(0);
        this.take(cx, &Wait::Until(Deadline::NEVER), count)?;
        Ok(())
    }

    fn _at_fork_reinit(&self) {
        self.count.set(0);
    }

    /// Lock the lock.
    fn __enter__(this: &Py<RLock>, cx: &Ctx) -> PyResult<bool> {
        Self::acquire(this, cx, true, None)
    }

    /// Release the lock.
    #[pymethod(signature = (*exc_info))]
    fn __exit__(&self, cx: &Ctx, exc_info: &[Value]) -> PyResult<()> {
        let _ = exc_info;
        self.release(cx)
    }

    fn __repr__(this: &Py<RLock>, cx: &Ctx) -> String {
        let count = this.count.get();
        let (state, owner) = if count > 0 {
            ("locked", this.owner.get())
        } else {
            ("unlocked", 0)
        };
        format!(
            "<{state} {} object owner={owner} count={count} at {:#x}>",
            cx.class_of(this.as_value()).full_name(),
            this.as_value().identity()
        )
    }
}
