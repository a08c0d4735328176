//! Crashes: the signals that end a process are told of before.

use std::cell::RefCell;

use taipan_host::signals::FatalReport;
use taipan_macros::pyfunction;

use super::dump::{Out, crashed_thread};
use super::file::Target;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::bind::Optional;
use crate::value::Value;

/// What `enable` was called with.
#[derive(Default)]
struct Enabled(RefCell<Option<Target>>);

/// Runs in a signal handler: it only reads.
fn tell(fd: i32) {
    Ctx::with_current_if_any(|cx| {
        if let Some(cx) = cx {
            crashed_thread(cx, &mut Out::new(cx.host(), fd));
        }
    });
}

fn start(cx: &Ctx, target: Target) -> PyResult<()> {
    let report = FatalReport {
        fd: target.fd,
        tell,
    };
    cx.host()
        .report_fatal_signals(Some(report))
        .map_err(|error| cx.os_error(error))?;
    let old = cx.state::<Enabled>().0.replace(Some(target));
    drop(old);
    Ok(())
}

/// Enable the fault handler.
#[pyfunction(
    signature = (file = Optional::Missing, all_threads = true),
    text_signature = "($module, /, file=sys.stderr, all_threads=True)"
)]
pub(super) fn enable(cx: &Ctx, file: Optional<&Value>, all_threads: bool) -> PyResult<()> {
    let _ = all_threads;
    start(cx, Target::of(cx, file)?)
}

/// `-X faulthandler` and `PYTHONFAULTHANDLER`.
///
/// # Errors
/// What `enable` raises.
pub(crate) fn enable_at_start(cx: &Ctx) -> PyResult<()> {
    start(cx, Target::of(cx, Optional::Missing)?)
}

/// Disable the fault handler.
#[pyfunction]
pub(super) fn disable(cx: &Ctx) -> PyResult<bool> {
    let old = cx.state::<Enabled>().0.take();
    let was_enabled = old.is_some();
    if was_enabled {
        cx.host()
            .report_fatal_signals(None)
            .map_err(|error| cx.os_error(error))?;
    }
    drop(old);
    Ok(was_enabled)
}

/// Check if the handler is enabled.
#[pyfunction]
pub(super) fn is_enabled(cx: &Ctx) -> bool {
    cx.state::<Enabled>().0.borrow().is_some()
}

fn raise(cx: &Ctx, signal: i32) -> PyResult<()> {
    // The first may only end the runtime's own handler.
    let host = cx.host();
    let sent = host.raise(signal).and_then(|()| host.raise(signal));
    sent.map_err(|error| cx.os_error(error))
}

/// Raise a SIGSEGV signal.
#[pyfunction(signature = (release_gil = false, /))]
pub(super) fn _sigsegv(cx: &Ctx, release_gil: bool) -> PyResult<()> {
    const SIGSEGV: i32 = 11;
    if release_gil {
        return cx
            .blocking(|host| host.raise(SIGSEGV).and_then(|()| host.raise(SIGSEGV)))
            .map_err(|error| cx.os_error(error));
    }
    raise(cx, SIGSEGV)
}

/// Raise a SIGABRT signal.
#[pyfunction]
pub(super) fn _sigabrt(cx: &Ctx) -> PyResult<()> {
    raise(cx, 6)
}

/// Raise a SIGFPE signal.
#[pyfunction]
pub(super) fn _sigfpe(cx: &Ctx) -> PyResult<()> {
    raise(cx, 8)
}
