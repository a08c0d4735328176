//! `_datetime`: dates, times of day, spans of time and time zones.
//!
//! A file a class: `delta` (timedelta), `tzinfo`, `timezone`, `date`, `time`, `datetime` (with its arithmetic in
//! `datetime_math` and its ways to and from clocks in `datetime_clock`), `iso_calendar_date`. Shared: `calendar` (days
//! and years), `clock` (times of day), `local` (the machine's time zone), `iso_parse`, `strftime`, `arguments`.
//! Reference: CPython 3.14 `Modules/_datetimemodule.c`. Tests: `tests/run/datetime/`. Deviations: there is no C API, so
//! no `datetime_CAPI`.

mod arguments;
pub(crate) mod calendar;
pub(crate) mod clock;
mod date;
pub(crate) mod datetime;
mod datetime_clock;
pub(crate) mod datetime_math;
pub(crate) mod delta;
mod iso_calendar_date;
mod iso_parse;
mod local;
mod strftime;
mod time;
mod timezone;
pub(crate) mod tzinfo;

use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::Type;
use taipan_vm::value::{Py, Value};

use calendar::{Day, MAX_YEAR, MIN_YEAR};
use clock::Clock;
use delta::TimeDelta;

/// Sets class attributes.
fn constants(cx: &Ctx, class: &Py<Type>, values: Vec<(&str, Value)>) {
    for (name, value) in values {
        class.dict().set_str(&cx.intern(name), value);
    }
    class.modified();
}

/// Fast implementation of the datetime module.
#[pymodule]
pub(crate) fn _datetime(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.add("MINYEAR", MIN_YEAR)?;
    m.add("MAXYEAR", MAX_YEAR)?;
    let utc = timezone::utc(cx)?;
    m.add("UTC", utc.clone())?;
    let classes = [
        m.class(date::Date::class())?,
        m.class(time::Time::class())?,
        m.class(datetime::DateTime::class())?,
        m.class(TimeDelta::class())?,
        m.class(timezone::TimeZone::class())?,
    ];
    m.class(tzinfo::TzInfo::class())?;
    let [date, time, datetime, delta, zone] = &classes;
    let span = |total: i128| TimeDelta::make(cx, total);
    let first = Day::new(MIN_YEAR, 1, 1);
    let last = Day::new(MAX_YEAR, 12, 31);
    let smallest = vec![
        ("min", span(i128::from(-delta::MAX_DAYS) * delta::DAY)?),
        (
            "max",
            span(i128::from(delta::MAX_DAYS + 1) * delta::DAY - 1)?,
        ),
        ("resolution", span(1)?),
    ];
    constants(cx, delta, smallest);
    let days = vec![
        ("min", date::make(cx, date, first)?),
        ("max", date::make(cx, date, last)?),
        ("resolution", span(delta::DAY)?),
    ];
    constants(cx, date, days);
    let times = vec![
        ("min", time::make(cx, time, Clock::MIN, 0, None)?),
        ("max", time::make(cx, time, Clock::MAX, 0, None)?),
        ("resolution", span(1)?),
    ];
    constants(cx, time, times);
    let points = vec![
        (
            "min",
            datetime::make(cx, datetime, first, Clock::MIN, 0, None)?,
        ),
        (
            "max",
            datetime::make(cx, datetime, last, Clock::MAX, 0, None)?,
        ),
        ("resolution", span(1)?),
    ];
    constants(cx, datetime, points);
    let limit = delta::DAY - 60 * delta::SECOND;
    let zones = vec![
        ("utc", utc.into_value()),
        ("min", timezone::of_offset(cx, -limit)?),
        ("max", timezone::of_offset(cx, limit)?),
    ];
    constants(cx, zone, zones);
    Ok(())
}
