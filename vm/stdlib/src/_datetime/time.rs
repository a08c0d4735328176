//! `time`: a time of day, perhaps with a zone.

use std::cell::Cell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::slots::CompareOp;
use taipan_vm::objects::{Str, Type};
use taipan_vm::value::{Py, Value};

use super::arguments::{bind, int, int_or, pickled, zone};
use super::calendar::Day;
use super::clock::{Clock, check_fold};
use super::date::{fields, invalid_isoformat, isoformat_argument, strptime_with};
use super::delta::TimeDelta;
use super::iso_parse::{self, IsoTime};
use super::strftime::{Source, format_with};
use super::timezone::{self, offset_text};
use super::tzinfo::{dst_of, tzname_of, utcoffset_of};

/// time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object
///
/// All arguments are optional. tzinfo may be None, or an instance of
/// a tzinfo subclass. The remaining arguments may be ints.
#[pyclass(name = "time", module = "datetime", subclassable, traverse, text_signature = None)]
pub(crate) struct Time {
    pub(super) clock: Clock,
    pub(super) fold: Cell<u8>,
    pub(super) zone: Option<Value>,
    /// 0 if not computed yet.
    hash: Cell<i64>,
}

impl Traverse for Time {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.zone.iter().for_each(visit);
    }
}

/// A time of `class`: `time` or a subclass, which is called.
///
/// # Errors
/// `ValueError` if a field is out of range; what the subclass raises.
pub(super) fn make(
    cx: &Ctx,
    class: &Py<Type>,
    clock: Clock,
    fold: u8,
    zone: Option<Value>,
) -> PyResult<Value> {
    if class.is(&cx.native_class(Time::class())) {
        return Ok(allocate(cx, class, clock.check(cx)?, fold, zone).into_value());
    }
    let numbers = [clock.hour, clock.minute, clock.second, clock.microsecond];
    let mut args = numbers.map(|number| cx.new_int(i64::from(number))).to_vec();
    args.push(zone.unwrap_or(Value::NONE));
    let made = cx.call(class.as_value(), &args)?;
    if fold != 0
        && let Some(time) = made.downcast_ref::<Time>()
    {
        time.fold.set(fold);
    }
    Ok(made)
}

fn allocate(cx: &Ctx, class: &Py<Type>, clock: Clock, fold: u8, zone: Option<Value>) -> Py<Time> {
    let payload = Time {
        clock,
        fold: Cell::new(fold),
        zone,
        hash: Cell::new(0),
    };
    cx.heap().allocate(class, payload)
}

/// The zone that stands behind a time in ISO format.
///
/// # Errors
/// `ValueError` if the offset is a day or more.
pub(super) fn parsed_zone(cx: &Ctx, time: &IsoTime) -> PyResult<Option<Value>> {
    match time.offset {
        None => Ok(None),
        Some(offset) => timezone::of_offset(cx, i128::from(offset)).map(Some),
    }
}

/// The answer of a midnight written as 24:00.
///
/// # Errors
/// `ValueError` if it is after midnight.
pub(super) fn midnight(cx: &Ctx, clock: Clock) -> PyResult<Clock> {
    if clock == Clock::new(24, 0, 0, 0) {
        return Ok(Clock::MIN);
    }
    Err(cx.value_error("minute, second, and microsecond must be 0 when hour is 24"))
}

impl Time {
    fn utcoffset_or_none(&self, cx: &Ctx) -> PyResult<Option<Py<TimeDelta>>> {
        utcoffset_of(cx, self.zone.as_ref(), &Value::NONE)
    }
}

#[pymethods]
impl Time {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<Time>> {
        let is_state = |bytes: &[u8; 6]| bytes[0] & 0x7F < 24;
        if let Some((state, zone)) = pickled::<6>(cx, args, "time", is_state)? {
            let (clock, fold) = Clock::from_bytes(state);
            return Ok(allocate(cx, cls, clock, fold, zone));
        }
        let names = ["hour", "minute", "second", "microsecond", "tzinfo", "fold"];
        let [hour, minute, second, microsecond, tzinfo, fold] = bind(cx, names, 0, 5, args)?;
        let clock = Clock::new(
            int_or(cx, hour, 0)?,
            int_or(cx, minute, 0)?,
            int_or(cx, second, 0)?,
            int_or(cx, microsecond, 0)?,
        );
        let fold = int_or(cx, fold, 0)?;
        let clock = clock.check(cx)?;
        let fold = check_fold(cx, fold)?;
        Ok(allocate(cx, cls, clock, fold, zone(cx, tzinfo)?))
    }

    /// string, format -> new time parsed from a string (like time.strptime()).
    #[classmethod(signature = (string, format, /), text_signature = None)]
    fn strptime(cls: &Py<Type>, cx: &Ctx, string: &Py<Str>, format: &Py<Str>) -> PyResult<Value> {
        strptime_with(cx, "_strptime_datetime_time", cls, string, format)
    }

    /// string -> time from a string in ISO 8601 format
    #[classmethod(text_signature = "($type, object, /)")]
    fn fromisoformat(cls: &Py<Type>, cx: &Ctx, string: &Value) -> PyResult<Value> {
        let text = isoformat_argument(cx, string)?;
        let bytes = text.as_wtf8().as_bytes();
        let bytes = bytes.strip_prefix(b"T").unwrap_or(bytes);
        let parsed = iso_parse::time(bytes).ok_or_else(|| invalid_isoformat(cx, text))?;
        let clock = match parsed.clock.hour {
            24 => midnight(cx, parsed.clock)?,
            _ => parsed.clock,
        };
        let zone = parsed_zone(cx, &parsed)?;
        make(cx, cls, clock, 0, zone)
    }

    #[getter]
    fn hour(&self) -> i32 {
        self.clock.hour
    }

    #[getter]
    fn minute(&self) -> i32 {
        self.clock.minute
    }

    #[getter]
    fn second(&self) -> i32 {
        self.clock.second
    }

    #[getter]
    fn microsecond(&self) -> i32 {
        self.clock.microsecond
    }

    #[getter]
    fn tzinfo(&self) -> Value {
        self.zone.clone().unwrap_or(Value::NONE)
    }

    #[getter(name = "fold")]
    fn get_fold(&self) -> u8 {
        self.fold.get()
    }

    /// Return string in ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
    ///
    /// The optional argument timespec specifies the number of additional terms
    /// of the time to include. Valid options are 'auto', 'hours', 'minutes',
    /// 'seconds', 'milliseconds' and 'microseconds'.
    #[pymethod(signature = (timespec = Optional::Missing), text_signature = None)]
    fn isoformat(&self, cx: &Ctx, timespec: Optional<&Py<Str>>) -> PyResult<String> {
        let timespec = timespec.given().map(|text| text.to_string_lossy());
        let mut text = self.clock.isoformat(cx, timespec.as_deref())?;
        if let Some(offset) = self.utcoffset_or_none(cx)? {
            text += &offset_text(&offset, ":");
        }
        Ok(text)
    }

    /// format -> strftime() style string.
    #[pymethod(signature = (format), text_signature = None)]
    fn strftime(&self, cx: &Ctx, format: &Py<Str>) -> PyResult<Value> {
        // The day is one that every calendar has.
        let day = Day::new(1900, 1, 1);
        let source = Source {
            fields: fields(cx, day, self.clock, -1),
            year: day.year,
            month: day.month,
            day: day.day,
            microsecond: self.clock.microsecond,
            zone: self.zone.clone(),
            point: &Value::NONE,
        };
        source.format(cx, format)
    }

    /// Formats self with strftime.
    #[pymethod(text_signature = None)]
    fn __format__(this: &Value, cx: &Ctx, format: &Value) -> PyResult<Value> {
        let Some(format) = format.downcast_ref::<Str>() else {
            return Err(cx.type_error(format!(
                "__format__() argument 1 must be str, not {}",
                cx.type_name_for_argument(format)
            )));
        };
        format_with(cx, this, format)
    }

    /// Return self.tzinfo.utcoffset(self).
    fn utcoffset(&self, cx: &Ctx) -> PyResult<Option<Py<TimeDelta>>> {
        self.utcoffset_or_none(cx)
    }

    /// Return self.tzinfo.tzname(self).
    fn tzname(&self, cx: &Ctx) -> PyResult<Value> {
        tzname_of(cx, self.zone.as_ref(), &Value::NONE)
    }

    /// Return self.tzinfo.dst(self).
    fn dst(&self, cx: &Ctx) -> PyResult<Option<Py<TimeDelta>>> {
        dst_of(cx, self.zone.as_ref(), &Value::NONE)
    }

    /// Return time with new specified fields.
    #[pymethod(
        signature = (
            hour = Optional::Missing, minute = Optional::Missing, second = Optional::Missing,
            microsecond = Optional::Missing, tzinfo = Optional::Missing, *, fold = Optional::Missing
        ),
        text_signature = "($self, /, **changes)"
    )]
    fn replace(
        this: &Py<Time>,
        cx: &Ctx,
        hour: Optional<&Value>,
        minute: Optional<&Value>,
        second: Optional<&Value>,
        microsecond: Optional<&Value>,
        tzinfo: Optional<&Value>,
        fold: Optional<&Value>,
    ) -> PyResult<Value> {
        replaced(this, cx, [hour, minute, second, microsecond], tzinfo, fold)
    }

    /// The same as replace().
    #[pymethod(
        signature = (
            hour = Optional::Missing, minute = Optional::Missing, second = Optional::Missing,
            microsecond = Optional::Missing, tzinfo = Optional::Missing, *, fold = Optional::Missing
        ),
        text_signature = "($self, /, **changes)"
    )]
    fn __replace__(
        this: &Py<Time>,
        cx: &Ctx,
        hour: Optional<&Value>,
        minute: Optional<&Value>,
        second: Optional<&Value>,
        microsecond: Optional<&Value>,
        tzinfo: Optional<&Value>,
        fold: Optional<&Value>,
    ) -> PyResult<Value> {
        replaced(this, cx, [hour, minute, second, microsecond], tzinfo, fold)
    }

    /// __reduce_ex__(proto) -> (cls, state)
    #[pymethod(text_signature = None)]
    fn __reduce_ex__(this: &Py<Time>, cx: &Ctx, protocol: i32) -> PyResult<(Value, Value)> {
        reduced(this, cx, protocol)
    }

    /// __reduce__() -> (cls, state)
    fn __reduce__(this: &Py<Time>, cx: &Ctx) -> PyResult<(Value, Value)> {
        reduced(this, cx, 2)
    }

    fn __repr__(this: &Py<Time>, cx: &Ctx) -> PyResult<String> {
        let name = this.header().class().full_name();
        let mut text = format!("{name}({}", this.clock.arguments());
        if let Some(zone) = &this.zone {
            text += &format!(", tzinfo={}", cx.repr(zone)?.to_string_lossy());
        }
        if this.fold.get() != 0 {
            text += &format!(", fold={}", this.fold.get());
        }
        Ok(text + ")")
    }

    fn __str__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        cx.call_method(this, &cx.intern("isoformat"), &[])
    }

    fn __hash__(this: &Py<Time>, cx: &Ctx) -> PyResult<i64> {
        if this.hash.get() != 0 {
            return Ok(this.hash.get());
        }
        let hash = match this.utcoffset_or_none(cx)? {
            None => cx.hash_bytes(&this.clock.to_bytes(false)),
            Some(offset) => {
                let utc = i128::from(this.clock.micros()) - offset.total();
                cx.hash(&TimeDelta::make(cx, utc)?)?
            }
        };
        this.hash.set(hash);
        Ok(hash)
    }

    fn __richcompare__(&self, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.downcast_ref::<Time>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let same_zone = match (&self.zone, &other.zone) {
            (None, None) => true,
            (Some(left), Some(right)) => left.is(right),
            _ => false,
        };
        let ordering = if same_zone {
            self.clock.cmp(&other.clock)
        } else {
            match (self.utcoffset_or_none(cx)?, other.utcoffset_or_none(cx)?) {
                (None, None) => self.clock.cmp(&other.clock),
                (Some(left), Some(right)) => {
                    let left = i128::from(self.clock.micros()) - left.total();
                    left.cmp(&(i128::from(other.clock.micros()) - right.total()))
                }
                _ if op == CompareOp::Eq => return Ok(Value::FALSE),
                _ if op == CompareOp::Ne => return Ok(Value::TRUE),
                _ => {
                    return Err(cx.type_error("can't compare offset-naive and offset-aware times"));
                }
            }
        };
        Ok(Value::bool(op.holds(ordering)))
    }
}

fn reduced(this: &Py<Time>, cx: &Ctx, protocol: i32) -> PyResult<(Value, Value)> {
    let with_fold = protocol > 3 && this.fold.get() != 0;
    let mut state = vec![cx.new_bytes(&this.clock.to_bytes(with_fold))?];
    state.extend(this.zone.clone());
    let state = cx.new_tuple(state).into_value();
    Ok((this.header().class().to_value(), state))
}

fn replaced(
    this: &Py<Time>,
    cx: &Ctx,
    [hour, minute, second, microsecond]: [Optional<&Value>; 4],
    tzinfo: Optional<&Value>,
    fold: Optional<&Value>,
) -> PyResult<Value> {
    let part = |new: Optional<&Value>, old: i32| match new.given() {
        Some(value) => int(cx, value),
        None => Ok(old),
    };
    let clock = Clock::new(
        part(hour, this.clock.hour)?,
        part(minute, this.clock.minute)?,
        part(second, this.clock.second)?,
        part(microsecond, this.clock.microsecond)?,
    );
    let fold = part(fold, i32::from(this.fold.get()))?;
    let zone = match tzinfo.given() {
        Some(value) => zone(cx, Some(value))?,
        None => this.zone.clone(),
    };
    make(
        cx,
        this.header().class(),
        clock,
        check_fold(cx, fold)?,
        zone,
    )
}
