//! `datetime`: a day with a time, perhaps with a zone.
//!
//! More methods: `datetime_math` (comparison and arithmetic), `datetime_clock` (clocks and other zones).

use std::cell::Cell;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::field::Field;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::{Str, Type};
use taipan_vm::value::{Py, Value};

use super::arguments::{bind, int, int_or, pickled, zone};
use super::calendar::{Day, days_in_month};
use super::clock::{Clock, check_fold};
use super::date::{
    self, Date, ctime, invalid_isoformat, isoformat_argument, strptime_with, struct_time,
};
use super::delta::TimeDelta;
use super::iso_parse;
use super::strftime::Source;
use super::time::{self, Time, midnight, parsed_zone};
use super::timezone::offset_text;
use super::tzinfo::{dst_of, tzname_of, utcoffset_of};

/// datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])
///
/// The year, month and day arguments are required. tzinfo may be None, or an
/// instance of a tzinfo subclass. The remaining arguments may be ints.
#[pyclass(
    name = "datetime",
    module = "datetime",
    base = Date,
    subclassable,
    traverse,
    parts = 3,
    text_signature = None
)]
#[repr(C)]
pub(crate) struct DateTime {
    date: Date,
    pub(crate) clock: Clock,
    pub(crate) fold: Cell<u8>,
    pub(super) zone: Field<Option<Value>>,
}

impl Traverse for DateTime {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.zone.get().iter().for_each(visit);
    }
}

impl DateTime {
    pub(crate) fn day(&self) -> Day {
        self.date.day
    }

    pub(super) fn cached_hash(&self) -> &Cell<i64> {
        &self.date.hash
    }

    pub(crate) fn tzinfo(&self) -> Option<Value> {
        self.zone.get()
    }

    /// `this` is the same object.
    ///
    /// # Errors
    /// What the zone raises.
    pub(super) fn utcoffset(&self, cx: &Ctx, this: &Value) -> PyResult<Option<Py<TimeDelta>>> {
        utcoffset_of(cx, self.tzinfo().as_ref(), this)
    }

    /// `this` is the same object.
    ///
    /// # Errors
    /// What the zone raises.
    pub(super) fn dst(&self, cx: &Ctx, this: &Value) -> PyResult<Option<Py<TimeDelta>>> {
        dst_of(cx, self.tzinfo().as_ref(), this)
    }

    pub(super) fn state(&self, fold: bool) -> [u8; 10] {
        let mut state = [0; 10];
        state[..4].copy_from_slice(&Date::to_bytes(self.day(), fold));
        state[4..].copy_from_slice(&self.clock.to_bytes(false));
        state
    }
}

/// A point of `class`: `datetime` or a subclass, which is called.
///
/// # Errors
/// `ValueError` if a field is out of range; what the subclass raises.
pub(super) fn make(
    cx: &Ctx,
    class: &Py<Type>,
    day: Day,
    clock: Clock,
    fold: u8,
    zone: Option<Value>,
) -> PyResult<Value> {
    if class.is(&cx.native_class(DateTime::class())) {
        let (day, clock) = (day.check(cx)?, clock.check(cx)?);
        return Ok(allocate(cx, class, day, clock, fold, zone).into_value());
    }
    let numbers = [
        day.year,
        day.month,
        day.day,
        clock.hour,
        clock.minute,
        clock.second,
        clock.microsecond,
    ];
    let mut args = numbers.map(|number| cx.new_int(i64::from(number))).to_vec();
    args.push(zone.unwrap_or(Value::NONE));
    let made = cx.call(class.as_value(), &args)?;
    if fold != 0
        && let Some(point) = made.downcast_ref::<DateTime>()
    {
        point.fold.set(fold);
    }
    Ok(made)
}

fn allocate(
    cx: &Ctx,
    class: &Py<Type>,
    day: Day,
    clock: Clock,
    fold: u8,
    zone: Option<Value>,
) -> Py<DateTime> {
    let payload = DateTime {
        date: Date::of(day),
        clock,
        fold: Cell::new(fold),
        zone: Field::new(zone),
    };
    cx.heap().allocate(class, payload)
}

/// The one character that separates date and time.
fn separator<'a>(cx: &Ctx, value: Optional<&'a Value>) -> PyResult<&'a str> {
    let Some(value) = value.given() else {
        return Ok("T");
    };
    let Some(text) = value.downcast_ref::<Str>() else {
        return Err(cx.type_error(format!(
            "isoformat() argument 1 must be a unicode character, not {}",
            cx.type_name_for_argument(value)
        )));
    };
    if text.length() != 1 {
        return Err(cx.type_error(format!(
            "isoformat() argument 1 must be a unicode character, not a string of length {}",
            text.length()
        )));
    }
    Ok(text.to_str().unwrap_or("\u{FFFD}"))
}

/// The day after.
fn next_day(day: Day) -> Day {
    let Day { year, month, day } = day;
    if day < days_in_month(year, month) {
        Day::new(year, month, day + 1)
    } else if month < 12 {
        Day::new(year, month + 1, 1)
    } else {
        Day::new(year + 1, 1, 1)
    }
}

#[pymethods]
impl DateTime {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<DateTime>> {
        let is_state = |bytes: &[u8; 10]| (1..=12).contains(&(bytes[2] & 0x7F));
        if let Some((state, zone)) = pickled::<10>(cx, args, "datetime", is_state)? {
            let [high, low, month, day, time @ ..] = state;
            let year = u16::from_be_bytes([high, low]);
            let day = Day::new(i32::from(year), i32::from(month & 0x7F), i32::from(day));
            let (clock, _) = Clock::from_bytes(time);
            return Ok(allocate(cx, cls, day, clock, month >> 7, zone));
        }
        let names = [
            "year",
            "month",
            "day",
            "hour",
            "minute",
            "second",
            "microsecond",
            "tzinfo",
            "fold",
        ];
        let slots = bind(cx, names, 3, 8, args)?;
        let number = |index: usize| int_or(cx, slots[index], 0);
        let day = Day::new(number(0)?, number(1)?, number(2)?);
        let clock = Clock::new(number(3)?, number(4)?, number(5)?, number(6)?);
        let fold = number(8)?;
        let (day, clock) = (day.check(cx)?, clock.check(cx)?);
        let fold = check_fold(cx, fold)?;
        Ok(allocate(cx, cls, day, clock, fold, zone(cx, slots[7])?))
    }

    /// date, time -> datetime with same date and time fields
    #[classmethod(signature = (date, time, tzinfo = Optional::Missing), text_signature = None)]
    fn combine(
        cls: &Py<Type>,
        cx: &Ctx,
        date: &Value,
        time: &Value,
        tzinfo: Optional<&Value>,
    ) -> PyResult<Value> {
        let wrong = |position: i32, wanted: &str, value: &Value| {
            cx.type_error(format!(
                "combine() argument {position} must be datetime.{wanted}, not {}",
                cx.type_name_for_argument(value)
            ))
        };
        let day = match date.downcast_ref::<Date>() {
            Some(date) => date.day,
            None => return Err(wrong(1, "date", date)),
        };
        let Some(time) = time.downcast_ref::<Time>() else {
            return Err(wrong(2, "time", time));
        };
        let zone = match tzinfo.given() {
            Some(value) => zone(cx, Some(value))?,
            None => time.zone.clone(),
        };
        make(cx, cls, day, time.clock, time.fold.get(), zone)
    }

    /// string -> datetime from a string in most ISO 8601 formats
    #[classmethod(text_signature = "($type, object, /)")]
    fn fromisoformat(cls: &Py<Type>, cx: &Ctx, string: &Value) -> PyResult<Value> {
        let text = isoformat_argument(cx, string)?;
        let bytes = text.as_wtf8().as_bytes();
        let invalid = || invalid_isoformat(cx, text);
        if bytes.len() < 7 {
            return Err(invalid());
        }
        let end = iso_parse::date_end(bytes);
        let date = bytes.get(..end).and_then(iso_parse::date);
        let mut day = date.ok_or_else(invalid)?;
        let mut clock = Clock::MIN;
        let mut zone = None;
        if bytes.len() > end {
            // The separator is any one character.
            let width = match bytes[end] {
                0..0x80 => 1,
                0xE0..0xF0 => 3,
                0xF0.. => 4,
                _ => 2,
            };
            let rest = bytes.get(end + width..).unwrap_or_default();
            let parsed = iso_parse::time(rest).ok_or_else(invalid)?;
            zone = parsed_zone(cx, &parsed)?;
            clock = parsed.clock;
            let is_day =
                (1..=12).contains(&day.month) && day.day <= days_in_month(day.year, day.month);
            if clock.hour == 24 && is_day {
                clock = midnight(cx, clock)?;
                day = next_day(day);
            }
        }
        make(cx, cls, day, clock, 0, zone)
    }

    /// string, format -> new datetime parsed from a string (like time.strptime()).
    #[classmethod(signature = (string, format, /), text_signature = None)]
    fn strptime(cls: &Py<Type>, cx: &Ctx, string: &Py<Str>, format: &Py<Str>) -> PyResult<Value> {
        strptime_with(cx, "_strptime_datetime_datetime", cls, string, format)
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

    #[getter(name = "tzinfo")]
    fn get_tzinfo(&self) -> Value {
        self.tzinfo().unwrap_or(Value::NONE)
    }

    #[getter(name = "fold")]
    fn get_fold(&self) -> u8 {
        self.fold.get()
    }

    /// Return date object with same year, month and day.
    #[pymethod(name = "date")]
    fn get_date(&self, cx: &Ctx) -> PyResult<Value> {
        date::make(cx, &cx.native_class(Date::class()), self.day())
    }

    /// Return time object with same time but with tzinfo=None.
    fn time(&self, cx: &Ctx) -> PyResult<Value> {
        let class = cx.native_class(Time::class());
        time::make(cx, &class, self.clock, self.fold.get(), None)
    }

    /// Return time object with same time and tzinfo.
    fn timetz(&self, cx: &Ctx) -> PyResult<Value> {
        let class = cx.native_class(Time::class());
        time::make(cx, &class, self.clock, self.fold.get(), self.tzinfo())
    }

    /// Return ctime() style string.
    fn ctime(&self) -> String {
        ctime(self.day(), self.clock)
    }

    /// Return time tuple, compatible with time.localtime().
    fn timetuple(this: &Py<DateTime>, cx: &Ctx) -> PyResult<Value> {
        let dst = match this.dst(cx, this.as_value())? {
            None => -1,
            Some(dst) => i32::from(dst.total() != 0),
        };
        struct_time(cx, this.day(), this.clock, dst)
    }

    /// format -> strftime() style string.
    #[pymethod(signature = (format), text_signature = None)]
    fn strftime(this: &Py<DateTime>, cx: &Ctx, format: &Py<Str>) -> PyResult<Value> {
        let Day { year, month, day } = this.day();
        let source = Source {
            fields: cx.call_method(this.as_value(), &cx.intern("timetuple"), &[])?,
            year,
            month,
            day,
            microsecond: this.clock.microsecond,
            zone: this.tzinfo(),
            point: this.as_value(),
        };
        source.format(cx, format)
    }

    /// [sep] -> string in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
    /// sep is used to separate the year from the time, and defaults to 'T'.
    /// The optional argument timespec specifies the number of additional terms
    /// of the time to include. Valid options are 'auto', 'hours', 'minutes',
    /// 'seconds', 'milliseconds' and 'microseconds'.
    #[pymethod(
        signature = (sep = Optional::Missing, timespec = Optional::Missing),
        text_signature = None
    )]
    fn isoformat(
        this: &Py<DateTime>,
        cx: &Ctx,
        sep: Optional<&Value>,
        timespec: Optional<&Py<Str>>,
    ) -> PyResult<Value> {
        let separator = separator(cx, sep)?;
        let timespec = timespec.given().map(|text| text.to_string_lossy());
        let mut text = this.clock.isoformat(cx, timespec.as_deref())?;
        if let Some(offset) = this.utcoffset(cx, this.as_value())? {
            text += &offset_text(&offset, ":");
        }
        let text = format!("{}{separator}{text}", this.day().isoformat());
        match sep.given().and_then(|sep| sep.downcast_ref::<Str>()) {
            // A lone surrogate is no Rust text.
            Some(sep) if sep.to_str().is_none() => {
                let mut exact = taipan_text::Wtf8Buf::default();
                exact.push_str(&text[..10]);
                exact.push_wtf8(sep.as_wtf8());
                exact.push_str(&text[10 + separator.len()..]);
                Ok(cx.new_str(&exact)?.into_value())
            }
            _ => Ok(cx.new_str(&text)?.into_value()),
        }
    }

    /// Return datetime with new specified fields.
    #[pymethod(
        signature = (
            year = Optional::Missing, month = Optional::Missing, day = Optional::Missing,
            hour = Optional::Missing, minute = Optional::Missing, second = Optional::Missing,
            microsecond = Optional::Missing, tzinfo = Optional::Missing, *, fold = Optional::Missing
        ),
        text_signature = "($self, /, **changes)"
    )]
    fn replace(
        this: &Py<DateTime>,
        cx: &Ctx,
        year: Optional<&Value>,
        month: Optional<&Value>,
        day: Optional<&Value>,
        hour: Optional<&Value>,
        minute: Optional<&Value>,
        second: Optional<&Value>,
        microsecond: Optional<&Value>,
        tzinfo: Optional<&Value>,
        fold: Optional<&Value>,
    ) -> PyResult<Value> {
        let new = [year, month, day, hour, minute, second, microsecond];
        replaced(this, cx, new, tzinfo, fold)
    }

    /// The same as replace().
    #[pymethod(
        signature = (
            year = Optional::Missing, month = Optional::Missing, day = Optional::Missing,
            hour = Optional::Missing, minute = Optional::Missing, second = Optional::Missing,
            microsecond = Optional::Missing, tzinfo = Optional::Missing, *, fold = Optional::Missing
        ),
        text_signature = "($self, /, **changes)"
    )]
    fn __replace__(
        this: &Py<DateTime>,
        cx: &Ctx,
        year: Optional<&Value>,
        month: Optional<&Value>,
        day: Optional<&Value>,
        hour: Optional<&Value>,
        minute: Optional<&Value>,
        second: Optional<&Value>,
        microsecond: Optional<&Value>,
        tzinfo: Optional<&Value>,
        fold: Optional<&Value>,
    ) -> PyResult<Value> {
        let new = [year, month, day, hour, minute, second, microsecond];
        replaced(this, cx, new, tzinfo, fold)
    }

    /// Return self.tzinfo.utcoffset(self).
    #[pymethod(name = "utcoffset")]
    fn ask_utcoffset(this: &Py<DateTime>, cx: &Ctx) -> PyResult<Option<Py<TimeDelta>>> {
        this.utcoffset(cx, this.as_value())
    }

    /// Return self.tzinfo.tzname(self).
    fn tzname(this: &Py<DateTime>, cx: &Ctx) -> PyResult<Value> {
        tzname_of(cx, this.tzinfo().as_ref(), this.as_value())
    }

    /// Return self.tzinfo.dst(self).
    #[pymethod(name = "dst")]
    fn ask_dst(this: &Py<DateTime>, cx: &Ctx) -> PyResult<Option<Py<TimeDelta>>> {
        this.dst(cx, this.as_value())
    }

    /// __reduce_ex__(proto) -> (cls, state)
    #[pymethod(text_signature = None)]
    fn __reduce_ex__(this: &Py<DateTime>, cx: &Ctx, protocol: i32) -> PyResult<(Value, Value)> {
        reduced(this, cx, protocol)
    }

    /// __reduce__() -> (cls, state)
    fn __reduce__(this: &Py<DateTime>, cx: &Ctx) -> PyResult<(Value, Value)> {
        reduced(this, cx, 2)
    }

    fn __repr__(this: &Py<DateTime>, cx: &Ctx) -> PyResult<String> {
        let name = this.header().class().full_name();
        let Day { year, month, day } = this.day();
        let clock = this.clock.arguments();
        let mut text = format!("{name}({year}, {month}, {day}, {clock}");
        if this.fold.get() != 0 {
            text += &format!(", fold={}", this.fold.get());
        }
        if let Some(zone) = this.tzinfo() {
            text += &format!(", tzinfo={}", cx.repr(&zone)?.to_string_lossy());
        }
        Ok(text + ")")
    }

    fn __str__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        let separator = cx.intern(" ").into_value();
        cx.call_method(this, &cx.intern("isoformat"), &[separator])
    }
}

fn reduced(this: &Py<DateTime>, cx: &Ctx, protocol: i32) -> PyResult<(Value, Value)> {
    let with_fold = protocol > 3 && this.fold.get() != 0;
    let mut state = vec![cx.new_bytes(&this.state(with_fold))?];
    state.extend(this.tzinfo());
    let state = cx.new_tuple(state).into_value();
    Ok((this.header().class().to_value(), state))
}

fn replaced(
    this: &Py<DateTime>,
    cx: &Ctx,
    new: [Optional<&Value>; 7],
    tzinfo: Optional<&Value>,
    fold: Optional<&Value>,
) -> PyResult<Value> {
    let part = |new: Optional<&Value>, old: i32| match new.given() {
        Some(value) => int(cx, value),
        None => Ok(old),
    };
    let (old_day, old_clock) = (this.day(), this.clock);
    let day = Day::new(
        part(new[0], old_day.year)?,
        part(new[1], old_day.month)?,
        part(new[2], old_day.day)?,
    );
    let clock = Clock::new(
        part(new[3], old_clock.hour)?,
        part(new[4], old_clock.minute)?,
        part(new[5], old_clock.second)?,
        part(new[6], old_clock.microsecond)?,
    );
    let fold = part(fold, i32::from(this.fold.get()))?;
    let zone = match tzinfo.given() {
        Some(value) => zone(cx, Some(value))?,
        None => this.tzinfo(),
    };
    let fold = check_fold(cx, fold)?;
    make(cx, this.header().class(), day, clock, fold, zone)
}
