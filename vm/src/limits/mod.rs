//! What an isolate may use up: fuel, time, memory, recursion. The host counts output.
//!
//! Who exceeds a limit is stopped: from then on each loop edge and call raises `LimitExceeded`, and no handler, `finally`
//! or `with` of Python code gets to see it (`interp::unwind`). `watch` looks at clock and memory from a thread of its own.
//! Nothing of this costs a program without limits anything: the requests come through the eval breaker.
//! Tests: `tests/cli/sandbox/`.

mod watch;

use std::cell::{Cell, OnceCell};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use taipan_host::Host;
use taipan_host::system::HostLimit;

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::interp::breaker::{Breaker, Requests};
use crate::objects::Type;
use crate::value::Py;

/// The limits of an isolate; `None` is none.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Limits {
    /// Loop edges and calls of Python functions.
    pub fuel: Option<u64>,
    /// Time from the start of the isolate.
    pub time: Option<Duration>,
    /// Bytes of the process's memory, from the start of the isolate.
    pub memory: Option<u64>,
    /// The highest `sys.setrecursionlimit`.
    pub recursion: Option<usize>,
}

/// A limit that was exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Limit {
    Fuel = 1,
    Time,
    Memory,
    Output,
}

impl Limit {
    const ALL: [Self; 4] = [Self::Fuel, Self::Time, Self::Memory, Self::Output];

    /// What it is called in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fuel => "fuel",
            Self::Time => "time",
            Self::Memory => "memory",
            Self::Output => "output",
        }
    }
}

/// What the threads of an isolate and its watch share.
struct Shared {
    /// The number of the limit that was exceeded first.
    exceeded: AtomicU8,
    /// The isolate is gone.
    ended: AtomicBool,
    breakers: Mutex<Vec<Breaker>>,
    host: Arc<dyn Host>,
}

impl Shared {
    fn stop(&self, limit: Limit) {
        let first =
            self.exceeded
                .compare_exchange(0, limit as u8, Ordering::SeqCst, Ordering::SeqCst);
        if first.is_err() {
            return;
        }
        let breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        for breaker in &*breakers {
            breaker.request(Requests::LIMIT);
        }
        drop(breakers);
        // A host that cannot end its waits lets them end by themselves.
        let _ = self.host.interrupt_waits();
    }
}

/// An isolate's limits, and how far they are used up.
pub(crate) struct Meter {
    limits: Limits,
    fuel: Cell<u64>,
    shared: Arc<Shared>,
    class: OnceCell<Py<Type>>,
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Relaxed);
    }
}

impl Meter {
    pub(crate) fn new(limits: Limits, host: Arc<dyn Host>) -> Self {
        let shared = Arc::new(Shared {
            exceeded: AtomicU8::new(0),
            ended: AtomicBool::new(false),
            breakers: Mutex::default(),
            host,
        });
        watch::start(limits, &shared);
        Self {
            limits,
            fuel: Cell::new(limits.fuel.unwrap_or(0)),
            shared,
            class: OnceCell::new(),
        }
    }

    /// The limit that was exceeded.
    pub(crate) fn exceeded(&self) -> Option<Limit> {
        let number = self.shared.exceeded.load(Ordering::Relaxed);
        Limit::ALL.into_iter().find(|limit| *limit as u8 == number)
    }

    /// Whether a limit was exceeded.
    #[inline]
    pub(crate) fn is_stopped(&self) -> bool {
        self.shared.exceeded.load(Ordering::Relaxed) != 0
    }

    /// The highest recursion limit.
    pub(crate) fn recursion(&self) -> Option<usize> {
        self.limits.recursion
    }

    /// Bytes that one object may have.
    pub(crate) fn memory(&self) -> Option<usize> {
        let memory = self.limits.memory?;
        Some(usize::try_from(memory).unwrap_or(usize::MAX))
    }

    /// A new thread is under the same limits.
    pub(crate) fn add_thread(&self, breaker: &Breaker) {
        if self.limits.fuel.is_some() {
            breaker.request(Requests::FUEL);
        }
        let mut breakers = self
            .shared
            .breakers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        breakers.push(breaker.clone());
        if self.is_stopped() {
            breaker.request(Requests::LIMIT);
        }
    }

    pub(crate) fn remove_thread(&self, breaker: &Breaker) {
        let mut breakers = self
            .shared
            .breakers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        breakers.retain(|known| !known.is(breaker));
    }
}

impl Ctx {
    /// The limit that the isolate has exceeded: it is stopped.
    pub fn exceeded_limit(&self) -> Option<Limit> {
        self.isolate().meter().exceeded()
    }

    /// Looks at the limits, when the eval breaker says so.
    pub(crate) fn look_at_limits(&self, requests: Requests) -> PyResult<()> {
        let meter = self.isolate().meter();
        if requests.contains(Requests::FUEL) {
            self.breaker().request(Requests::FUEL);
            match meter.fuel.get().checked_sub(1) {
                Some(left) => meter.fuel.set(left),
                None => meter.shared.stop(Limit::Fuel),
            }
        }
        self.check_limits()
    }

    /// Fails if the isolate is stopped.
    pub(crate) fn check_limits(&self) -> PyResult<()> {
        match self.exceeded_limit() {
            None => Ok(()),
            Some(limit) => {
                self.breaker().request(Requests::LIMIT);
                Err(self.limit_exceeded(limit))
            }
        }
    }

    /// The host refused something: if for a limit, the isolate is stopped.
    #[cold]
    pub(crate) fn look_at_host_limits(&self) {
        match self.host().exceeded_limit() {
            Ok(Some(HostLimit::Output)) => self.isolate().meter().shared.stop(Limit::Output),
            Ok(None) | Err(_) => {}
        }
    }

    fn limit_exceeded(&self, limit: Limit) -> PyErr {
        let meter = self.isolate().meter();
        if meter.class.get().is_none() {
            match self.make_limit_class() {
                Ok(class) => drop(meter.class.set(class)),
                Err(error) => return error,
            }
        }
        let class = meter.class.get().unwrap_or(&self.types().base_exception);
        let message = format!("the limit of {} is exceeded", limit.name());
        self.error(class, message.as_str())
    }

    fn make_limit_class(&self) -> PyResult<Py<Type>> {
        let bases = vec![self.types().base_exception.to_value()];
        let namespace = self.new_dict();
        namespace.set_str(&self.names().__module__, self.intern("taipan").into_value());
        let args = [
            self.intern("LimitExceeded").into_value(),
            self.new_tuple(bases).into_value(),
            namespace.into_value(),
        ];
        self.call(self.types().type_.as_value(), &args)?
            .downcast::<Type>()
            .map_err(|_| self.system_error("type() made no type"))
    }

    /// Fails if so many bytes at once are more than there can be: what grows without asking stays small.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn check_room(&self, bytes: usize) -> PyResult<()> {
        if bytes < LARGE {
            return Ok(());
        }
        let limit = self.isolate().meter().memory();
        let used = self.heap().bytes();
        if limit.is_some_and(|limit| bytes > limit.saturating_sub(used)) {
            return Err(self.memory_error());
        }
        // A trial: many containers cannot report that they found no room.
        let mut room: Vec<u8> = Vec::new();
        match room.try_reserve_exact(bytes) {
            Ok(()) => Ok(()),
            Err(_) => Err(self.memory_error()),
        }
    }
}

/// Below this nobody asks for room.
const LARGE: usize = 1 << 20;
