//! The machine's time zone: seconds of local time, and zones made of it.
//!
//! Seconds are counted from the first midnight of year 1, as if local time were UTC where they are local.
//! CPython 3.14: `local`, `local_to_seconds` (`Modules/_datetimemodule.c`).

use taipan_host::clock::BrokenTime;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Str;
use taipan_vm::value::Value;

use super::calendar::{Day, check_year};
use super::clock::Clock;
use super::delta::{SECOND, TimeDelta};
use super::timezone;

/// The count at the first midnight of 1970.
pub(super) const EPOCH: i64 = 719_163 * 86_400;
/// No zone goes back by more.
const MAX_FOLD: i64 = 24 * 3600;

/// Day and time of broken-down time; a leap second is the one before.
pub(super) fn fields(time: &BrokenTime) -> (Day, Clock) {
    let day = Day::new(time.year + 1900, time.mon + 1, time.mday);
    (day, Clock::new(time.hour, time.min, time.sec.min(59), 0))
}

/// # Errors
/// `ValueError` if the year is out of range.
pub(super) fn count(cx: &Ctx, day: Day, clock: Clock) -> PyResult<i64> {
    check_year(cx, day.year)?;
    Ok(day.ordinal() * 86_400 + clock.seconds())
}

fn localtime(cx: &Ctx, since_epoch: i64) -> PyResult<BrokenTime> {
    cx.host()
        .localtime(since_epoch)
        .map_err(|error| cx.os_error(error))
}

/// Local seconds at a count of UTC.
fn local(cx: &Ctx, utc: i64) -> PyResult<i64> {
    let (day, clock) = fields(&localtime(cx, utc - EPOCH)?);
    count(cx, day, clock)
}

/// The count of UTC when local time shows this; `fold` chooses the later of two.
///
/// # Errors
/// `ValueError` if the year is out of range, `OSError`.
pub(super) fn to_utc(cx: &Ctx, day: Day, clock: Clock, fold: u8) -> PyResult<i64> {
    let wanted = count(cx, day, clock)?;
    let first_offset = local(cx, wanted)? - wanted;
    let first = wanted - first_offset;
    let shown = local(cx, first)?;
    let other_offset = if shown == wanted {
        let probe = if fold == 0 {
            first - MAX_FOLD
        } else {
            first + MAX_FOLD
        };
        let offset = local(cx, probe)? - probe;
        if offset == first_offset {
            return Ok(first);
        }
        offset
    } else {
        shown - first
    };
    let second = wanted - other_offset;
    if local(cx, second)? == wanted {
        return Ok(second);
    }
    if shown == wanted {
        return Ok(first);
    }
    // No clock shows this time: it lies in a gap.
    Ok(if fold == 0 {
        first.max(second)
    } else {
        first.min(second)
    })
}

/// Day, time and fold that local clocks show at a time since 1970.
///
/// # Errors
/// `ValueError` if the year is out of range, `OSError`.
pub(super) fn from_epoch(cx: &Ctx, since_epoch: i64) -> PyResult<(Day, Clock, u8)> {
    let (day, clock) = fields(&localtime(cx, since_epoch)?);
    let shown = count(cx, day, clock)?;
    let utc = EPOCH + since_epoch;
    let before = local(cx, utc - MAX_FOLD)?;
    let transition = shown - before - MAX_FOLD;
    let fold = transition < 0 && local(cx, utc + transition)? == shown;
    Ok((day, clock, u8::from(fold)))
}

/// The zone of the machine at a time since 1970, with its name.
///
/// # Errors
/// `OSError`; `ValueError` for an offset of a day.
pub(super) fn zone_at(cx: &Ctx, since_epoch: i64) -> PyResult<Value> {
    let time = localtime(cx, since_epoch)?;
    let offset = TimeDelta::make_exact(cx, i128::from(time.gmtoff) * SECOND)?;
    let name = match &time.zone {
        Some(name) => cx.fs_decode(name)?.downcast::<Str>().ok(),
        None => None,
    };
    timezone::of_delta(cx, &offset, name)
}
