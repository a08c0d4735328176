//! Signals of a crash: they are told of, and end the process as they would have.
//!
//! A handler has no argument of ours, so what it needs is static, as in `signal_state`.
//!
//! Invariants
//! 1. The handler uses atomics, `sigaction`, `write` and `raise`, which are async-signal-safe, and `tell`, which promises to
//!    read only (`FatalReport`). What `tell` does wrong in a process that is broken raises the signal again, whose old
//!    handler is back then.
//! 2. Each pointer passed to a call comes from a live local, or from `PREVIOUS`, which is never changed once it is set.
#![allow(unsafe_code, reason = "a signal handler; see the invariants above")]

use std::mem::zeroed;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, Ordering};

use super::call::done;
use crate::error::OsResult;
use crate::files::Fd;
use crate::signals::FatalReport;

const SIGNALS: [(i32, &str); 5] = [
    (libc::SIGBUS, "Bus error"),
    (libc::SIGILL, "Illegal instruction"),
    (libc::SIGFPE, "Floating-point exception"),
    (libc::SIGABRT, "Aborted"),
    (libc::SIGSEGV, "Segmentation fault"),
];

static FD: AtomicI32 = AtomicI32::new(2);
static TELL: OnceLock<fn(Fd)> = OnceLock::new();
/// What the signals did before, in the order of `SIGNALS`.
static PREVIOUS: OnceLock<[libc::sigaction; SIGNALS.len()]> = OnceLock::new();

fn current(signal: i32) -> libc::sigaction {
    // SAFETY: all fields may be zero.
    let mut action: libc::sigaction = unsafe { zeroed() };
    // SAFETY: invariant 2; a null new action only reads. These signals exist.
    unsafe { libc::sigaction(signal, std::ptr::null(), &raw mut action) };
    action
}

fn restore(place: usize) {
    if let Some(action) = PREVIOUS.get().and_then(|actions| actions.get(place)) {
        // SAFETY: invariant 2; the action was in force before.
        unsafe { libc::sigaction(SIGNALS[place].0, action, std::ptr::null_mut()) };
    }
}

fn write(text: &str) {
    let fd = FD.load(Ordering::SeqCst);
    // SAFETY: the bytes live; an error leaves nobody to tell.
    unsafe { libc::write(fd, text.as_ptr().cast(), text.len()) };
}

extern "C" fn handler(signal: i32) {
    let place = SIGNALS.iter().position(|(known, _)| *known == signal);
    if let Some(place) = place {
        restore(place);
        write("Fatal Python error: ");
        write(SIGNALS[place].1);
        write("\n\n");
        if let Some(tell) = TELL.get() {
            tell(FD.load(Ordering::SeqCst));
        }
    }
    // SAFETY: no pointers.
    unsafe { libc::raise(signal) };
    // The runtime's own handler waits for a fault to happen again, which a signal that was sent does not.
    // SAFETY: all fields may be zero.
    let default: libc::sigaction = unsafe { zeroed() };
    // SAFETY: invariant 2.
    unsafe { libc::sigaction(signal, &raw const default, std::ptr::null_mut()) };
    // SAFETY: no pointers.
    unsafe { libc::raise(signal) };
}

/// Installs or removes the handlers.
pub(super) fn report(report: Option<FatalReport>) -> OsResult<()> {
    let Some(report) = report else {
        (0..SIGNALS.len()).for_each(restore);
        return Ok(());
    };
    FD.store(report.fd, Ordering::SeqCst);
    TELL.get_or_init(|| report.tell);
    PREVIOUS.get_or_init(|| SIGNALS.map(|(signal, _)| current(signal)));
    for (signal, _) in SIGNALS {
        // SAFETY: all fields may be zero.
        let mut action: libc::sigaction = unsafe { zeroed() };
        action.sa_sigaction = handler as extern "C" fn(i32) as libc::sighandler_t;
        // The signal is raised once more within the handler.
        action.sa_flags = libc::SA_ONSTACK | libc::SA_NODEFER;
        // SAFETY: invariants 1 and 2.
        done(unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) })?;
    }
    Ok(())
}
