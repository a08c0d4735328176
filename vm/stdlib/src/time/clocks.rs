//! Reading and setting clocks, and sleep.
//!
//! CPython 3.14: `Modules/timemodule.c`. Reading a clock at all can only fail where a host has none.

use taipan_host::Timespec;
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

use crate::modules::import_from;
use crate::seconds::{self, Round, as_seconds, nanoseconds};

/// A clock's time in nanoseconds.
fn read(cx: &Ctx, clock: i32) -> PyResult<i64> {
    let time = cx
        .host()
        .clock_gettime(clock)
        .map_err(|error| cx.os_error(error))?;
    Ok(i64::try_from(time.as_nanos()).unwrap_or(i64::MAX))
}

macro_rules! clocks {
    ($($(#[doc = $doc:literal])* $seconds:ident $(#[doc = $ns_doc:literal])* $nanos:ident: $clock:expr;)*) => {$(
        $(#[doc = $doc])*
        #[pyfunction(signature = (), text_signature = "($self, /)")]
        pub(super) fn $seconds(cx: &Ctx) -> PyResult<f64> {
            read(cx, $clock).map(as_seconds)
        }

        $(#[doc = $ns_doc])*
        #[pyfunction(signature = (), text_signature = "($self, /)")]
        pub(super) fn $nanos(cx: &Ctx) -> PyResult<i64> {
            read(cx, $clock)
        }
    )*};
}

clocks! {
    /// Return the current time in seconds since the Epoch.
    ///
    /// Fractions of a second may be present if the system clock provides them.
    time
    /// Return the current time in nanoseconds since the Epoch.
    time_ns: libc::CLOCK_REALTIME;
    /// Monotonic clock, cannot go backward.
    monotonic
    /// Monotonic clock, cannot go backward, as nanoseconds.
    monotonic_ns: libc::CLOCK_MONOTONIC;
    /// Performance counter for benchmarking.
    perf_counter
    /// Performance counter for benchmarking as nanoseconds.
    perf_counter_ns: libc::CLOCK_MONOTONIC;
    /// Process time for profiling: sum of the kernel and user-space CPU time.
    process_time
    /// Process time for profiling as nanoseconds:
    /// sum of the kernel and user-space CPU time.
    process_time_ns: libc::CLOCK_PROCESS_CPUTIME_ID;
    /// Thread time for profiling: sum of the kernel and user-space CPU time.
    thread_time
    /// Thread time for profiling as nanoseconds:
    /// sum of the kernel and user-space CPU time.
    thread_time_ns: libc::CLOCK_THREAD_CPUTIME_ID;
}

fn plain_seconds(time: Timespec) -> f64 {
    time.secs as f64 + f64::from(time.nanos) * 1e-9
}

/// Return the time of the specified clock clk_id as a float.
#[pyfunction(signature = (clk_id, /))]
pub(super) fn clock_gettime(cx: &Ctx, clk_id: i32) -> PyResult<f64> {
    cx.host()
        .clock_gettime(clk_id)
        .map(plain_seconds)
        .map_err(|error| cx.os_error(error))
}

/// Return the time of the specified clock clk_id as nanoseconds (int).
#[pyfunction(signature = (clk_id, /))]
pub(super) fn clock_gettime_ns(cx: &Ctx, clk_id: i32) -> PyResult<i64> {
    read(cx, clk_id)
}

fn set(cx: &Ctx, clock: i32, time: Timespec) -> PyResult<()> {
    cx.host()
        .clock_settime(clock, time)
        .map_err(|error| cx.os_error(error))
}

/// Set the time of the specified clock clk_id.
#[pyfunction(signature = (clk_id, time, /), text_signature = None)]
pub(super) fn clock_settime(cx: &Ctx, clk_id: i32, time: &Value) -> PyResult<()> {
    set(cx, clk_id, seconds::timespec(cx, time, Round::Floor)?)
}

/// Set the time of the specified clock clk_id with nanoseconds.
#[pyfunction(signature = (clk_id, time, /), text_signature = None)]
pub(super) fn clock_settime_ns(cx: &Ctx, clk_id: i32, time: i64) -> PyResult<()> {
    set(cx, clk_id, Timespec::from_nanos(i128::from(time)))
}

/// Return the resolution (precision) of the specified clock clk_id.
#[pyfunction(signature = (clk_id, /), text_signature = None)]
pub(super) fn clock_getres(cx: &Ctx, clk_id: i32) -> PyResult<f64> {
    cx.host()
        .clock_getres(clk_id)
        .map(plain_seconds)
        .map_err(|error| cx.os_error(error))
}

/// Return the clk_id of a thread's CPU time clock.
#[pyfunction(signature = (thread_id, /), text_signature = None)]
pub(super) fn pthread_getcpuclockid(cx: &Ctx, thread_id: u64) -> PyResult<i32> {
    cx.host()
        .thread_cpu_clock(thread_id)
        .map_err(|error| cx.os_error(error))
}

/// Get information of the specified clock.
#[pyfunction(signature = (name, /), text_signature = None)]
pub(super) fn get_clock_info(cx: &Ctx, name: &Py<Str>) -> PyResult<Value> {
    let (clock, text, adjustable) = match name.to_str() {
        Some("time") => (libc::CLOCK_REALTIME, "CLOCK_REALTIME", true),
        Some("monotonic" | "perf_counter") => (libc::CLOCK_MONOTONIC, "CLOCK_MONOTONIC", false),
        Some("process_time") => (
            libc::CLOCK_PROCESS_CPUTIME_ID,
            "CLOCK_PROCESS_CPUTIME_ID",
            false,
        ),
        Some("thread_time") => (
            libc::CLOCK_THREAD_CPUTIME_ID,
            "CLOCK_THREAD_CPUTIME_ID",
            false,
        ),
        _ => return Err(cx.value_error("unknown clock")),
    };
    let resolution = cx
        .host()
        .clock_getres(clock)
        .map_err(|error| cx.os_error(error))?;
    let implementation = cx.new_str(&format!("clock_gettime({text})"))?;
    let namespace = import_from(cx, "types", "SimpleNamespace")?;
    let names: Vec<Value> = ["implementation", "monotonic", "adjustable", "resolution"]
        .iter()
        .map(|name| cx.intern(*name).into_value())
        .collect();
    let values = [
        implementation.into_value(),
        Value::bool(!adjustable),
        Value::bool(adjustable),
        cx.new_float(plain_seconds(resolution)),
    ];
    cx.call_with(&namespace, taipan_vm::native::Args::new(&values, &names))
}

/// Delay execution for a given number of seconds.
///
/// The argument may be a floating-point number for subsecond precision.
#[pyfunction(signature = (seconds, /), text_signature = "($self, object, /)")]
pub(super) fn sleep(cx: &Ctx, seconds: &Value) -> PyResult<()> {
    let span = nanoseconds(cx, seconds, Round::Up)?;
    if span < 0 {
        return Err(cx.value_error("sleep length must be non-negative"));
    }
    let deadline = crate::seconds::deadline(cx, span)?;
    cx.retry(|host| host.sleep_until(deadline))?
        .map_err(|error| -> PyErr { cx.os_error(error) })
}
