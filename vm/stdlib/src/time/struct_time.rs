//! `time.struct_time`, from and to the host's fields.
//!
//! CPython 3.14: `torgmtime`, `gettmarg`, `checktm` (`Modules/timemodule.c`).

use taipan_host::clock::BrokenTime;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::struct_sequence::StructSequence;
use taipan_vm::objects::{Str, Tuple, attrs};
use taipan_vm::struct_sequence;
use taipan_vm::value::Value;

struct_sequence! {
    /// The time value as returned by gmtime(), localtime(), and strptime(), and
    ///  accepted by asctime(), mktime() and strftime().  May be considered as a
    ///  sequence of 9 integers.
    ///
    ///  Note that several fields' values are not the same as those defined by
    ///  the C language standard for struct tm.  For example, the value of the
    ///  field tm_year is the actual year, not year - 1900.  See individual
    ///  fields' descriptions for details.
    pub(super) StructTime("time", "struct_time", visible 9) {
        "tm_year": Some("year, for example, 1993"),
        "tm_mon": Some("month of year, range [1, 12]"),
        "tm_mday": Some("day of month, range [1, 31]"),
        "tm_hour": Some("hours, range [0, 23]"),
        "tm_min": Some("minutes, range [0, 59]"),
        "tm_sec": Some("seconds, range [0, 61])"),
        "tm_wday": Some("day of week, range [0, 6], Monday is 0"),
        "tm_yday": Some("day of year, range [1, 366]"),
        "tm_isdst": Some("1 if summer time is in effect, 0 if not, and -1 if unknown"),
        "tm_zone": Some("abbreviation of timezone name"),
        "tm_gmtoff": Some("offset from UTC in seconds"),
    };
}

/// A `struct_time` of the host's fields.
pub(super) fn from_fields(cx: &Ctx, time: &BrokenTime) -> PyResult<Value> {
    let int = |number: i32| Value::int32(number);
    let zone = match &time.zone {
        Some(zone) => cx.fs_decode(zone)?,
        None => Value::NONE,
    };
    cx.new_struct_sequence::<StructTime>(vec![
        cx.new_int(i64::from(time.year) + 1900),
        int(time.mon + 1),
        int(time.mday),
        int(time.hour),
        int(time.min),
        int(time.sec),
        int((time.wday + 6) % 7),
        int(time.yday + 1),
        int(time.isdst),
        zone,
        cx.new_int(time.gmtoff),
    ])
}

/// The host's fields of a tuple of nine integers.
///
/// # Errors
/// `TypeError`, or `OverflowError` for a number that no field holds.
pub(super) fn to_fields(cx: &Ctx, value: &Value, function: &str) -> PyResult<BrokenTime> {
    let Some(tuple) = value.downcast_ref::<Tuple>() else {
        return Err(cx.type_error("Tuple or struct_time argument required"));
    };
    let items = tuple.as_slice();
    if items.len() != 9 {
        return Err(cx.type_error(format!("{function}(): illegal time tuple argument")));
    }
    let mut numbers = [0_i32; 9];
    for (number, item) in numbers.iter_mut().zip(items) {
        let wide = cx.to_bigint(item)?;
        *number = i32::try_from(&wide).map_err(|_| {
            cx.overflow_error(if wide.sign() == num_bigint::Sign::Minus {
                "signed integer is less than minimum"
            } else {
                "signed integer is greater than maximum"
            })
        })?;
    }
    let [year, mon, mday, hour, min, sec, wday, yday, isdst] = numbers;
    if year < i32::MIN + 1900 {
        return Err(cx.overflow_error("year out of range"));
    }
    let is_struct_time = cx
        .class_of(value)
        .def
        .is_some_and(|def| std::ptr::eq(def, StructTime::class()));
    let (mut zone, mut gmtoff) = (None, 0);
    if is_struct_time {
        if let Some(name) = attrs::member(value, 0)
            && let Some(name) = name.downcast_ref::<Str>()
        {
            zone = Some(cx.fs_encode(name.as_wtf8())?);
        }
        if let Some(offset) = attrs::member(value, 1)
            && !offset.is_none()
        {
            gmtoff = i64::try_from(&cx.to_bigint(&offset)?)
                .map_err(|_| cx.overflow_error("Python int too large to convert to C long"))?;
        }
    }
    Ok(BrokenTime {
        sec,
        min,
        hour,
        mday,
        mon: mon.wrapping_sub(1),
        year: year - 1900,
        wday: wday.wrapping_add(1) % 7,
        yday: yday.wrapping_sub(1),
        isdst,
        gmtoff,
        zone,
    })
}

/// Checks ranges, and takes 0 for "first" in days and months.
///
/// # Errors
/// `ValueError`.
pub(super) fn check(cx: &Ctx, time: &mut BrokenTime) -> PyResult<()> {
    let out_of_range = |what: &str| cx.value_error(format!("{what} out of range"));
    if time.mon == -1 {
        time.mon = 0;
    } else if !(0..=11).contains(&time.mon) {
        return Err(out_of_range("month"));
    }
    if time.mday == 0 {
        time.mday = 1;
    } else if !(0..=31).contains(&time.mday) {
        return Err(out_of_range("day of month"));
    }
    if !(0..=23).contains(&time.hour) {
        return Err(out_of_range("hour"));
    }
    if !(0..=59).contains(&time.min) {
        return Err(out_of_range("minute"));
    }
    if !(0..=61).contains(&time.sec) {
        return Err(out_of_range("seconds"));
    }
    if time.wday < 0 {
        return Err(out_of_range("day of week"));
    }
    if time.yday == -1 {
        time.yday = 0;
    } else if !(0..=365).contains(&time.yday) {
        return Err(out_of_range("day of year"));
    }
    Ok(())
}
