//! Sending signals to this process, its threads and others; their names.

use taipan_host::Fd;
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::value::Value;

use super::check_number;

/// Send a signal to the executing process.
#[pyfunction(signature = (signalnum, /))]
pub(super) fn raise_signal(cx: &Ctx, signalnum: i32) -> PyResult<()> {
    cx.host()
        .raise(signalnum)
        .map_err(|error| cx.os_error(error))?;
    cx.check_signals()
}

/// Send a signal to a thread.
#[pyfunction(signature = (thread_id, signalnum, /))]
pub(super) fn pthread_kill(cx: &Ctx, thread_id: u64, signalnum: i32) -> PyResult<()> {
    cx.audit(
        "signal.pthread_kill",
        &[
            cx.new_int(thread_id as i64),
            cx.new_int(i64::from(signalnum)),
        ],
    )?;
    cx.host()
        .pthread_kill(thread_id, signalnum)
        .map_err(|error| cx.os_error(error))?;
    // It may have been for this thread.
    cx.check_signals()
}

/// Send a signal to a process referred to by a pid file descriptor.
#[pyfunction(signature = (pidfd, signalnum, siginfo = None, flags = 0, /))]
pub(super) fn pidfd_send_signal(
    cx: &Ctx,
    pidfd: Fd,
    signalnum: i32,
    siginfo: Option<&Value>,
    flags: i32,
) -> PyResult<()> {
    if siginfo.is_some() {
        return Err(cx.type_error("siginfo must be None"));
    }
    if flags != 0 {
        // The system knows no flags yet.
        return Err(cx.os_error(taipan_host::OsError::new(libc::EINVAL)));
    }
    cx.host()
        .pidfd_send_signal(pidfd, signalnum)
        .map_err(|error| cx.os_error(error))?;
    // It may have been for this process.
    cx.check_signals()
}

/// Return the system description of the given signal.
///
/// Returns the description of signal *signalnum*, such as "Interrupt"
/// for :const:`SIGINT`. Returns :const:`None` if *signalnum* has no
/// description. Raises :exc:`ValueError` if *signalnum* is invalid.
#[pyfunction(signature = (signalnum, /))]
pub(super) fn strsignal(cx: &Ctx, signalnum: i32) -> PyResult<Option<Value>> {
    check_number(cx, signalnum)?;
    match cx.host().strsignal(signalnum) {
        Ok(Some(text)) => cx.fs_decode(&text).map(Some),
        Ok(None) => Ok(None),
        Err(error) => Err(cx.os_error(error)),
    }
}
