//! The import lock: held while modules of all names are to stay as they are, so by one thread, perhaps several times.
//!
//! CPython 3.14: `_PyImport_AcquireLock` (`Python/import.c`). Tests: `tests/run/_thread/`.

use std::cell::Cell;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::waiters::{Deadline, Waiters};

/// See the module.
#[derive(Default)]
pub(super) struct ImportLock {
    /// The number of the thread that holds it, while `depth` is not 0.
    owner: Cell<u64>,
    depth: Cell<usize>,
    waiters: Waiters,
}

impl ImportLock {
    pub(super) fn is_held(&self) -> bool {
        self.depth.get() > 0
    }

    fn is_mine(&self, cx: &Ctx) -> bool {
        self.is_held() && self.owner.get() == cx.thread_number()
    }

    pub(super) fn acquire(&self, cx: &Ctx) -> PyResult<()> {
        while self.is_held() && !self.is_mine(cx) {
            self.waiters.wait(cx, Deadline::NEVER)?;
        }
        self.owner.set(cx.thread_number());
        self.depth.set(self.depth.get() + 1);
        Ok(())
    }

    pub(super) fn release(&self, cx: &Ctx) -> PyResult<()> {
        if !self.is_mine(cx) {
            return Err(cx.runtime_error("not holding the import lock"));
        }
        self.depth.set(self.depth.get() - 1);
        if !self.is_held() {
            self.waiters.wake_one(cx);
        }
        Ok(())
    }

    /// In the child of a fork: it is not held by a thread that is not here.
    pub(super) fn forget_others(&self, cx: &Ctx) {
        if !self.is_mine(cx) {
            self.depth.set(0);
        }
    }
}

impl Ctx {
    /// Before a fork: the child shall not find a module half imported by a thread that it does not have.
    ///
    /// # Errors
    /// What a signal's handler raises while this waits.
    pub fn lock_imports(&self) -> PyResult<()> {
        self.isolate().import_state.lock.acquire(self)
    }

    /// After a fork, in parent and child.
    pub fn unlock_imports(&self) {
        // Only its owner gets here, so it cannot fail.
        let _ = self.isolate().import_state.lock.release(self);
    }
}
