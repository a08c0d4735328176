//! Conversions between points of time, fields and text.
//!
//! CPython 3.14: `Modules/timemodule.c`.

use taipan_host::clock::BrokenTime;
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::Args;
use taipan_vm::native::bind::{Keywords, Optional};
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

use super::struct_time::{check, from_fields, to_fields};
use crate::modules::import_from;
use crate::seconds::{Round, whole_seconds};

/// The point of time given, or now.
fn point(cx: &Ctx, seconds: Option<&Value>) -> PyResult<i64> {
    match seconds {
        Some(seconds) => whole_seconds(cx, seconds, Round::Floor),
        None => cx
            .host()
            .clock_gettime(libc::CLOCK_REALTIME)
            .map(|now| now.secs)
            .map_err(|error| cx.os_error(error)),
    }
}

fn local(cx: &Ctx, seconds: i64) -> PyResult<BrokenTime> {
    cx.host()
        .localtime(seconds)
        .map_err(|error| cx.os_error(error))
}

/// gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,
///                        tm_sec, tm_wday, tm_yday, tm_isdst)
///
/// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a.
/// GMT).  When 'seconds' is not passed in, convert the current time instead.
///
/// If the platform supports the tm_gmtoff and tm_zone, they are available as
/// attributes only.
#[pyfunction(signature = (seconds = None, /), text_signature = None)]
pub(super) fn gmtime(cx: &Ctx, seconds: Option<&Value>) -> PyResult<Value> {
    let seconds = point(cx, seconds)?;
    let fields = cx
        .host()
        .gmtime(seconds)
        .map_err(|error| cx.os_error(error))?;
    from_fields(cx, &fields)
}

/// localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,
///                           tm_sec,tm_wday,tm_yday,tm_isdst)
///
/// Convert seconds since the Epoch to a time tuple expressing local time.
/// When 'seconds' is not passed in, convert the current time instead.
#[pyfunction(signature = (seconds = None, /), text_signature = None)]
pub(super) fn localtime(cx: &Ctx, seconds: Option<&Value>) -> PyResult<Value> {
    let seconds = point(cx, seconds)?;
    from_fields(cx, &local(cx, seconds)?)
}

fn given_or_now(cx: &Ctx, tuple: Option<&Value>, function: &str) -> PyResult<BrokenTime> {
    match tuple {
        Some(tuple) => {
            let mut fields = to_fields(cx, tuple, function)?;
            check(cx, &mut fields)?;
            Ok(fields)
        }
        None => local(cx, point(cx, None)?),
    }
}

fn ascii_form(time: &BrokenTime) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let name = |names: &[&'static str], index: i32| {
        let index = usize::try_from(index).unwrap_or(0);
        names[index % names.len()]
    };
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        name(&DAYS, time.wday),
        name(&MONTHS, time.mon),
        time.mday,
        time.hour,
        time.min,
        time.sec,
        i64::from(time.year) + 1900
    )
}

/// asctime([tuple]) -> string
///
/// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.
/// When the time tuple is not present, current time as returned by localtime()
/// is used.
#[pyfunction(signature = (tuple = Optional::Missing, /), text_signature = None)]
pub(super) fn asctime(cx: &Ctx, tuple: Optional<&Value>) -> PyResult<String> {
    Ok(ascii_form(&given_or_now(cx, tuple.given(), "asctime")?))
}

/// ctime([seconds]) -> string
///
/// Convert a time in seconds since the Epoch to a string in local time.
/// This is equivalent to asctime(localtime(seconds)). When the time tuple is
/// not present, current time as returned by localtime() is used.
#[pyfunction(signature = (seconds = None, /), text_signature = None)]
pub(super) fn ctime(cx: &Ctx, seconds: Option<&Value>) -> PyResult<String> {
    let seconds = point(cx, seconds)?;
    Ok(ascii_form(&local(cx, seconds)?))
}

/// mktime(tuple) -> floating-point number
///
/// Convert a time tuple in local time to seconds since the Epoch.
/// Note that mktime(gmtime(0)) will not generally return zero for most
/// time zones; instead the returned value will either be equal to that
/// of the timezone or altzone attributes on the time module.
#[pyfunction(signature = (tuple, /), text_signature = "($self, object, /)")]
pub(super) fn mktime(cx: &Ctx, tuple: &Value) -> PyResult<f64> {
    let mut fields = to_fields(cx, tuple, "mktime")?;
    // A week day that no calendar has tells a failure from the last second of 1969.
    fields.wday = -1;
    match cx.host().mktime(&mut fields) {
        Ok(seconds) if seconds != -1 || fields.wday != -1 => Ok(seconds as f64),
        _ => Err(cx.overflow_error("mktime argument out of range")),
    }
}

/// strftime(format[, tuple]) -> string
///
/// Convert a time tuple to a string according to a format specification.
/// See the library reference manual for formatting codes. When the time tuple
/// is not present, current time as returned by localtime() is used.
///
/// Commonly used format codes:
///
/// %Y  Year with century as a decimal number.
/// %m  Month as a decimal number [01,12].
/// %d  Day of the month as a decimal number [01,31].
/// %H  Hour (24-hour clock) as a decimal number [00,23].
/// %M  Minute as a decimal number [00,59].
/// %S  Second as a decimal number [00,61].
/// %z  Time zone offset from UTC.
/// %a  Locale's abbreviated weekday name.
/// %A  Locale's full weekday name.
/// %b  Locale's abbreviated month name.
/// %B  Locale's full month name.
/// %c  Locale's appropriate date and time representation.
/// %I  Hour (12-hour clock) as a decimal number [01,12].
/// %p  Locale's equivalent of either AM or PM.
///
/// Other codes may be available on your platform.  See documentation for
/// the C library strftime function.
#[pyfunction(signature = (format, tuple = Optional::Missing, /), text_signature = None)]
pub(super) fn strftime(cx: &Ctx, format: &Py<Str>, tuple: Optional<&Value>) -> PyResult<Value> {
    let mut fields = given_or_now(cx, tuple.given(), "strftime")?;
    fields.isdst = fields.isdst.signum();
    // C stops at a NUL, and knows no surrogates: both are copied, the text between them formatted.
    let mut result = taipan_text::Wtf8Buf::new();
    let mut piece = String::new();
    let flush = |piece: &mut String, result: &mut taipan_text::Wtf8Buf| -> PyResult<()> {
        if piece.is_empty() {
            return Ok(());
        }
        let text = cx
            .host()
            .strftime(piece.as_bytes(), &fields)
            .map_err(|error| cx.os_error(error))?;
        let text = cx.fs_decode(&text)?;
        if let Some(text) = text.downcast_ref::<Str>() {
            result.push_wtf8(text.as_wtf8());
        }
        piece.clear();
        Ok(())
    };
    for point in format.as_wtf8().code_points() {
        match point.to_char() {
            Some(c) if c != '\0' => piece.push(c),
            _ => {
                flush(&mut piece, &mut result)?;
                result.push(point);
            }
        }
    }
    flush(&mut piece, &mut result)?;
    Ok(cx.new_str(&*result)?.into_value())
}

/// strptime(string, format) -> struct_time
///
/// Parse a string to a time tuple according to a format specification.
/// See the library reference manual for formatting codes (same as
/// strftime()).
#[pyfunction(signature = (*args, **kwargs), text_signature = None)]
pub(super) fn strptime(cx: &Ctx, args: &[Value], kwargs: Keywords<'_>) -> PyResult<Value> {
    let parser = import_from(cx, "_strptime", "_strptime_time")?;
    let mut values = args.to_vec();
    let mut names = Vec::new();
    for (name, value) in kwargs.iter() {
        names.push(name.to_value());
        values.push(value.clone());
    }
    cx.call_with(&parser, Args::new(&values, &names))
}
