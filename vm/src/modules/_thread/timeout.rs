//! How long `acquire` and `join` wait.

use std::time::Duration;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::waiters::Deadline;
use crate::value::Value;

/// The longest time-out in seconds.
pub(super) const MAX: f64 = 9_223_372_036.0;

/// What a lock's `acquire` was asked for.
pub(super) enum Wait {
    Not,
    Until(Deadline),
}

/// The arguments of `acquire`.
///
/// # Errors
/// `ValueError`, `OverflowError`, `TypeError` for time-outs that make no sense.
pub(super) fn waiting(cx: &Ctx, blocking: bool, timeout: Option<&Value>) -> PyResult<Wait> {
    let timeout = match timeout {
        Some(timeout) => seconds(cx, timeout)?,
        None => -1.0,
    };
    if !blocking && timeout != -1.0 {
        return Err(cx.value_error("can't specify a timeout for a non-blocking call"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(cx.value_error("timeout value must be a non-negative number"));
    }
    if timeout > MAX {
        return Err(cx.overflow_error("timeout value is too large"));
    }
    if !blocking || timeout == 0.0 {
        return Ok(Wait::Not);
    }
    Ok(Wait::Until(until(cx, timeout)?))
}

/// The time-out of `join`; `None` and negative numbers wait for ever.
///
/// # Errors
/// `ValueError`, `OverflowError`, `TypeError` for time-outs that make no sense.
pub(super) fn deadline(cx: &Ctx, timeout: Option<&Value>) -> PyResult<Deadline> {
    match timeout {
        Some(timeout) if !timeout.is_none() => {
            let timeout = seconds(cx, timeout)?;
            until(cx, timeout)
        }
        _ => Ok(Deadline::NEVER),
    }
}

fn until(cx: &Ctx, seconds: f64) -> PyResult<Deadline> {
    match Duration::try_from_secs_f64(seconds) {
        Ok(span) => Deadline::after(cx, span),
        Err(_) => Ok(Deadline::NEVER),
    }
}

fn seconds(cx: &Ctx, value: &Value) -> PyResult<f64> {
    let seconds = match value.as_float() {
        Some(seconds) if seconds.is_nan() => {
            return Err(cx.value_error("Invalid value NaN (not a number)"));
        }
        Some(seconds) => seconds,
        None => {
            let number = cx.to_bigint(value)?;
            i64::try_from(&number).map_or(f64::INFINITY, |number| number as f64)
        }
    };
    if seconds.abs() >= 9_223_372_036.854_776 {
        return Err(cx.overflow_error("timestamp too large to convert to C PyTime_t"));
    }
    Ok(seconds)
}
