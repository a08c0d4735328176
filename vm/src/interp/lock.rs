//! The isolate's lock (GIL): the threads of an isolate take turns.
//!
//! CPython 3.14: `take_gil`, `drop_gil` (`Python/ceval_gil.c`). Who waits longer than the switch interval without a turn
//! asks the holder through its breaker; the holder hands the lock over and waits until somebody else has had it.
//!
//! Invariants
//! 1. At most one thread holds the lock; `turns` grows with each acquisition.
//! 2. Once the lock has a last holder, every other thread that wants it waits for ever: the isolate is being torn down.
//!
//! Tests: `vm/tests/it/threads.rs`, `tests/run/_thread/`.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::breaker::{Breaker, Requests};

/// `sys.getswitchinterval()` at the start.
const SWITCH_INTERVAL: Duration = Duration::from_millis(5);

/// See the module.
pub struct Lock {
    state: Mutex<State>,
    /// Somebody gave the lock back.
    freed: Condvar,
    /// Somebody took it.
    taken: Condvar,
    interval: AtomicU64,
}

#[derive(Default)]
struct State {
    /// Who holds the lock.
    holder: Option<Breaker>,
    waiting: usize,
    /// Threads that gave the lock away and wait until somebody had it.
    yielding: usize,
    turns: u64,
    /// The only thread that may still take the lock.
    last: Option<Breaker>,
}

impl State {
    fn take(&mut self, breaker: &Breaker) {
        self.holder = Some(breaker.clone());
        self.turns += 1;
    }

    fn is_closed_for(&self, breaker: &Breaker) -> bool {
        self.last.as_ref().is_some_and(|last| !last.is(breaker))
    }
}

impl Default for Lock {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            freed: Condvar::new(),
            taken: Condvar::new(),
            interval: AtomicU64::new(SWITCH_INTERVAL.as_nanos() as u64),
        }
    }
}

impl Lock {
    fn state(&self) -> MutexGuard<'_, State> {
        // Each operation leaves the state whole before it can panic, so a poisoned mutex is usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long a thread waits before it asks for its turn.
    pub fn interval(&self) -> Duration {
        Duration::from_nanos(self.interval.load(Ordering::Relaxed))
    }

    pub fn set_interval(&self, interval: Duration) {
        let nanos = u64::try_from(interval.as_nanos()).unwrap_or(u64::MAX);
        self.interval.store(nanos.max(1_000), Ordering::Relaxed);
    }

    /// Waits for the lock and takes it, for the thread with this breaker.
    pub(crate) fn acquire(&self, breaker: &Breaker) {
        let mut state = self.state();
        if state.holder.is_some() || state.last.is_some() {
            state = self.wait(state, breaker);
        }
        state.take(breaker);
        if state.yielding > 0 {
            self.taken.notify_all();
        }
    }

    #[cold]
    fn wait<'a>(&'a self, mut state: MutexGuard<'a, State>, me: &Breaker) -> MutexGuard<'a, State> {
        state.waiting += 1;
        loop {
            if state.is_closed_for(me) {
                state.waiting -= 1;
                // Who handed the lock over to this thread goes on by itself.
                self.taken.notify_all();
                self.freed.notify_all();
                drop(state);
                loop {
                    std::thread::park();
                }
            }
            if state.holder.is_none() {
                break;
            }
            let turns = state.turns;
            let (next, time) = self
                .freed
                .wait_timeout(state, self.interval())
                .unwrap_or_else(PoisonError::into_inner);
            state = next;
            if time.timed_out()
                && state.turns == turns
                && let Some(holder) = &state.holder
            {
                holder.request(Requests::SWITCH);
            }
        }
        state.waiting -= 1;
        state
    }

    /// Gives the lock back.
    pub(crate) fn release(&self) {
        let mut state = self.state();
        state.holder = None;
        if state.waiting > 0 {
            self.freed.notify_one();
        }
    }

    /// Lets somebody else have the lock, if somebody waits, and takes it again.
    pub(crate) fn hand_over(&self, breaker: &Breaker) {
        let mut state = self.state();
        if state.waiting == 0 {
            return;
        }
        let turns = state.turns;
        state.holder = None;
        state.yielding += 1;
        self.freed.notify_one();
        while state.turns == turns && state.waiting > 0 {
            state = self
                .taken
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.yielding -= 1;
        drop(state);
        self.acquire(breaker);
    }

    /// Nobody but the holder takes the lock from now on.
    pub(crate) fn close(&self, holder: &Breaker) {
        self.state().last = Some(holder.clone());
    }

    /// Runs `fork` while no other thread is inside the lock's own bookkeeping, so that the child finds it whole.
    /// Python code that the child runs before `fork` returns calls what it is given first.
    pub(crate) fn while_quiet<R>(&self, fork: impl FnOnce(&dyn Fn()) -> R) -> R {
        let state = Cell::new(Some(self.state()));
        fork(&|| drop(state.take()))
    }

    /// In the child of a fork, which has one thread: nobody waits.
    pub(crate) fn forget_others(&self) {
        let mut state = self.state();
        state.waiting = 0;
        state.yielding = 0;
    }
}
