//! `time`: clocks, sleep and calendars.
//!
//! CPython 3.14: `Modules/timemodule.c`. `clocks` reads and sets clocks, `calendar` converts and formats, `zone` holds
//! the module's time zone constants. Tests: `tests/run/time/`.

mod calendar;
mod clocks;
mod struct_time;
mod zone;

use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;

use struct_time::StructTime;

/// This module provides various functions to manipulate time values.
///
/// There are two standard representations of time.  One is the number
/// of seconds since the Epoch, in UTC (a.k.a. GMT).  It may be an integer
/// or a floating-point number (to represent fractions of seconds).
///
/// The other representation is a tuple of 9 integers giving local time.
#[pymodule]
pub(crate) fn time(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    for function in [
        &clocks::time::DEF,
        &clocks::time_ns::DEF,
        &clocks::monotonic::DEF,
        &clocks::monotonic_ns::DEF,
        &clocks::perf_counter::DEF,
        &clocks::perf_counter_ns::DEF,
        &clocks::process_time::DEF,
        &clocks::process_time_ns::DEF,
        &clocks::thread_time::DEF,
        &clocks::thread_time_ns::DEF,
        &clocks::clock_gettime::DEF,
        &clocks::clock_gettime_ns::DEF,
        &clocks::clock_settime::DEF,
        &clocks::clock_settime_ns::DEF,
        &clocks::clock_getres::DEF,
        &clocks::pthread_getcpuclockid::DEF,
        &clocks::get_clock_info::DEF,
        &clocks::sleep::DEF,
        &calendar::gmtime::DEF,
        &calendar::localtime::DEF,
        &calendar::asctime::DEF,
        &calendar::ctime::DEF,
        &calendar::mktime::DEF,
        &calendar::strftime::DEF,
        &calendar::strptime::DEF,
        &zone::tzset::DEF,
    ] {
        m.function(function)?;
    }
    platform_constants! { m;
        CLOCK_REALTIME CLOCK_MONOTONIC CLOCK_MONOTONIC_RAW CLOCK_PROCESS_CPUTIME_ID CLOCK_THREAD_CPUTIME_ID
        CLOCK_BOOTTIME CLOCK_TAI
    }
    m.add("_STRUCT_TM_ITEMS", 11)?;
    m.add("struct_time", cx.struct_sequence_class::<StructTime>()?)?;
    zone::set_constants(cx, m.module())
}
