//! The eval breaker: one word a thread that the loop looks at on loop edges and calls, for everything that comes from
//! outside.
//!
//! CPython 3.14: `eval_breaker` and `_Py_HandlePending` (`Python/ceval_gil.c`). Any thread, also a signal handler, may set
//! a request; the thread whose word it is handles it when it runs Python code. Tests: `tests/run/breaker/`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::ctx::Ctx;
use crate::error::PyResult;

bitflags::bitflags! {
    /// What a thread is asked to do.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Requests: u32 {
        /// The host has recorded signals: run their handlers.
        const SIGNALS = 1;
        /// Another thread has waited long enough for the isolate's lock.
        const SWITCH = 2;
        /// A limit of the isolate is exceeded.
        const LIMIT = 4;
        /// Fuel is counted: asked for at every loop edge and call.
        const FUEL = 8;
        /// Somebody watches all code: what starts is to be instrumented. Stays until it is withdrawn.
        const MONITORING = 1 << 31;
    }
}

/// See the module.
#[derive(Clone, Default)]
pub struct Breaker {
    requests: Arc<AtomicU32>,
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

    /// Whether this is the breaker of the same thread.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.requests, &other.requests)
    }

    /// The word itself, for the host.
    pub(crate) fn word(&self) -> Arc<AtomicU32> {
        self.requests.clone()
    }

    /// Takes back what was asked for, to be done now.
    fn take(&self) -> Requests {
        let stays = Requests::MONITORING.bits();
        Requests::from_bits_retain(self.requests.fetch_and(stays, Ordering::Acquire))
    }
}

impl Ctx {
    /// Whether the loop has something to do besides its program: asked on loop edges and calls.
    #[inline(always)]
    pub(crate) fn is_interrupted(&self) -> bool {
        self.breaker().is_set() | self.heap().is_collection_due()
    }

    /// For loops of native code that may never end: does what the eval breaker asks for.
    ///
    /// # Errors
    /// What the handler of a signal raises.
    #[inline(always)]
    pub fn check_breaker(&self) -> PyResult<()> {
        if self.breaker().is_set() {
            self.handle_breaker()?;
        }
        Ok(())
    }

    /// Does what the eval breaker asks for.
    ///
    /// # Errors
    /// What the handler of a signal raises.
    #[cold]
    #[inline(never)]
    pub(crate) fn handle_breaker(&self) -> PyResult<()> {
        let requests = self.breaker().take();
        if self.heap().is_collection_due()
            && let Some(generation) = self.heap().due_generation()
        {
            crate::modules::gc::run(self, generation);
        }
        if requests.intersects(Requests::LIMIT | Requests::FUEL) {
            self.look_at_limits(requests)?;
        }
        if requests.contains(Requests::SWITCH) {
            self.isolate().lock().hand_over(self.breaker());
        }
        if requests.contains(Requests::SIGNALS) {
            self.check_signals()?;
        }
        Ok(())
    }
}
