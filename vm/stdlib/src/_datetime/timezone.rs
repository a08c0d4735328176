//! `timezone`: a zone with a fixed offset.

use std::cell::RefCell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::slots::CompareOp;
use taipan_vm::objects::{Str, Type};
use taipan_vm::value::{Py, Value};

use super::datetime::DateTime;
use super::datetime_math::shifted;
use super::delta::{MINUTE, SECOND, TimeDelta};
use super::tzinfo::{TzInfo, own_datetime};

/// Fixed offset from UTC implementation of tzinfo.
#[pyclass(name = "timezone", module = "datetime", base = TzInfo, traverse, text_signature = None)]
#[repr(C)]
pub(crate) struct TimeZone {
    base: TzInfo,
    offset: Py<TimeDelta>,
    name: Option<Py<Str>>,
}

impl Traverse for TimeZone {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.offset.as_value());
    }
}

/// The isolate's `timezone.utc`.
#[derive(Default)]
struct Utc(RefCell<Option<Py<TimeZone>>>);

fn allocate(cx: &Ctx, offset: Py<TimeDelta>, name: Option<Py<Str>>) -> Py<TimeZone> {
    let payload = TimeZone {
        base: TzInfo::default(),
        offset,
        name,
    };
    cx.heap()
        .allocate(&cx.native_class(TimeZone::class()), payload)
}

/// `timezone.utc`.
///
/// # Errors
/// `MemoryError`.
pub(super) fn utc(cx: &Ctx) -> PyResult<Py<TimeZone>> {
    let state = cx.state::<Utc>();
    if let Some(utc) = state.0.borrow().as_ref() {
        return Ok(utc.clone());
    }
    let utc = allocate(cx, TimeDelta::make_exact(cx, 0)?, None);
    *state.0.borrow_mut() = Some(utc.clone());
    Ok(utc)
}

/// The zone with that offset in microseconds; UTC itself for none.
///
/// # Errors
/// `ValueError` if it is a day or more.
pub(super) fn of_offset(cx: &Ctx, total: i128) -> PyResult<Value> {
    of_delta(cx, &TimeDelta::make_exact(cx, total)?, None)
}

/// The zone with that offset and name; UTC itself for no offset without a name.
///
/// # Errors
/// `ValueError` if it is a day or more.
pub(super) fn of_delta(cx: &Ctx, offset: &Py<TimeDelta>, name: Option<Py<Str>>) -> PyResult<Value> {
    if name.is_none() && offset.total() == 0 {
        return Ok(utc(cx)?.into_value());
    }
    offset.check_offset(cx)?;
    Ok(allocate(cx, offset.clone(), name).into_value())
}

/// An offset as `+hh:mm`, with seconds and microseconds if there are any.
pub(super) fn offset_text(offset: &TimeDelta, separator: &str) -> String {
    let total = offset.total();
    let sign = if total < 0 { '-' } else { '+' };
    let total = total.abs();
    let micros = total % SECOND;
    let seconds = total / SECOND;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if micros != 0 {
        format!("{sign}{hours:02}{separator}{minutes:02}{separator}{seconds:02}.{micros:06}")
    } else if seconds != 0 {
        format!("{sign}{hours:02}{separator}{minutes:02}{separator}{seconds:02}")
    } else {
        format!("{sign}{hours:02}{separator}{minutes:02}")
    }
}

fn check_point(cx: &Ctx, method: &str, dt: &Value) -> PyResult<()> {
    if dt.is_none() || dt.downcast_ref::<DateTime>().is_some() {
        return Ok(());
    }
    Err(cx.type_error(format!(
        "{method}(dt) argument must be a datetime instance or None, not {}",
        cx.type_name(dt)
    )))
}

impl TimeZone {
    fn text(this: &Py<Self>, cx: &Ctx) -> PyResult<Py<Str>> {
        if let Some(name) = &this.name {
            return Ok(name.clone());
        }
        let total = this.offset.total();
        if this.is(&utc(cx)?) || (total == 0 && total % MINUTE == 0) {
            return Ok(cx.intern("UTC"));
        }
        cx.new_str(&format!("UTC{}", offset_text(&this.offset, ":")))
    }
}

#[pymethods]
impl TimeZone {
    #[new(signature = (offset, name = Optional::Missing))]
    fn new(cx: &Ctx, cls: &Py<Type>, offset: &Value, name: Optional<&Value>) -> PyResult<Value> {
        let _ = cls;
        let Some(offset) = offset.downcast_ref::<TimeDelta>() else {
            return Err(cx.type_error(format!(
                "timezone() argument 1 must be datetime.timedelta, not {}",
                cx.type_name_for_argument(offset)
            )));
        };
        let name = match name.given() {
            None => None,
            Some(name) => match name.downcast_ref::<Str>() {
                Some(name) => Some(name.clone()),
                None => {
                    return Err(cx.type_error(format!(
                        "timezone() argument 2 must be str, not {}",
                        cx.type_name_for_argument(name)
                    )));
                }
            },
        };
        of_delta(cx, offset, name)
    }

    fn __repr__(this: &Py<TimeZone>, cx: &Ctx) -> PyResult<String> {
        if this.is(&utc(cx)?) {
            return Ok("datetime.timezone.utc".to_owned());
        }
        let offset = cx.repr(this.offset.as_value())?;
        let name = match &this.name {
            Some(name) => format!(", {}", cx.repr(name.as_value())?.to_string_lossy()),
            None => String::new(),
        };
        Ok(format!(
            "datetime.timezone({}{name})",
            offset.to_string_lossy()
        ))
    }

    fn __str__(this: &Py<TimeZone>, cx: &Ctx) -> PyResult<Py<Str>> {
        Self::text(this, cx)
    }

    fn __hash__(&self, cx: &Ctx) -> PyResult<i64> {
        cx.hash(self.offset.as_value())
    }

    fn __richcompare__(this: &Py<TimeZone>, other: &Value, op: CompareOp) -> Value {
        let Some(other) = other.downcast_ref::<TimeZone>() else {
            return Value::NOT_IMPLEMENTED;
        };
        let ordering = this.offset.total().cmp(&other.offset.total());
        match op {
            CompareOp::Eq | CompareOp::Ne => Value::bool(op.holds(ordering)),
            _ => Value::NOT_IMPLEMENTED,
        }
    }

    /// If name is specified when timezone is created, returns the name.  Otherwise returns offset as 'UTC(+|-)HH:MM'.
    #[pymethod(text_signature = "($self, object, /)")]
    fn tzname(this: &Py<TimeZone>, cx: &Ctx, dt: &Value) -> PyResult<Py<Str>> {
        check_point(cx, "tzname", dt)?;
        Self::text(this, cx)
    }

    /// Return fixed offset.
    #[pymethod(text_signature = "($self, object, /)")]
    fn utcoffset(&self, cx: &Ctx, dt: &Value) -> PyResult<Py<TimeDelta>> {
        check_point(cx, "utcoffset", dt)?;
        Ok(self.offset.clone())
    }

    /// Return None.
    #[pymethod(text_signature = "($self, object, /)")]
    fn dst(&self, cx: &Ctx, dt: &Value) -> PyResult<()> {
        check_point(cx, "dst", dt)
    }

    /// datetime in UTC -> datetime in local time.
    #[pymethod(text_signature = "($self, object, /)")]
    fn fromutc(this: &Py<TimeZone>, cx: &Ctx, dt: &Value) -> PyResult<Value> {
        let point = own_datetime(cx, this.as_value(), dt)?;
        shifted(cx, point, this.offset.total())
    }

    /// pickle support
    fn __getinitargs__(&self, cx: &Ctx) -> Value {
        let mut args = vec![self.offset.to_value()];
        args.extend(self.name.as_ref().map(Py::to_value));
        cx.new_tuple(args).into_value()
    }
}
