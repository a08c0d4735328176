//! The import lock: held while modules of all names are to stay as they are, so by one thread, perhaps several times.
//!
//! CPython 3.14: `_PyImport_AcquireLock` (`Python/import.c`). Tests: `tests/run/_thread/`.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::nested_lock::NestedLock;

/// See the module.
#[derive(Default)]
pub(super) struct ImportLock(NestedLock);

impl ImportLock {
    pub(super) fn is_held(&self) -> bool {
        self.0.is_held()
    }

    pub(super) fn acquire(&self, cx: &Ctx) -> PyResult<()> {
        self.0.acquire(cx)
    }

    pub(super) fn release(&self, cx: &Ctx) -> PyResult<()> {
        self.0
            .release(cx)
            .map_err(|_| cx.runtime_error("not holding the import lock"))
    }

    /// In the child of a fork: it is not held by a thread that is not here.
    pub(super) fn forget_others(&self, cx: &Ctx) {
        self.0.forget_others(cx);
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
