//! Signals: what `_signal` needs.
//!
//! No Python code runs in a signal handler. A signal with `Disposition::Record` is noted (an atomic per signal), the
//! attached breaker's bit is set, the wake-up descriptor gets a byte, and the isolate's main thread runs the Python
//! handler when it next looks (`take_pending`).

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use crate::boundary::part_of_host;
use crate::clock::{IntervalTimer, Timespec};
use crate::files::Fd;

/// A set of signals; signal `n` is bit `n - 1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SignalSet(pub u64);

impl SignalSet {
    /// With `signal` in it. Numbers outside 1..=64 are not representable and change nothing.
    #[must_use]
    pub const fn with(self, signal: i32) -> Self {
        if signal >= 1 && signal <= 64 {
            Self(self.0 | 1 << (signal - 1))
        } else {
            self
        }
    }

    /// `signal` is in it.
    #[must_use]
    pub const fn contains(self, signal: i32) -> bool {
        signal >= 1 && signal <= 64 && self.0 >> (signal - 1) & 1 == 1
    }

    /// Its signals, ascending.
    pub fn iter(self) -> impl Iterator<Item = i32> {
        (1..=64).filter(move |&signal| self.contains(signal))
    }
}

/// What happens when a signal arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// The system's default action.
    Default,
    /// Nothing.
    Ignore,
    /// It is recorded for the isolate.
    Record,
    /// A handler that is not ours (only reported, never set).
    Foreign,
}

/// What `sigwaitinfo` tells about a signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignalInfo {
    /// The signal.
    pub signo: i32,
    /// `SI_*`.
    pub code: i32,
    /// Error number.
    pub errno: i32,
    /// Sender.
    pub pid: i32,
    /// Sender's user.
    pub uid: u32,
    /// Exit status of a child.
    pub status: i32,
    /// Event of `SIGPOLL`.
    pub band: i64,
}

/// Who is told when the process crashes.
#[derive(Clone, Copy, Debug)]
pub struct FatalReport {
    /// Where to write.
    pub fd: Fd,
    /// Writes what the thread was doing. It runs in a signal handler: it must only read, take no lock and no memory. The
    /// function of the first report of a process is that of all.
    pub tell: fn(Fd),
}

part_of_host! {
    /// Signals of this process.
    pub trait Signals in Signals {
        /// What a signal does now.
        fn disposition(&self, signal: i32) -> Disposition;
        /// Sets what a signal does.
        fn set_disposition(&self, signal: i32, disposition: Disposition) -> ();
        /// Whether a signal interrupts system calls or lets them go on.
        fn siginterrupt(&self, signal: i32, interrupts: bool) -> ();
        /// One recorded signal, lowest number first, and forgets it.
        fn take_pending_signal(&self) -> Option<i32>;
        /// Records a signal as if it had arrived (`_thread.interrupt_main`, a kernel's interrupt).
        fn record_signal(&self, signal: i32) -> ();
        /// Each recorded signal sets these bits in `breaker`, and wakes the calling thread if it waits in a call. One
        /// breaker at a time; the last one counts.
        fn attach_breaker(&self, breaker: Arc<AtomicU32>, bits: u32) -> ();
        /// Each recorded signal writes its number to this descriptor; -1 is none. Returns the old one.
        fn set_wakeup_fd(&self, fd: Fd) -> Fd;
        /// Takes the error of the last failed write to the wake-up descriptor, if any.
        fn take_wakeup_error(&self) -> Option<crate::OsError>;
        /// Tells of the signals of a crash (`SIGSEGV`, `SIGFPE`, `SIGABRT`, `SIGBUS`, `SIGILL`) before they end the
        /// process, or does not any more.
        fn report_fatal_signals(&self, report: Option<FatalReport>) -> ();
        /// Sends a signal to this process.
        fn raise(&self, signal: i32) -> ();
        /// Sends a signal to a thread (`pthread_t`).
        fn pthread_kill(&self, thread: u64, signal: i32) -> ();
        /// `SIGALRM` in so many seconds; returns what was left.
        fn alarm(&self, seconds: u32) -> u32;
        /// Sets an interval timer (`ITIMER_*`), and returns the old setting.
        fn setitimer(&self, which: i32, timer: IntervalTimer) -> IntervalTimer;
        /// What remains of an interval timer.
        fn getitimer(&self, which: i32) -> IntervalTimer;
        /// Changes the thread's blocked signals (`SIG_BLOCK`, ...), and returns the old set.
        fn pthread_sigmask(&self, how: i32, set: SignalSet) -> SignalSet;
        /// Blocked signals that have arrived.
        fn sigpending(&self) -> SignalSet;
        /// Waits for one of the set.
        fn sigwait(&self, set: SignalSet) -> i32;
        /// Waits for one of the set; `None` when the time is over.
        fn sigtimedwait(&self, set: SignalSet, timeout: Option<Timespec>) -> Option<SignalInfo>;
        /// Waits for any signal.
        fn pause(&self) -> ();
        /// The system's text for a signal, `None` if it has none.
        fn strsignal(&self, signal: i32) -> Option<Vec<u8>>;
        /// All signals of the platform that may be used.
        fn valid_signals(&self) -> SignalSet;
    }
}
