//! Blocking signals and waiting for them.

use taipan_host::signals::SignalInfo;
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::struct_sequence;
use taipan_vm::value::Value;

use super::set::{Set, python_set};
use crate::seconds::{Round, nanoseconds};
use crate::select::Wait;

struct_sequence! {
    /// struct_siginfo: Result from sigwaitinfo or sigtimedwait.
    ///
    /// This object may be accessed either as a tuple of
    /// (si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),
    /// or via the attributes si_signo, si_code, and so on.
    pub(crate) Siginfo("signal", "struct_siginfo", visible 7) {
        "si_signo": Some("signal number"),
        "si_code": Some("signal code"),
        "si_errno": Some("errno associated with this signal"),
        "si_pid": Some("sending process ID"),
        "si_uid": Some("real user ID of sending process"),
        "si_status": Some("exit value or signal"),
        "si_band": Some("band event for SIGPOLL"),
    };
}

fn siginfo(cx: &Ctx, info: SignalInfo) -> PyResult<Value> {
    cx.new_struct_sequence::<Siginfo>(vec![
        cx.new_int(i64::from(info.signo)),
        cx.new_int(i64::from(info.code)),
        cx.new_int(i64::from(info.errno)),
        cx.new_int(i64::from(info.pid)),
        cx.new_int(i64::from(info.uid)),
        cx.new_int(i64::from(info.status)),
        cx.new_int(info.band),
    ])
}

/// Fetch and/or change the signal mask of the calling thread.
#[pyfunction(signature = (how, mask, /))]
pub(super) fn pthread_sigmask(cx: &Ctx, how: i32, mask: Set) -> PyResult<Value> {
    let old = cx
        .host()
        .pthread_sigmask(how, mask.0)
        .map_err(|error| cx.os_error(error))?;
    // Those that are let through now have arrived.
    cx.check_signals()?;
    python_set(cx, old)
}

/// Examine pending signals.
///
/// Returns a set of signal numbers that are pending for delivery to
/// the calling thread.
#[pyfunction]
pub(super) fn sigpending(cx: &Ctx) -> PyResult<Value> {
    let pending = cx.host().sigpending().map_err(|error| cx.os_error(error))?;
    python_set(cx, pending)
}

/// Wait for a signal.
///
/// Suspend execution of the calling thread until the delivery of one of the
/// signals specified in the signal set sigset.  The function accepts the
/// signal and returns the signal number.
#[pyfunction(signature = (sigset, /))]
pub(super) fn sigwait(cx: &Ctx, sigset: Set) -> PyResult<i32> {
    cx.retry_os(|host| host.sigwait(sigset.0))
}

/// Wait synchronously until one of the signals in *sigset* is delivered.
///
/// Returns a struct_siginfo containing information about the signal.
#[pyfunction(signature = (sigset, /))]
pub(super) fn sigwaitinfo(cx: &Ctx, sigset: Set) -> PyResult<Option<Value>> {
    cx.retry_os(|host| host.sigtimedwait(sigset.0, None))?
        .map(|info| siginfo(cx, info))
        .transpose()
}

/// Like sigwaitinfo(), but with a timeout.
///
/// The timeout is specified in seconds, with floating-point numbers allowed.
#[pyfunction(signature = (sigset, timeout, /))]
pub(super) fn sigtimedwait(cx: &Ctx, sigset: Set, timeout: &Value) -> PyResult<Option<Value>> {
    let nanos = nanoseconds(cx, timeout, Round::Up)?;
    if nanos < 0 {
        return Err(cx.value_error("timeout must be non-negative"));
    }
    Wait::start(cx, Some(nanos))?
        .run(cx, |host, left| host.sigtimedwait(sigset.0, left))?
        .map_err(|error| cx.os_error(error))?
        .map(|info| siginfo(cx, info))
        .transpose()
}

/// Wait until a signal arrives.
#[pyfunction]
pub(super) fn pause(cx: &Ctx) -> PyResult<()> {
    cx.blocking(|host| host.pause())
        .map_err(|error| cx.os_error(error))?;
    cx.check_signals()
}

/// Return a set of valid signal numbers on this platform.
///
/// The signal numbers returned by this function can be safely passed to
/// functions like `pthread_sigmask`.
#[pyfunction]
pub(super) fn valid_signals(cx: &Ctx) -> PyResult<Value> {
    let valid = cx
        .host()
        .valid_signals()
        .map_err(|error| cx.os_error(error))?;
    python_set(cx, valid)
}
