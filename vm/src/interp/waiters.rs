//! Threads that wait for something that another thread of the isolate does: release a lock, end, put an item.
//!
//! The queue is only touched by the holder of the isolate's lock, and a waiter enters it before it gives that lock away:
//! no wake-up is lost. CPython 3.14: `Python/parking_lot.c`. Tests: `tests/run/_thread/`.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use taipan_host::Timespec;

use crate::ctx::Ctx;
use crate::error::PyResult;

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// Somebody woke this thread.
    Up,
    TimeOver,
}

/// When a wait ends by itself.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Option<Timespec>);

impl Deadline {
    pub const NEVER: Self = Self(None);

    /// So long from now.
    ///
    /// # Errors
    /// `OSError` if the host has no clock.
    pub fn after(cx: &Ctx, span: Duration) -> PyResult<Self> {
        let now = monotonic(cx)?;
        let span = i128::try_from(span.as_nanos()).unwrap_or(i128::MAX / 2);
        Ok(Self(Some(Timespec::from_nanos(now.as_nanos() + span))))
    }

    /// What is left; `None` for ever.
    ///
    /// # Errors
    /// `OSError` if the host has no clock.
    pub(crate) fn left(self, cx: &Ctx) -> PyResult<Option<Duration>> {
        let Some(end) = self.0 else {
            return Ok(None);
        };
        let left = end.as_nanos() - monotonic(cx)?.as_nanos();
        Ok(Some(Timespec::from_nanos(left.max(0)).as_duration()))
    }
}

/// The number of the monotonic clock on this platform.
#[cfg(target_os = "linux")]
const MONOTONIC: i32 = 1;
#[cfg(not(target_os = "linux"))]
const MONOTONIC: i32 = 6;

fn monotonic(cx: &Ctx) -> PyResult<Timespec> {
    cx.host()
        .clock_gettime(MONOTONIC)
        .map_err(|error| cx.os_error(error))
}

const ASLEEP: u32 = 0;
const AWAKE: u32 = 1;

/// `ETIMEDOUT`.
#[cfg(target_os = "linux")]
const TIMED_OUT: i32 = 110;
#[cfg(not(target_os = "linux"))]
const TIMED_OUT: i32 = 60;

/// See the module.
#[derive(Default)]
pub struct Waiters {
    queue: RefCell<VecDeque<Arc<AtomicU32>>>,
    /// How often the process had forked when the queue was last used: threads of the parent are not here.
    forks: Cell<u32>,
}

impl Waiters {
    /// Waits until [`Waiters::wake_one`] or [`Waiters::wake_all`] chooses this thread. Other threads run meanwhile, and the
    /// handlers of signals.
    ///
    /// # Errors
    /// What a signal's handler raises.
    pub fn wait(&self, cx: &Ctx, deadline: Deadline) -> PyResult<Woken> {
        self.forget_parents(cx);
        let word = Arc::new(AtomicU32::new(ASLEEP));
        self.queue.borrow_mut().push_back(word.clone());
        let result = Self::sleep(cx, &word, deadline);
        self.queue
            .borrow_mut()
            .retain(|waiter| !Arc::ptr_eq(waiter, &word));
        if result.is_err() && word.load(Ordering::Acquire) == AWAKE {
            // The wake-up is somebody else's then.
            self.wake_one(cx);
        }
        result
    }

    fn sleep(cx: &Ctx, word: &AtomicU32, deadline: Deadline) -> PyResult<Woken> {
        loop {
            let left = deadline.left(cx)?;
            let waited = cx.blocking(|host| host.wait_while(word, ASLEEP, left));
            if word.load(Ordering::Acquire) == AWAKE {
                return Ok(Woken::Up);
            }
            if left.is_some_and(|left| left.is_zero()) {
                return Ok(Woken::TimeOver);
            }
            if let Err(error) = waited
                && error.errno != TIMED_OUT
            {
                if error.errno != crate::outside::EINTR {
                    return Err(cx.os_error(error));
                }
                cx.check_signals()?;
            }
        }
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.queue.borrow().is_empty()
    }

    /// Wakes the thread that has waited longest.
    pub fn wake_one(&self, cx: &Ctx) {
        self.forget_parents(cx);
        if let Some(word) = self.queue.borrow_mut().pop_front() {
            wake(cx, &word);
        }
    }

    /// Wakes all that wait.
    pub fn wake_all(&self, cx: &Ctx) {
        self.forget_parents(cx);
        for word in self.queue.take() {
            wake(cx, &word);
        }
    }

    fn forget_parents(&self, cx: &Ctx) {
        let forks = cx.isolate().forks();
        if self.forks.replace(forks) != forks {
            self.queue.borrow_mut().clear();
        }
    }
}

fn wake(cx: &Ctx, word: &AtomicU32) {
    word.store(AWAKE, Ordering::Release);
    // A host that cannot wake has no waiters either.
    let _ = cx.host().wake_waiters(word);
}
