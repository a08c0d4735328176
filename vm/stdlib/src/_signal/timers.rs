//! Signals that come later: `alarm` and the interval timers.

use taipan_host::Timespec;
use taipan_host::clock::IntervalTimer;
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::Type;
use taipan_vm::value::{Py, Value};

use crate::exception_class::exception_class;
use crate::seconds::{Round, nanoseconds};

/// `signal.itimer_error`.
pub(super) fn error_class(cx: &Ctx) -> PyResult<Py<Type>> {
    exception_class(cx, "signal.ItimerError", &cx.types().os_error)
}

fn timer_error(cx: &Ctx, error: taipan_host::OsError) -> PyErr {
    let class = match error_class(cx) {
        Ok(class) => class,
        Err(error) => return error,
    };
    match cx.new_str(&*error.message()) {
        Ok(message) => cx.exception_with(
            &class,
            vec![cx.new_int(i64::from(error.errno)), message.into_value()],
        ),
        Err(error) => error,
    }
}

/// Arrange for SIGALRM to arrive after the given number of seconds.
#[pyfunction(signature = (seconds, /))]
pub(super) fn alarm(cx: &Ctx, seconds: i32) -> PyResult<u32> {
    // Negative numbers are large ones for C.
    cx.host()
        .alarm(seconds as u32)
        .map_err(|error| cx.os_error(error))
}

fn span(cx: &Ctx, seconds: &Value) -> PyResult<Timespec> {
    let nanos = nanoseconds(cx, seconds, Round::Up)?;
    Ok(Timespec::from_nanos(i128::from(nanos)))
}

fn pair(cx: &Ctx, timer: IntervalTimer) -> Value {
    let seconds =
        |time: Timespec| cx.new_float(time.secs as f64 + f64::from(time.nanos / 1000) / 1e6);
    cx.new_tuple(vec![seconds(timer.value), seconds(timer.interval)])
        .into_value()
}

/// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).
///
/// The timer will fire after value seconds and after that every interval
/// seconds.  The itimer can be cleared by setting seconds to zero.
///
/// Returns old values as a tuple: (delay, interval).
#[pyfunction(
    signature = (which, seconds, interval = taipan_vm::native::bind::Optional::Missing, /),
    text_signature = "($module, which, seconds, interval=0.0, /)"
)]
pub(super) fn setitimer(
    cx: &Ctx,
    which: i32,
    seconds: &Value,
    interval: taipan_vm::native::bind::Optional<&Value>,
) -> PyResult<Value> {
    let value = span(cx, seconds)?;
    let interval = match interval.given() {
        Some(interval) => span(cx, interval)?,
        None => Timespec::ZERO,
    };
    let old = cx
        .host()
        .setitimer(which, IntervalTimer { value, interval })
        .map_err(|error| timer_error(cx, error))?;
    Ok(pair(cx, old))
}

/// Returns current value of given itimer.
#[pyfunction(signature = (which, /))]
pub(super) fn getitimer(cx: &Ctx, which: i32) -> PyResult<Value> {
    let now = cx
        .host()
        .getitimer(which)
        .map_err(|error| timer_error(cx, error))?;
    Ok(pair(cx, now))
}
