//! `tzinfo`: the base of time zones, and what others ask a zone.

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::Args;
use taipan_vm::objects::{Str, Type};
use taipan_vm::value::{Py, Value};

use super::datetime::DateTime;
use super::datetime_math::shifted;
use super::delta::TimeDelta;

/// Abstract base class for time zone info objects.
#[pyclass(name = "tzinfo", module = "datetime", subclassable, text_signature = None)]
#[derive(Default)]
pub(crate) struct TzInfo {}

fn missing(cx: &Ctx, method: &str) -> PyResult<Value> {
    Err(cx.not_implemented_error(format!("a tzinfo subclass must implement {method}()")))
}

#[pymethods]
impl TzInfo {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<TzInfo> {
        let _ = args;
        cx.heap().allocate(cls, TzInfo::default())
    }

    /// datetime -> string name of time zone.
    #[pymethod(text_signature = "($self, object, /)")]
    fn tzname(&self, cx: &Ctx, dt: &Value) -> PyResult<Value> {
        let _ = dt;
        missing(cx, "tzname")
    }

    /// datetime -> timedelta showing offset from UTC, negative values indicating West of UTC
    #[pymethod(text_signature = "($self, object, /)")]
    fn utcoffset(&self, cx: &Ctx, dt: &Value) -> PyResult<Value> {
        let _ = dt;
        missing(cx, "utcoffset")
    }

    /// datetime -> DST offset as timedelta positive east of UTC.
    #[pymethod(text_signature = "($self, object, /)")]
    fn dst(&self, cx: &Ctx, dt: &Value) -> PyResult<Value> {
        let _ = dt;
        missing(cx, "dst")
    }

    /// datetime in UTC -> datetime in local time.
    #[pymethod(text_signature = "($self, object, /)")]
    fn fromutc(this: &Value, cx: &Ctx, dt: &Value) -> PyResult<Value> {
        let point = own_datetime(cx, this, dt)?;
        let none =
            |what: &str| cx.value_error(format!("fromutc: non-None {what}() result required"));
        let offset = point.utcoffset(cx, dt)?.ok_or_else(|| none("utcoffset"))?;
        let dst = point.dst(cx, dt)?.ok_or_else(|| none("dst"))?;
        let standard = shifted(cx, point, offset.total() - dst.total())?;
        match dst_of(cx, point.tzinfo().as_ref(), &standard)? {
            None => {
                Err(cx.value_error("fromutc: tz.dst() gave inconsistent results; cannot convert"))
            }
            Some(dst) if dst.total() == 0 => Ok(standard),
            Some(dst) => match standard.downcast_ref::<DateTime>() {
                Some(point) => shifted(cx, point, dst.total()),
                None => Ok(standard),
            },
        }
    }

    /// -> (cls, state)
    fn __reduce__(this: &Value, cx: &Ctx) -> PyResult<(Value, Value, Value)> {
        let args = match cx.find_attr(this, &cx.intern("__getinitargs__"))? {
            Some(method) => cx.call(&method, &[])?,
            None => cx.new_tuple(Vec::new()).into_value(),
        };
        let state = cx.call_method(this, &cx.names().__getstate__, &[])?;
        Ok((cx.class_of(this).to_value(), args, state))
    }
}

/// The datetime among the arguments, whose zone must be `zone` itself.
///
/// # Errors
/// `TypeError` or `ValueError`.
pub(super) fn own_datetime<'a>(
    cx: &Ctx,
    zone: &Value,
    value: &'a Value,
) -> PyResult<&'a Py<DateTime>> {
    let Some(point) = value.downcast_ref::<DateTime>() else {
        return Err(cx.type_error("fromutc: argument must be a datetime"));
    };
    if !point.tzinfo().is_some_and(|own| own.is(zone)) {
        return Err(cx.value_error("fromutc: dt.tzinfo is not self"));
    }
    Ok(point)
}

/// What a zone's method answers: `None` or a span shorter than a day.
fn span(
    cx: &Ctx,
    zone: Option<&Value>,
    method: &str,
    point: &Value,
) -> PyResult<Option<Py<TimeDelta>>> {
    let Some(zone) = zone else {
        return Ok(None);
    };
    let answer = cx.call_method(zone, &cx.intern(method), std::slice::from_ref(point))?;
    if answer.is_none() {
        return Ok(None);
    }
    let Some(span) = answer.downcast_ref::<TimeDelta>() else {
        return Err(cx.type_error(format!(
            "tzinfo.{method}() must return None or timedelta, not '{}'",
            cx.type_name(&answer)
        )));
    };
    span.check_offset(cx)?;
    Ok(Some(span.clone()))
}

/// `zone.utcoffset(point)`.
///
/// # Errors
/// The method's; `TypeError` or `ValueError` for a strange answer.
pub(super) fn utcoffset_of(
    cx: &Ctx,
    zone: Option<&Value>,
    point: &Value,
) -> PyResult<Option<Py<TimeDelta>>> {
    span(cx, zone, "utcoffset", point)
}

/// `zone.dst(point)`.
///
/// # Errors
/// The method's; `TypeError` or `ValueError` for a strange answer.
pub(super) fn dst_of(
    cx: &Ctx,
    zone: Option<&Value>,
    point: &Value,
) -> PyResult<Option<Py<TimeDelta>>> {
    span(cx, zone, "dst", point)
}

/// `zone.tzname(point)`.
///
/// # Errors
/// The method's; `TypeError` for a strange answer.
pub(super) fn tzname_of(cx: &Ctx, zone: Option<&Value>, point: &Value) -> PyResult<Value> {
    let Some(zone) = zone else {
        return Ok(Value::NONE);
    };
    let name = cx.call_method(zone, &cx.intern("tzname"), std::slice::from_ref(point))?;
    if name.is_none() || name.downcast_ref::<Str>().is_some() {
        return Ok(name);
    }
    Err(cx.type_error(format!(
        "tzinfo.tzname() must return None or a string, not '{}'",
        cx.type_name(&name)
    )))
}
