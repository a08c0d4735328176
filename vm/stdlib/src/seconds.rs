//! Spans and points of time from Python numbers: rounding, ranges and messages.
//!
//! CPython 3.14: `Python/pytime.c`. Tests: `tests/run/time/`.

use taipan_host::Timespec;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::value::Value;

/// How a fraction of a nanosecond is rounded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    /// Towards minus infinity: clocks.
    Floor,
    /// Away from zero: timeouts, which must not end early.
    Up,
}

impl Round {
    fn apply(self, value: f64) -> f64 {
        match self {
            Self::Floor => value.floor(),
            Self::Up if value >= 0.0 => value.ceil(),
            Self::Up => value.floor(),
        }
    }
}

fn invalid_nan(cx: &Ctx) -> PyErr {
    cx.value_error("Invalid value NaN (not a number)")
}

/// Nanoseconds of a number of seconds, as `PyTime_t` has them.
///
/// # Errors
/// `ValueError` for NaN, `OverflowError`, `TypeError`.
pub(crate) fn nanoseconds(cx: &Ctx, value: &Value, round: Round) -> PyResult<i64> {
    let overflow = || cx.overflow_error("timestamp too large to convert to C PyTime_t");
    if let Some(seconds) = value.as_float() {
        if seconds.is_nan() {
            return Err(invalid_nan(cx));
        }
        let nanos = round.apply(seconds * 1e9);
        // 2^63 is exact; everything below fits.
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&nanos) {
            return Err(overflow());
        }
        return Ok(nanos as i64);
    }
    let seconds = cx.to_bigint(value).map_err(|error| {
        if !cx.matches(&error, &cx.types().type_error) {
            return error;
        }
        cx.type_error(format!(
            "'{}' object cannot be interpreted as an integer or float",
            cx.type_name(value)
        ))
    })?;
    let seconds = i64::try_from(&seconds).map_err(|_| overflow())?;
    seconds.checked_mul(1_000_000_000).ok_or_else(overflow)
}

/// A point of time in whole seconds (`time_t`).
///
/// # Errors
/// `ValueError` for NaN, `OverflowError`, `TypeError`.
pub(crate) fn whole_seconds(cx: &Ctx, value: &Value, round: Round) -> PyResult<i64> {
    let overflow = || cx.overflow_error("timestamp out of range for platform time_t");
    if let Some(seconds) = value.as_float() {
        if seconds.is_nan() {
            return Err(invalid_nan(cx));
        }
        let seconds = round.apply(seconds);
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&seconds) {
            return Err(overflow());
        }
        return Ok(seconds as i64);
    }
    i64::try_from(&cx.to_bigint(value)?).map_err(|_| overflow())
}

/// A point of time with nanoseconds (`struct timespec`).
///
/// # Errors
/// `ValueError` for NaN, `OverflowError`, `TypeError`.
pub(crate) fn timespec(cx: &Ctx, value: &Value, round: Round) -> PyResult<Timespec> {
    let overflow = || cx.overflow_error("timestamp out of range for platform time_t");
    if let Some(seconds) = value.as_float() {
        if seconds.is_nan() {
            return Err(invalid_nan(cx));
        }
        let whole = seconds.trunc();
        let mut nanos = round.apply((seconds - whole) * 1e9);
        let mut whole = whole;
        if nanos >= 1e9 {
            nanos -= 1e9;
            whole += 1.0;
        } else if nanos < 0.0 {
            nanos += 1e9;
            whole -= 1.0;
        }
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
            return Err(overflow());
        }
        return Ok(Timespec {
            secs: whole as i64,
            nanos: nanos as u32,
        });
    }
    let secs = i64::try_from(&cx.to_bigint(value)?).map_err(|_| overflow())?;
    Ok(Timespec { secs, nanos: 0 })
}

/// Seconds of nanoseconds, rounded once.
pub(crate) fn as_seconds(nanos: i64) -> f64 {
    if nanos % 1_000_000_000 == 0 {
        (nanos / 1_000_000_000) as f64
    } else {
        nanos as f64 / 1e9
    }
}

/// When a wait that starts now ends, on the monotonic clock.
///
/// # Errors
/// `OSError` if there is no such clock.
pub(crate) fn deadline(cx: &Ctx, nanos: i64) -> PyResult<Timespec> {
    let now = monotonic(cx)?;
    Ok(Timespec::from_nanos(now.as_nanos() + i128::from(nanos)))
}

/// The monotonic clock.
///
/// # Errors
/// `OSError` if there is no such clock.
pub(crate) fn monotonic(cx: &Ctx) -> PyResult<Timespec> {
    cx.host()
        .clock_gettime(libc::CLOCK_MONOTONIC)
        .map_err(|error| cx.os_error(error))
}

/// What is left until a deadline; zero if it has passed.
///
/// # Errors
/// `OSError` if there is no such clock.
pub(crate) fn remaining(cx: &Ctx, deadline: Timespec) -> PyResult<Timespec> {
    let left = deadline.as_nanos() - monotonic(cx)?.as_nanos();
    Ok(Timespec::from_nanos(left.max(0)))
}
