//! Signals on the real machine. What the handler touches is in `signal_state`.
//!
//! Invariant: each pointer passed to a call comes from a live local structure of this function.
#![allow(unsafe_code, reason = "system calls; see the invariant above")]

use std::mem::zeroed;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use super::Native;
#[cfg(target_os = "linux")]
use super::call::c_timespec;
use super::call::{
    bytes_of, c_library, c_signal_set, c_timeval, cvt, done, returned, signal_set_from, timeval,
};
use super::{fatal_signals, signal_state};
use crate::clock::IntervalTimer;
#[cfg(target_os = "linux")]
use crate::clock::Timespec;
use crate::error::{OsError, OsResult};
use crate::files::Fd;
#[cfg(target_os = "linux")]
use crate::signals::SignalInfo;
use crate::signals::{Disposition, FatalReport, SignalSet, Signals};

/// The highest signal number.
#[cfg(target_os = "linux")]
const LAST_SIGNAL: i32 = 64;
#[cfg(not(target_os = "linux"))]
const LAST_SIGNAL: i32 = 31;

fn current(signal: i32) -> OsResult<libc::sigaction> {
    // SAFETY: all fields may be zero.
    let mut action: libc::sigaction = unsafe { zeroed() };
    // SAFETY: see the invariant; a null new action only reads.
    done(unsafe { libc::sigaction(signal, std::ptr::null(), &raw mut action) })?;
    Ok(action)
}

/// The address under which our handler is installed.
fn our_handler() -> libc::sighandler_t {
    signal_state::handler as extern "C" fn(i32) as libc::sighandler_t
}

fn waker() -> libc::sighandler_t {
    signal_state::woken as extern "C" fn(i32) as libc::sighandler_t
}

fn itimer(raw: libc::itimerval) -> IntervalTimer {
    IntervalTimer {
        value: timeval(raw.it_value),
        interval: timeval(raw.it_interval),
    }
}

impl Signals for Native {
    fn disposition(&self, signal: i32) -> OsResult<Disposition> {
        let handler = current(signal)?.sa_sigaction;
        Ok(match handler {
            libc::SIG_DFL => Disposition::Default,
            libc::SIG_IGN => Disposition::Ignore,
            other if other == our_handler() => Disposition::Record,
            // The wake-up of waiting threads is no business of the program.
            other if other == waker() => Disposition::Default,
            _ => Disposition::Foreign,
        })
    }

    fn set_disposition(&self, signal: i32, disposition: Disposition) -> OsResult<()> {
        // SAFETY: all fields may be zero; zero flags mean that system calls are interrupted, as in CPython.
        let mut action: libc::sigaction = unsafe { zeroed() };
        action.sa_sigaction = match disposition {
            Disposition::Default => libc::SIG_DFL,
            Disposition::Ignore => libc::SIG_IGN,
            Disposition::Record => our_handler(),
            Disposition::Foreign => return Err(OsError::new(libc::EINVAL)),
        };
        if disposition == Disposition::Record {
            action.sa_flags = libc::SA_ONSTACK;
        }
        // SAFETY: see the invariant; the handler is async-signal-safe (`signal_state`).
        done(unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) })
    }

    fn siginterrupt(&self, signal: i32, interrupts: bool) -> OsResult<()> {
        let mut action = current(signal)?;
        if interrupts {
            action.sa_flags &= !libc::SA_RESTART;
        } else {
            action.sa_flags |= libc::SA_RESTART;
        }
        // SAFETY: see the invariant; the handler is the one that was installed.
        done(unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) })
    }

    fn take_pending_signal(&self) -> OsResult<Option<i32>> {
        Ok(signal_state::take())
    }

    fn record_signal(&self, signal: i32) -> OsResult<()> {
        signal_state::arrived(signal);
        Ok(())
    }

    fn attach_breaker(&self, breaker: Arc<AtomicU32>, bits: u32) -> OsResult<()> {
        signal_state::attach_breaker(breaker, bits);
        Ok(())
    }

    fn set_wakeup_fd(&self, fd: Fd) -> OsResult<Fd> {
        Ok(signal_state::set_wakeup_fd(fd))
    }

    fn take_wakeup_error(&self) -> OsResult<Option<OsError>> {
        Ok(signal_state::take_wakeup_error().map(OsError::new))
    }

    fn report_fatal_signals(&self, report: Option<FatalReport>) -> OsResult<()> {
        fatal_signals::report(report)
    }

    fn raise(&self, signal: i32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::raise(signal) })
    }

    fn pthread_kill(&self, thread: u64, signal: i32) -> OsResult<()> {
        // SAFETY: the caller passes the number of a live thread, as POSIX demands.
        returned(unsafe { libc::pthread_kill(thread as libc::pthread_t, signal) })
    }

    fn alarm(&self, seconds: u32) -> OsResult<u32> {
        // SAFETY: no pointers, and it cannot fail.
        Ok(unsafe { libc::alarm(seconds) })
    }

    fn setitimer(&self, which: i32, timer: IntervalTimer) -> OsResult<IntervalTimer> {
        let new = libc::itimerval {
            it_value: c_timeval(timer.value),
            it_interval: c_timeval(timer.interval),
        };
        let mut old = new;
        // SAFETY: see the invariant.
        done(unsafe { libc::setitimer(which as _, &raw const new, &raw mut old) })?;
        Ok(itimer(old))
    }

    fn getitimer(&self, which: i32) -> OsResult<IntervalTimer> {
        // SAFETY: a structure of integers may be zero.
        let mut now: libc::itimerval = unsafe { zeroed() };
        // SAFETY: see the invariant.
        done(unsafe { libc::getitimer(which as _, &raw mut now) })?;
        Ok(itimer(now))
    }

    fn pthread_sigmask(&self, how: i32, set: SignalSet) -> OsResult<SignalSet> {
        let new = c_signal_set(set);
        let mut old = new;
        // SAFETY: see the invariant.
        returned(unsafe { libc::pthread_sigmask(how, &raw const new, &raw mut old) })?;
        Ok(signal_set_from(&old))
    }

    fn sigpending(&self) -> OsResult<SignalSet> {
        let mut set = c_signal_set(SignalSet::default());
        // SAFETY: see the invariant.
        done(unsafe { libc::sigpending(&raw mut set) })?;
        Ok(signal_set_from(&set))
    }

    fn sigwait(&self, set: SignalSet) -> OsResult<i32> {
        let set = c_signal_set(set);
        let mut signal = 0;
        // SAFETY: see the invariant.
        returned(unsafe { libc::sigwait(&raw const set, &raw mut signal) })?;
        Ok(signal)
    }

    #[cfg(target_os = "linux")]
    fn sigtimedwait(
        &self,
        set: SignalSet,
        timeout: Option<Timespec>,
    ) -> OsResult<Option<SignalInfo>> {
        let set = c_signal_set(set);
        // SAFETY: a structure of integers and pointers may be zero.
        let mut info: libc::siginfo_t = unsafe { zeroed() };
        let result = match timeout {
            // SAFETY: see the invariant.
            None => cvt(unsafe { libc::sigwaitinfo(&raw const set, &raw mut info) }),
            Some(span) => {
                let span = c_timespec(span);
                // SAFETY: see the invariant.
                cvt(unsafe { libc::sigtimedwait(&raw const set, &raw mut info, &raw const span) })
            }
        };
        match result {
            // SAFETY: the call succeeded; the fields of the union are integers of any value.
            Ok(_) => Ok(Some(unsafe {
                SignalInfo {
                    signo: info.si_signo,
                    code: info.si_code,
                    errno: info.si_errno,
                    pid: info.si_pid(),
                    uid: info.si_uid(),
                    status: info.si_status(),
                    // `si_band` shares its place with `si_addr`.
                    band: info.si_addr() as i64,
                }
            })),
            Err(error) if error.errno == libc::EAGAIN && timeout.is_some() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn pause(&self) -> OsResult<()> {
        // It returns only when a signal has been handled, always with `EINTR`.
        // SAFETY: no pointers.
        match cvt(unsafe { libc::pause() }) {
            Err(error) if error.errno != libc::EINTR => Err(error),
            _ => Ok(()),
        }
    }

    fn strsignal(&self, signal: i32) -> OsResult<Option<Vec<u8>>> {
        if !(1..=LAST_SIGNAL).contains(&signal) {
            return Err(OsError::new(libc::EINVAL));
        }
        let _guard = c_library();
        // SAFETY: the text is copied under the lock, before another call can change it.
        let text = unsafe { bytes_of(libc::strsignal(signal)) };
        Ok((!text.is_empty() && !text.starts_with(b"Unknown signal")).then_some(text))
    }

    fn valid_signals(&self) -> OsResult<SignalSet> {
        // The set that libc fills leaves out the signals it keeps for itself.
        let mut set = c_signal_set(SignalSet::default());
        // SAFETY: see the invariant.
        done(unsafe { libc::sigfillset(&raw mut set) })?;
        Ok(signal_set_from(&set))
    }
}
