//! `datetime` and clocks: timestamps, now, and other zones.

use taipan_macros::pymethods;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::IntoValue;
use taipan_vm::objects::Type;
use taipan_vm::protocol::BinaryOp;
use taipan_vm::value::{Py, Value};

use super::arguments::zone;
use super::calendar::Day;
use super::clock::Clock;
use super::date::struct_time;
use super::datetime::{DateTime, make};
use super::datetime_math::{difference, shifted};
use super::delta::{DAY, SECOND};
use super::tzinfo::utcoffset_of;
use super::{local, timezone};

/// A time since 1970, with microseconds.
#[derive(Clone, Copy)]
struct Stamp {
    seconds: i64,
    microsecond: i32,
}

/// Seconds as a number, rounded to the nearest microsecond, to the even one of two.
fn stamp(cx: &Ctx, value: &Value) -> PyResult<Stamp> {
    let overflow = || cx.overflow_error("timestamp out of range for platform time_t");
    if let Some(number) = value.as_float() {
        if number.is_nan() {
            return Err(cx.value_error("Invalid value NaN (not a number)"));
        }
        let mut whole = number.trunc();
        let mut micros = ((number - whole) * 1e6).round_ties_even();
        if micros >= 1e6 {
            micros -= 1e6;
            whole += 1.0;
        } else if micros < 0.0 {
            micros += 1e6;
            whole -= 1.0;
        }
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
            return Err(overflow());
        }
        return Ok(Stamp {
            seconds: whole as i64,
            microsecond: micros as i32,
        });
    }
    if !cx.is_index(value) {
        return Err(cx.type_error(format!(
            "argument must be int or float, not {}",
            cx.class_of(value).dotted_name(cx)?
        )));
    }
    let seconds = i64::try_from(&cx.to_bigint(value)?).map_err(|_| overflow())?;
    Ok(Stamp {
        seconds,
        microsecond: 0,
    })
}

fn now(cx: &Ctx) -> PyResult<Stamp> {
    let now = cx
        .host()
        .clock_gettime(libc::CLOCK_REALTIME)
        .map_err(|error| cx.os_error(error))?;
    Ok(Stamp {
        seconds: now.secs,
        microsecond: (now.nanos / 1000) as i32,
    })
}

/// Local time, without a zone.
fn local_point(cx: &Ctx, class: &Py<Type>, stamp: Stamp) -> PyResult<Value> {
    let (day, mut clock, fold) = local::from_epoch(cx, stamp.seconds)?;
    clock.microsecond = stamp.microsecond;
    make(cx, class, day, clock, fold, None)
}

/// UTC, with a zone that may be another's.
fn utc_point(cx: &Ctx, class: &Py<Type>, stamp: Stamp, zone: Option<Value>) -> PyResult<Value> {
    let time = cx
        .host()
        .gmtime(stamp.seconds)
        .map_err(|error| cx.os_error(error))?;
    let (day, mut clock) = local::fields(&time);
    clock.microsecond = stamp.microsecond;
    make(cx, class, day, clock, 0, zone)
}

/// The time in a zone, or local time.
fn point_in(cx: &Ctx, class: &Py<Type>, stamp: Stamp, zone: Option<Value>) -> PyResult<Value> {
    let Some(zone) = zone else {
        return local_point(cx, class, stamp);
    };
    let utc = utc_point(cx, class, stamp, Some(zone.clone()))?;
    cx.call_method(&zone, &cx.intern("fromutc"), &[utc])
}

/// The machine's zone when its clocks show what `point` says.
fn local_zone_of(cx: &Ctx, point: &DateTime) -> PyResult<Value> {
    let utc = local::to_utc(cx, point.day(), point.clock, point.fold.get())?;
    local::zone_at(cx, utc - local::EPOCH)
}

/// The microseconds from 1970 to a point that has an offset.
fn since_epoch(cx: &Ctx, point: &Py<DateTime>) -> PyResult<i128> {
    let class = cx.native_class(DateTime::class());
    let utc = timezone::utc(cx)?.into_value();
    let epoch = make(cx, &class, Day::new(1970, 1, 1), Clock::MIN, 0, Some(utc))?;
    match epoch.downcast_ref::<DateTime>() {
        Some(epoch) => difference(cx, point, epoch),
        None => Err(cx.system_error("the epoch is no datetime")),
    }
}

#[pymethods(part = 2)]
impl DateTime {
    /// Returns new datetime object representing current time local to tz.
    ///
    ///   tz
    ///     Timezone object.
    ///
    /// If no tz is specified, uses local timezone.
    #[classmethod(signature = (tz = None))]
    fn now(cls: &Py<Type>, cx: &Ctx, tz: Option<&Value>) -> PyResult<Value> {
        let zone = zone(cx, tz)?;
        point_in(cx, cls, now(cx)?, zone)
    }

    /// Return a new datetime representing UTC day and time.
    #[classmethod]
    fn utcnow(cls: &Py<Type>, cx: &Ctx) -> PyResult<Value> {
        cx.warn(
            &cx.types().deprecation_warning,
            "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. Use timezone-aware objects to represent datetimes in UTC: datetime.datetime.now(datetime.UTC).",
        )?;
        utc_point(cx, cls, now(cx)?, None)
    }

    /// timestamp[, tz] -> tz's local time from POSIX timestamp.
    #[classmethod(signature = (timestamp, tz = None), text_signature = None)]
    fn fromtimestamp(
        cls: &Py<Type>,
        cx: &Ctx,
        timestamp: &Value,
        tz: Option<&Value>,
    ) -> PyResult<Value> {
        let zone = zone(cx, tz)?;
        point_in(cx, cls, stamp(cx, timestamp)?, zone)
    }

    /// Construct a naive UTC datetime from a POSIX timestamp.
    #[classmethod(signature = (timestamp, /), text_signature = None)]
    fn utcfromtimestamp(cls: &Py<Type>, cx: &Ctx, timestamp: &Value) -> PyResult<Value> {
        cx.warn(
            &cx.types().deprecation_warning,
            "datetime.datetime.utcfromtimestamp() is deprecated and scheduled for removal in a future version. Use timezone-aware objects to represent datetimes in UTC: datetime.datetime.fromtimestamp(timestamp, datetime.UTC).",
        )?;
        utc_point(cx, cls, stamp(cx, timestamp)?, None)
    }

    /// Return POSIX timestamp as float.
    fn timestamp(this: &Py<DateTime>, cx: &Ctx) -> PyResult<Value> {
        if this.tzinfo().is_some() {
            let total = since_epoch(cx, this)?.into_value(cx)?;
            return cx.binary_op(BinaryOp::TrueDivide, &total, &Value::int32(1_000_000));
        }
        let utc = local::to_utc(cx, this.day(), this.clock, this.fold.get())?;
        let fraction = f64::from(this.clock.microsecond) / 1e6;
        Ok(cx.new_float((utc - local::EPOCH) as f64 + fraction))
    }

    /// Return UTC time tuple, compatible with time.localtime().
    fn utctimetuple(this: &Py<DateTime>, cx: &Ctx) -> PyResult<Value> {
        let Some(offset) = this.utcoffset(cx, this.as_value())? else {
            return struct_time(cx, this.day(), this.clock, 0);
        };
        let total = i128::from(this.clock.micros()) - offset.total();
        let (days, micros) = (total.div_euclid(DAY), total.rem_euclid(DAY));
        let day = this.day().plus(cx, days as i64)?;
        struct_time(cx, day, Clock::from_micros(micros as i64), 0)
    }

    /// tz -> convert to local time in new timezone tz
    #[pymethod(signature = (tz = None), text_signature = None)]
    fn astimezone(this: &Py<DateTime>, cx: &Ctx, tz: Option<&Value>) -> PyResult<Value> {
        let wanted = zone(cx, tz)?;
        let mut own = match this.tzinfo() {
            Some(own) => own,
            None => local_zone_of(cx, this)?,
        };
        if wanted.as_ref().is_some_and(|wanted| wanted.is(&own)) {
            return Ok(this.to_value());
        }
        let mut offset = utcoffset_of(cx, Some(&own), this.as_value())?;
        if offset.is_none() {
            own = local_zone_of(cx, this)?;
            if wanted.as_ref().is_some_and(|wanted| wanted.is(&own)) {
                return Ok(this.to_value());
            }
            offset = utcoffset_of(cx, Some(&own), this.as_value())?;
        }
        let Some(offset) = offset else {
            return Err(cx.type_error("utcoffset() returned None, expected timedelta"));
        };
        let result = shifted(cx, this, -offset.total())?;
        let Some(point) = result.downcast_ref::<DateTime>() else {
            return Ok(result);
        };
        point.zone.set(Some(timezone::utc(cx)?.into_value()));
        let wanted = match wanted {
            Some(wanted) => wanted,
            None => {
                let seconds = since_epoch(cx, point)?.div_euclid(SECOND);
                local::zone_at(cx, seconds as i64)?
            }
        };
        point.zone.set(Some(wanted.clone()));
        cx.call_method(&wanted, &cx.intern("fromutc"), &[result])
    }
}
