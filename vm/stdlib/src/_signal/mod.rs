//! `_signal`: what happens when signals arrive.
//!
//! CPython 3.14: `Modules/signalmodule.c`. `handlers` is the table of Python handlers and what runs them, `waiting` blocks
//! and awaits signals, `sending` raises them, `timers` lets them come later. The host records signals; no Python code runs
//! in a signal handler of the system. Tests: `tests/run/signal/`.

mod handlers;
mod sending;
mod set;
mod timers;
mod waiting;

use taipan_host::Signals;
use taipan_host::signals::Disposition;
use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;

pub(crate) use handlers::forget_pending_signals;

/// One more than the highest signal number (`NSIG`).
const SIGNAL_COUNT: i32 = 65;
const SIG_DFL: i64 = 0;
const SIG_IGN: i64 = 1;

/// Fails for a number that is no signal's.
fn check_number(cx: &Ctx, signal: i32) -> PyResult<()> {
    if (1..SIGNAL_COUNT).contains(&signal) {
        Ok(())
    } else {
        Err(cx.value_error("signal number out of range"))
    }
}

/// This module provides mechanisms to use signal handlers in Python.
///
/// Functions:
///
/// alarm() -- cause SIGALRM after a specified time [Unix only]
/// setitimer() -- cause a signal (described below) after a specified
///                float time and the timer may restart then [Unix only]
/// getitimer() -- get current value of timer [Unix only]
/// signal() -- set the action for a given signal
/// getsignal() -- get the signal action for a given signal
/// pause() -- wait until a signal arrives [Unix only]
/// default_int_handler() -- default SIGINT handler
///
/// signal constants:
/// SIG_DFL -- used to refer to the system default handler
/// SIG_IGN -- used to ignore the signal
/// NSIG -- number of defined signals
/// SIGINT, SIGTERM, etc. -- signal numbers
///
/// itimer constants:
/// ITIMER_REAL -- decrements in real time, and delivers SIGALRM upon
///                expiration
/// ITIMER_VIRTUAL -- decrements only when the process is executing,
///                and delivers SIGVTALRM upon expiration
/// ITIMER_PROF -- decrements both when the process is executing and
///                when the system is executing on behalf of the process.
///                Coupled with ITIMER_VIRTUAL, this timer is usually
///                used to profile the time spent by the application
///                in user and kernel space. SIGPROF is delivered upon
///                expiration.
///
///
/// *** IMPORTANT NOTICE ***
/// A signal handler function is called with two arguments:
/// the first is the signal number, the second is the interrupted stack frame.
#[pymodule]
pub(crate) fn _signal(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    for function in [
        &handlers::default_int_handler::DEF,
        &handlers::getsignal::DEF,
        &handlers::set_wakeup_fd::DEF,
        &handlers::siginterrupt::DEF,
        &handlers::signal::DEF,
        &sending::pidfd_send_signal::DEF,
        &sending::pthread_kill::DEF,
        &sending::raise_signal::DEF,
        &sending::strsignal::DEF,
        &timers::alarm::DEF,
        &timers::getitimer::DEF,
        &timers::setitimer::DEF,
        &waiting::pause::DEF,
        &waiting::pthread_sigmask::DEF,
        &waiting::sigpending::DEF,
        &waiting::sigtimedwait::DEF,
        &waiting::sigwait::DEF,
        &waiting::sigwaitinfo::DEF,
        &waiting::valid_signals::DEF,
    ] {
        m.function(function)?;
    }
    platform_constants! { m;
        ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL SIGABRT SIGALRM SIGBUS SIGCHLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO
        SIGIOT SIGKILL SIGPIPE SIGPOLL SIGPROF SIGPWR SIGQUIT SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP
        SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ SIG_BLOCK SIG_SETMASK SIG_UNBLOCK
    }
    given_constants! { m;
        NSIG = SIGNAL_COUNT,
        SIGCLD = libc::SIGCHLD,
        SIGRTMAX = libc::SIGRTMAX(),
        SIGRTMIN = libc::SIGRTMIN(),
        SIG_DFL = SIG_DFL,
        SIG_IGN = SIG_IGN,
    }
    m.add("ItimerError", timers::error_class(cx)?)?;
    m.add(
        "struct_siginfo",
        cx.struct_sequence_class::<waiting::Siginfo>()?,
    )?;
    handlers::start(cx, m)
}

/// The signals whose default action would end a program that only writes to a closed pipe or a full disk: the failed call
/// tells it.
const IGNORED_FROM_THE_START: [i32; 2] = [libc::SIGPIPE, libc::SIGXFSZ];

fn ignore_from_the_start(host: &(impl Signals + ?Sized)) {
    for signal in IGNORED_FROM_THE_START {
        // A host without dispositions has nothing to ignore.
        let _ = host.set_disposition(signal, Disposition::Ignore);
    }
}
