//! A lock that the thread that holds it may take again.
//!
//! CPython 3.14: `_PyRecursiveMutex` (`Python/lock.c`). Tests: `tests/run/_thread/`, `tests/run/warnings/`.

use std::cell::Cell;

use super::waiters::{Deadline, Waiters};
use crate::ctx::Ctx;
use crate::error::PyResult;

/// See the module.
#[derive(Default)]
pub(crate) struct NestedLock {
    /// The number of the thread that holds it, while `depth` is not 0.
    owner: Cell<u64>,
    depth: Cell<usize>,
    waiters: Waiters,
}

/// The lock was to be released by a thread that does not hold it.
#[derive(Debug)]
pub(crate) struct NotMine;

impl NestedLock {
    pub(crate) fn is_held(&self) -> bool {
        self.depth.get() > 0
    }

    /// Whether this thread holds it.
    pub(crate) fn is_mine(&self, cx: &Ctx) -> bool {
        self.is_held() && self.owner.get() == cx.thread_number()
    }

    /// Takes the lock, when no other thread holds it any more.
    ///
    /// # Errors
    /// What a signal's handler raises meanwhile.
    pub(crate) fn acquire(&self, cx: &Ctx) -> PyResult<()> {
        while self.is_held() && !self.is_mine(cx) {
            self.waiters.wait(cx, Deadline::NEVER)?;
        }
        self.owner.set(cx.thread_number());
        self.depth.set(self.depth.get() + 1);
        Ok(())
    }

    /// Gives the lock back once.
    ///
    /// # Errors
    /// This thread does not hold it.
    pub(crate) fn release(&self, cx: &Ctx) -> Result<(), NotMine> {
        if !self.is_mine(cx) {
            return Err(NotMine);
        }
        self.depth.set(self.depth.get() - 1);
        if !self.is_held() {
            self.waiters.wake_one(cx);
        }
        Ok(())
    }

    /// In the child of a fork: it is not held by a thread that is not here.
    pub(crate) fn forget_others(&self, cx: &Ctx) {
        if !self.is_mine(cx) {
            self.depth.set(0);
        }
    }
}
