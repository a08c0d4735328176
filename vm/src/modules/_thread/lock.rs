//! `lock` and `RLock`.
//!
//! An isolate has one thread so far: a lock that is held can only be held by the caller, and waiting for it without a
//! time-out would never end; it raises instead of hanging. With a time-out, the time passes.

use std::cell::Cell;
use std::time::Duration;

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::Type;
use crate::value::{Py, Value};

/// The payload of a `lock`.
#[pyclass(name = "lock", module = "_thread", weakref)]
pub(crate) struct Lock {
    locked: Cell<bool>,
}

/// The payload of an `RLock`.
#[pyclass(name = "RLock", module = "_thread", subclassable, weakref)]
pub(crate) struct RLock {
    count: Cell<usize>,
}

impl Lock {
    pub(super) fn make(cx: &Ctx) -> Value {
        let class = cx.native_class(Self::class());
        cx.heap()
            .allocate(
                &class,
                Self {
                    locked: Cell::new(false),
                },
            )
            .into_value()
    }
}

/// Whether to wait, and how long: `None` for ever.
fn waiting(cx: &Ctx, blocking: bool, timeout: f64) -> PyResult<Option<Duration>> {
    if !blocking && timeout != -1.0 {
        return Err(cx.value_error("can't specify a timeout for a non-blocking call"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(cx.value_error("timeout value must be a non-negative number"));
    }
    if timeout > super::TIMEOUT_MAX {
        return Err(cx.overflow_error("timeout value is too large"));
    }
    if !blocking {
        return Ok(Some(Duration::ZERO));
    }
    Ok((timeout >= 0.0).then(|| Duration::from_secs_f64(timeout)))
}

/// Nobody can release a lock that the only thread holds.
fn wait_in_vain(cx: &Ctx, time: Option<Duration>) -> PyResult<bool> {
    let Some(time) = time else {
        return Err(cx.runtime_error("the only thread waits for a lock that it holds"));
    };
    if !time.is_zero() {
        let sleep = cx.import_from("time", "sleep")?;
        cx.call(&sleep, &[cx.new_float(time.as_secs_f64())])?;
    }
    Ok(false)
}

/// A lock is a synchronization primitive.
#[pymethods]
impl Lock {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<Lock> {
        let _ = args;
        cx.heap().allocate(
            cls,
            Lock {
                locked: Cell::new(false),
            },
        )
    }

    /// Lock the lock.
    #[pymethod(signature = (blocking = true, timeout = -1.0))]
    fn acquire(&self, cx: &Ctx, blocking: bool, timeout: f64) -> PyResult<bool> {
        let time = waiting(cx, blocking, timeout)?;
        if self.locked.replace(true) {
            return wait_in_vain(cx, time);
        }
        Ok(true)
    }

    /// Release the lock, allowing another thread that is blocked waiting for
    /// the lock to acquire the lock.
    fn release(&self, cx: &Ctx) -> PyResult<()> {
        if self.locked.replace(false) {
            Ok(())
        } else {
            Err(cx.runtime_error("release unlocked lock"))
        }
    }

    /// Return whether the lock is in the locked state.
    fn locked(&self) -> bool {
        self.locked.get()
    }

    fn _at_fork_reinit(&self) {
        self.locked.set(false);
    }

    /// Lock the lock.
    fn __enter__(&self, cx: &Ctx) -> PyResult<bool> {
        self.acquire(cx, true, -1.0)
    }

    /// Release the lock.
    #[pymethod(signature = (*exc_info))]
    fn __exit__(&self, cx: &Ctx, exc_info: &[Value]) -> PyResult<()> {
        let _ = exc_info;
        self.release(cx)
    }

    fn __repr__(this: &Py<Lock>) -> String {
        let state = if this.locked.get() {
            "locked"
        } else {
            "unlocked"
        };
        format!(
            "<{state} _thread.lock object at {:#x}>",
            this.as_value().identity()
        )
    }
}

/// A reentrant lock.
#[pymethods]
impl RLock {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<RLock> {
        let _ = args;
        cx.heap().allocate(
            cls,
            RLock {
                count: Cell::new(0),
            },
        )
    }

    /// Lock the lock.
    #[pymethod(signature = (blocking = true, timeout = -1.0))]
    fn acquire(&self, cx: &Ctx, blocking: bool, timeout: f64) -> PyResult<bool> {
        waiting(cx, blocking, timeout)?;
        self.count.set(self.count.get() + 1);
        Ok(true)
    }

    /// Release the lock.
    fn release(&self, cx: &Ctx) -> PyResult<()> {
        match self.count.get().checked_sub(1) {
            Some(count) => {
                self.count.set(count);
                Ok(())
            }
            None => Err(cx.runtime_error("cannot release un-acquired lock")),
        }
    }

    /// Return a boolean indicating whether this object is locked right now.
    fn locked(&self) -> bool {
        self.count.get() > 0
    }

    /// For internal use by `threading.Condition`.
    fn _is_owned(&self) -> bool {
        self.count.get() > 0
    }

    /// For internal use by reentrancy tests.
    fn _recursion_count(&self) -> usize {
        self.count.get()
    }

    /// For internal use by `threading.Condition`.
    fn _release_save(&self, cx: &Ctx) -> PyResult<(usize, u64)> {
        match self.count.replace(0) {
            0 => Err(cx.runtime_error("cannot release un-acquired lock")),
            count => Ok((count, super::MAIN_IDENT)),
        }
    }

    /// For internal use by `threading.Condition`.
    #[pymethod(signature = (state, /))]
    fn _acquire_restore(&self, cx: &Ctx, state: &Value) -> PyResult<()> {
        let parts = cx.unpack(state, 2)?;
        let count = parts.first().and_then(Value::as_small_int).unwrap_or(0);
        self.count.set(usize::try_from(count).unwrap_or(0));
        Ok(())
    }

    fn _at_fork_reinit(&self) {
        self.count.set(0);
    }

    /// Lock the lock.
    fn __enter__(&self, cx: &Ctx) -> PyResult<bool> {
        self.acquire(cx, true, -1.0)
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
            ("locked", super::MAIN_IDENT)
        } else {
            ("unlocked", 0)
        };
        let class = cx.type_name(this.as_value());
        let module = if this.header().class().is_heap_type() {
            ""
        } else {
            "_thread."
        };
        format!(
            "<{state} {module}{class} object owner={owner} count={count} at {:#x}>",
            this.as_value().identity()
        )
    }
}
