//! `date`: a day.

use std::cell::Cell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::Args;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::slots::CompareOp;
use taipan_vm::objects::{Str, Type};
use taipan_vm::value::{Py, Value};

use super::arguments::{bind, int, pickled};
use super::calendar::{DAY_NAMES, Day, IsoDay, IsoError, MONTH_NAMES, check_year};
use super::clock::Clock;
use super::datetime::{self, DateTime};
use super::delta::{DAY, TimeDelta};
use super::strftime::{Source, format_with};
use super::{iso_calendar_date, iso_parse, local};
use crate::seconds::{Round, whole_seconds};

/// date(year, month, day) --> date object
#[pyclass(name = "date", module = "datetime", subclassable, text_signature = None)]
#[repr(C)]
pub(crate) struct Date {
    pub(super) day: Day,
    /// 0 if not computed yet.
    pub(super) hash: Cell<i64>,
}

impl Date {
    pub(super) fn of(day: Day) -> Self {
        Self {
            day,
            hash: Cell::new(0),
        }
    }

    pub(super) fn to_bytes(day: Day, fold: bool) -> [u8; 4] {
        let [high, low] = (day.year as u16).to_be_bytes();
        let month = day.month as u8 | if fold { 0x80 } else { 0 };
        [high, low, month, day.day as u8]
    }
}

/// A day of `class`: `date`, `datetime`, or a subclass, which is called.
///
/// # Errors
/// `ValueError` if a field is out of range; what the subclass raises.
pub(super) fn make(cx: &Ctx, class: &Py<Type>, day: Day) -> PyResult<Value> {
    if class.is(&cx.native_class(Date::class())) {
        return Ok(cx
            .heap()
            .allocate(class, Date::of(day.check(cx)?))
            .into_value());
    }
    if class.is(&cx.native_class(DateTime::class())) {
        return datetime::make(cx, class, day, Clock::MIN, 0, None);
    }
    let fields = [day.year, day.month, day.day].map(|number| cx.new_int(i64::from(number)));
    cx.call(class.as_value(), &fields)
}

/// "Invalid isoformat string".
pub(super) fn invalid_isoformat(cx: &Ctx, text: &Py<Str>) -> PyErr {
    match cx.repr(text.as_value()) {
        Ok(shown) => cx.value_error(format!(
            "Invalid isoformat string: {}",
            shown.to_string_lossy()
        )),
        Err(error) => error,
    }
}

/// # Errors
/// `TypeError` if it is no text.
pub(super) fn isoformat_argument<'a>(cx: &Ctx, value: &'a Value) -> PyResult<&'a Py<Str>> {
    value
        .downcast_ref::<Str>()
        .ok_or_else(|| cx.type_error("fromisoformat: argument must be str"))
}

/// `struct_time` of fields.
///
/// # Errors
/// What `time.struct_time` raises.
pub(super) fn struct_time(cx: &Ctx, day: Day, clock: Clock, dst: i32) -> PyResult<Value> {
    let class = cx.import_from("time", "struct_time")?;
    cx.call(&class, &[fields(cx, day, clock, dst)])
}

/// The nine fields of `struct_time` as a tuple.
pub(super) fn fields(cx: &Ctx, day: Day, clock: Clock, dst: i32) -> Value {
    let numbers = [
        day.year,
        day.month,
        day.day,
        clock.hour,
        clock.minute,
        clock.second,
        day.weekday(),
        day.day_of_year(),
        dst,
    ];
    let values = numbers.map(|number| cx.new_int(i64::from(number)));
    cx.new_tuple(values.to_vec()).into_value()
}

/// `ctime` of a day and a time.
pub(super) fn ctime(day: Day, clock: Clock) -> String {
    let month = usize::try_from(day.month - 1).unwrap_or(0);
    format!(
        "{} {} {:2} {:02}:{:02}:{:02} {:04}",
        DAY_NAMES[day.weekday() as usize],
        MONTH_NAMES[month],
        day.day,
        clock.hour,
        clock.minute,
        clock.second,
        day.year
    )
}

/// Calls the parser of `_strptime` that makes instances of `class`.
///
/// # Errors
/// What it raises.
pub(super) fn strptime_with(
    cx: &Ctx,
    parser: &str,
    class: &Py<Type>,
    string: &Py<Str>,
    format: &Py<Str>,
) -> PyResult<Value> {
    let parser = cx.import_from("_strptime", parser)?;
    let args = [class.to_value(), string.to_value(), format.to_value()];
    cx.call(&parser, &args)
}

#[pymethods]
impl Date {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<Date>> {
        let is_state = |bytes: &[u8; 4]| (1..=12).contains(&bytes[2]);
        if args.positional().len() == 1
            && let Some((state, _)) = pickled::<4>(cx, args, "date", is_state)?
        {
            let [high, low, month, day] = state;
            let year = u16::from_be_bytes([high, low]);
            let day = Day::new(i32::from(year), i32::from(month), i32::from(day));
            return Ok(cx.heap().allocate(cls, Date::of(day)));
        }
        let slots = bind(cx, ["year", "month", "day"], 3, 3, args)?;
        let [Some(year), Some(month), Some(day)] = slots else {
            return Err(cx.type_error("function missing required arguments"));
        };
        let day = Day::new(int(cx, year)?, int(cx, month)?, int(cx, day)?);
        Ok(cx.heap().allocate(cls, Date::of(day.check(cx)?)))
    }

    /// Create a date from a POSIX timestamp.
    ///
    /// The timestamp is a number, e.g. created via time.time(), that is interpreted
    /// as local time.
    #[classmethod(signature = (timestamp, /))]
    fn fromtimestamp(cls: &Py<Type>, cx: &Ctx, timestamp: &Value) -> PyResult<Value> {
        let seconds = whole_seconds(cx, timestamp, Round::Floor)?;
        let time = cx
            .host()
            .localtime(seconds)
            .map_err(|error| cx.os_error(error))?;
        make(cx, cls, local::fields(&time).0)
    }

    /// Current date or datetime:  same as self.__class__.fromtimestamp(time.time()).
    #[classmethod]
    fn today(cls: &Py<Type>, cx: &Ctx) -> PyResult<Value> {
        let now = cx.import_from("time", "time")?;
        let now = cx.call(&now, &[])?;
        cx.call_method(cls.as_value(), &cx.intern("fromtimestamp"), &[now])
    }

    /// int -> date corresponding to a proleptic Gregorian ordinal.
    #[classmethod(signature = (ordinal, /), text_signature = None)]
    fn fromordinal(cls: &Py<Type>, cx: &Ctx, ordinal: &Value) -> PyResult<Value> {
        let ordinal = int(cx, ordinal)?;
        if ordinal < 1 {
            return Err(cx.value_error("ordinal must be >= 1"));
        }
        make(cx, cls, Day::from_ordinal(i64::from(ordinal)))
    }

    /// str -> Construct a date from a string in ISO 8601 format.
    #[classmethod(text_signature = "($type, object, /)")]
    fn fromisoformat(cls: &Py<Type>, cx: &Ctx, string: &Value) -> PyResult<Value> {
        let text = isoformat_argument(cx, string)?;
        let bytes = text.as_wtf8().as_bytes();
        let day = match bytes.len() {
            7 | 8 | 10 => iso_parse::date(bytes),
            _ => None,
        };
        make(cx, cls, day.ok_or_else(|| invalid_isoformat(cx, text))?)
    }

    /// int, int, int -> Construct a date from the ISO year, week number and weekday.
    ///
    /// This is the inverse of the function date.isocalendar()
    #[classmethod(signature = (year, week, day), text_signature = None)]
    fn fromisocalendar(
        cls: &Py<Type>,
        cx: &Ctx,
        year: &Value,
        week: &Value,
        day: &Value,
    ) -> PyResult<Value> {
        let part = |value: &Value| {
            int(cx, value).map_err(|error| {
                if cx.matches(&error, &cx.types().overflow_error) {
                    return cx.value_error("ISO calendar component out of range");
                }
                error
            })
        };
        let iso = IsoDay {
            year: part(year)?,
            week: part(week)?,
            weekday: part(day)?,
        };
        let day = match iso.day() {
            Ok(day) => day,
            Err(IsoError::Year) => {
                check_year(cx, iso.year)?;
                return Err(cx.value_error("year is out of range"));
            }
            Err(IsoError::Week) => {
                return Err(cx.value_error(format!("Invalid week: {}", iso.week)));
            }
            Err(IsoError::Weekday) => {
                return Err(cx.value_error(format!(
                    "Invalid weekday: {} (range is [1, 7])",
                    iso.weekday
                )));
            }
        };
        make(cx, cls, day)
    }

    /// string, format -> new date parsed from a string (like time.strptime()).
    #[classmethod(signature = (string, format, /), text_signature = None)]
    fn strptime(cls: &Py<Type>, cx: &Ctx, string: &Py<Str>, format: &Py<Str>) -> PyResult<Value> {
        strptime_with(cx, "_strptime_datetime_date", cls, string, format)
    }

    #[getter]
    fn year(&self) -> i32 {
        self.day.year
    }

    #[getter]
    fn month(&self) -> i32 {
        self.day.month
    }

    #[getter(name = "day")]
    fn get_day(&self) -> i32 {
        self.day.day
    }

    /// Return ctime() style string.
    fn ctime(&self) -> String {
        ctime(self.day, Clock::MIN)
    }

    /// format -> strftime() style string.
    #[pymethod(signature = (format), text_signature = None)]
    fn strftime(this: &Py<Date>, cx: &Ctx, format: &Py<Str>) -> PyResult<Value> {
        let fields = cx.call_method(this.as_value(), &cx.intern("timetuple"), &[])?;
        let source = Source {
            fields,
            year: this.day.year,
            month: this.day.month,
            day: this.day.day,
            microsecond: 0,
            zone: None,
            point: this.as_value(),
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

    /// Return string in ISO 8601 format, YYYY-MM-DD.
    fn isoformat(&self) -> String {
        self.day.isoformat()
    }

    /// Return the day of the week represented by the date.
    /// Monday == 1 ... Sunday == 7
    fn isoweekday(&self) -> i32 {
        self.day.weekday() + 1
    }

    /// Return a named tuple containing ISO year, week number, and weekday.
    fn isocalendar(&self, cx: &Ctx) -> PyResult<Value> {
        iso_calendar_date::make(cx, self.day.iso())
    }

    /// Return the day of the week represented by the date.
    /// Monday == 0 ... Sunday == 6
    fn weekday(&self) -> i32 {
        self.day.weekday()
    }

    /// Return time tuple, compatible with time.localtime().
    fn timetuple(&self, cx: &Ctx) -> PyResult<Value> {
        struct_time(cx, self.day, Clock::MIN, -1)
    }

    /// Return proleptic Gregorian ordinal.  January 1 of year 1 is day 1.
    fn toordinal(&self) -> i64 {
        self.day.ordinal()
    }

    /// Return date with new specified fields.
    #[pymethod(
        signature = (year = Optional::Missing, month = Optional::Missing, day = Optional::Missing),
        text_signature = "($self, /, **changes)"
    )]
    fn replace(
        this: &Py<Date>,
        cx: &Ctx,
        year: Optional<&Value>,
        month: Optional<&Value>,
        day: Optional<&Value>,
    ) -> PyResult<Value> {
        replaced(this, cx, [year, month, day])
    }

    /// The same as replace().
    #[pymethod(
        signature = (year = Optional::Missing, month = Optional::Missing, day = Optional::Missing),
        text_signature = "($self, /, **changes)"
    )]
    fn __replace__(
        this: &Py<Date>,
        cx: &Ctx,
        year: Optional<&Value>,
        month: Optional<&Value>,
        day: Optional<&Value>,
    ) -> PyResult<Value> {
        replaced(this, cx, [year, month, day])
    }

    /// __reduce__() -> (cls, state)
    fn __reduce__(this: &Py<Date>, cx: &Ctx) -> PyResult<(Value, (Value,))> {
        let state = cx.new_bytes(&Date::to_bytes(this.day, false))?;
        Ok((this.header().class().to_value(), (state,)))
    }

    fn __repr__(this: &Py<Date>) -> String {
        let Day { year, month, day } = this.day;
        let name = this.header().class().full_name();
        format!("{name}({year}, {month}, {day})")
    }

    fn __str__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        cx.call_method(this, &cx.intern("isoformat"), &[])
    }

    fn __hash__(&self, cx: &Ctx) -> i64 {
        if self.hash.get() == 0 {
            let state = Date::to_bytes(self.day, false);
            self.hash.set(cx.hash_bytes(&state));
        }
        self.hash.get()
    }

    fn __richcompare__(&self, other: &Value, op: CompareOp) -> Value {
        match other.downcast_ref::<Date>() {
            Some(date) if other.downcast_ref::<DateTime>().is_none() => {
                Value::bool(op.holds(self.day.cmp(&date.day)))
            }
            _ => Value::NOT_IMPLEMENTED,
        }
    }

    fn __add__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let date = this.downcast_ref::<Date>().or(other.downcast_ref());
        let span = this.downcast_ref::<TimeDelta>().or(other.downcast_ref());
        match (date, span) {
            (Some(date), Some(span)) => {
                let day = date.day.plus(cx, i64::from(span.whole_days()))?;
                make(cx, date.header().class(), day)
            }
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    fn __sub__(this: &Value, cx: &Ctx, other: &Value) -> PyResult<Value> {
        let is_datetime = |value: &Value| value.downcast_ref::<DateTime>().is_some();
        let Some(date) = this.downcast_ref::<Date>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        if is_datetime(this) || is_datetime(other) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        if let Some(other) = other.downcast_ref::<Date>() {
            let days = date.day.ordinal() - other.day.ordinal();
            return TimeDelta::make(cx, i128::from(days) * DAY);
        }
        match other.downcast_ref::<TimeDelta>() {
            Some(span) => {
                let day = date.day.plus(cx, -i64::from(span.whole_days()))?;
                make(cx, date.header().class(), day)
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
}

fn replaced(this: &Py<Date>, cx: &Ctx, new: [Optional<&Value>; 3]) -> PyResult<Value> {
    let old = [this.day.year, this.day.month, this.day.day];
    let mut fields = [0; 3];
    for ((to, new), old) in fields.iter_mut().zip(new).zip(old) {
        *to = match new.given() {
            Some(value) => int(cx, value)?,
            None => old,
        };
    }
    let [year, month, day] = fields;
    make(cx, this.header().class(), Day::new(year, month, day))
}
