//! The eval breaker: one word that the loop looks at on loop edges and calls, for everything that comes from outside.
//!
//! CPython 3.14: `eval_breaker` and `_Py_HandlePending` (`Python/ceval_gil.c`). Any thread may set a request; the
//! thread that runs the isolate's code handles it. Tests: `tests/run/breaker/`.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::Generation;

bitflags::bitflags! {
    /// What the running thread is asked to do.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Requests: u32 {
        /// Ctrl-c: raise `KeyboardInterrupt` (or call the handler for `SIGINT`).
        const INTERRUPT = 1;
        /// Somebody watches all code: what starts is to be instrumented. Stays until it is withdrawn.
        const MONITORING = 1 << 31;
    }
}

/// See the module.
#[derive(Default)]
pub struct Breaker {
    requests: AtomicU32,
}

impl Breaker {
    /// Whether anything is asked for.
    #[inline(always)]
    pub fn is_set(&self) -> bool {
        self.requests.load(Ordering::Relaxed) != 0
    }

    pub fn request(&self, requests: Requests) {
        self.requests.fetch_or(requests.bits(), Ordering::Release);
    }

    /// Takes a request back.
    pub fn withdraw(&self, requests: Requests) {
        self.requests.fetch_and(!requests.bits(), Ordering::Release);
    }

    fn take(&self) -> Requests {
        let stays = Requests::MONITORING.bits();
        Requests::from_bits_retain(self.requests.fetch_and(stays, Ordering::Acquire))
    }
}

impl Ctx {
    /// Whether the loop has something to do besides its program: asked on loop edges and calls.
    #[inline(always)]
    pub(crate) fn is_interrupted(&self) -> bool {
        self.isolate().breaker().is_set() | self.heap().is_collection_due()
    }

    /// Does what the eval breaker asks for.
    ///
    /// # Errors
    /// `KeyboardInterrupt`, or what a handler raises.
    #[cold]
    #[inline(never)]
    pub(crate) fn handle_breaker(&self) -> PyResult<()> {
        let requests = self.isolate().breaker().take();
        let heap = self.heap();
        if heap.is_collection_due() {
            heap.collection_was_asked();
            if heap.wants_collection() {
                crate::modules::gc::run(self, Generation::Young);
            }
        }
        if requests.contains(Requests::INTERRUPT) {
            let class = &self.types().keyboard_interrupt;
            return Err(self.new_exception(class, Vec::new()));
        }
        Ok(())
    }
}
