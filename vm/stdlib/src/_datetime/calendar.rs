//! Days of the proleptic Gregorian calendar, counted and in fields.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;

pub(super) const MIN_YEAR: i32 = 1;
pub(super) const MAX_YEAR: i32 = 9999;
/// The number of the last day of `MAX_YEAR`; the first day of year 1 is number 1.
const MAX_ORDINAL: i64 = 3_652_059;

pub(super) const DAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
pub(super) const MONTH_NAMES: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A day in fields, ordered as time is. Fields may be out of range until [`Day::check`] saw them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day {
    pub(crate) year: i32,
    pub(crate) month: i32,
    pub(crate) day: i32,
}

/// A year, week and weekday of ISO 8601.
#[derive(Clone, Copy)]
pub(super) struct IsoDay {
    pub(super) year: i32,
    pub(super) week: i32,
    pub(super) weekday: i32,
}

/// What is wrong with a day in ISO form.
pub(super) enum IsoError {
    Year,
    Week,
    Weekday,
}

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(crate) fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        2 => 28 + i32::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_before_year(year: i32) -> i64 {
    let years = i64::from(year) - 1;
    years * 365 + years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400)
}

fn days_before_month(year: i32, month: i32) -> i32 {
    (1..month).map(|month| days_in_month(year, month)).sum()
}

/// The Monday of a year's first ISO week.
fn first_monday(year: i32) -> i64 {
    let first = days_before_year(year) + 1;
    let weekday = (first + 6).rem_euclid(7);
    let monday = first - weekday;
    if weekday > 3 { monday + 7 } else { monday }
}

impl Day {
    pub(crate) const fn new(year: i32, month: i32, day: i32) -> Self {
        Self { year, month, day }
    }

    /// # Errors
    /// `ValueError` if a field is out of range.
    pub(super) fn check(self, cx: &Ctx) -> PyResult<Self> {
        let Self { year, month, day } = self;
        check_year(cx, year)?;
        if !(1..=12).contains(&month) {
            return Err(cx.value_error(format!("month must be in 1..12, not {month}")));
        }
        let last = days_in_month(year, month);
        if !(1..=last).contains(&day) {
            return Err(cx.value_error(format!(
                "day {day} must be in range 1..{last} for month {month} in year {year}"
            )));
        }
        Ok(self)
    }

    pub(crate) fn ordinal(self) -> i64 {
        days_before_year(self.year)
            + i64::from(days_before_month(self.year, self.month))
            + i64::from(self.day)
    }

    /// The day of that number, which is at least 1; its year may be too large.
    pub(super) fn from_ordinal(ordinal: i64) -> Self {
        // The year that 365.2425 days a year give is right or one too far.
        let mut year = ((ordinal - 1) * 400 / 146_097) as i32 + 1;
        while days_before_year(year) >= ordinal {
            year -= 1;
        }
        while days_before_year(year + 1) < ordinal {
            year += 1;
        }
        let mut day = (ordinal - days_before_year(year)) as i32;
        let mut month = 1;
        while day > days_in_month(year, month) {
            day -= days_in_month(year, month);
            month += 1;
        }
        Self { year, month, day }
    }

    /// The day that many days later.
    ///
    /// # Errors
    /// `OverflowError` if there is no such year.
    pub(super) fn plus(self, cx: &Ctx, days: i64) -> PyResult<Self> {
        let ordinal = self.ordinal() + days;
        if !(1..=MAX_ORDINAL).contains(&ordinal) {
            return Err(cx.overflow_error("date value out of range"));
        }
        Ok(Self::from_ordinal(ordinal))
    }

    /// 0 is Monday.
    pub(crate) fn weekday(self) -> i32 {
        (self.ordinal() + 6).rem_euclid(7) as i32
    }

    /// The day's number in its year, from 1.
    pub(super) fn day_of_year(self) -> i32 {
        days_before_month(self.year, self.month) + self.day
    }

    pub(super) fn iso(self) -> IsoDay {
        let today = self.ordinal();
        let mut year = self.year;
        let mut monday = first_monday(year);
        if today < monday {
            year -= 1;
            monday = first_monday(year);
        } else if today >= first_monday(year + 1) {
            year += 1;
            monday = first_monday(year);
        }
        let days = (today - monday) as i32;
        IsoDay {
            year,
            week: days / 7 + 1,
            weekday: days % 7 + 1,
        }
    }

    pub(super) fn isoformat(self) -> String {
        let Self { year, month, day } = self;
        format!("{year:04}-{month:02}-{day:02}")
    }
}

impl IsoDay {
    /// The same day; its year may be too large.
    pub(super) fn day(self) -> Result<Day, IsoError> {
        let Self {
            year,
            week,
            weekday,
        } = self;
        if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
            return Err(IsoError::Year);
        }
        let weeks = (first_monday(year + 1) - first_monday(year)) / 7;
        if !(1..=weeks).contains(&i64::from(week)) {
            return Err(IsoError::Week);
        }
        if !(1..=7).contains(&weekday) {
            return Err(IsoError::Weekday);
        }
        let days = i64::from((week - 1) * 7 + weekday - 1);
        let ordinal = first_monday(year) + days;
        if ordinal < 1 {
            return Err(IsoError::Year);
        }
        Ok(Day::from_ordinal(ordinal))
    }
}

/// # Errors
/// `ValueError` if the year is out of range.
pub(super) fn check_year(cx: &Ctx, year: i32) -> PyResult<()> {
    if (MIN_YEAR..=MAX_YEAR).contains(&year) {
        return Ok(());
    }
    Err(cx.value_error(format!(
        "year must be in {MIN_YEAR}..{MAX_YEAR}, not {year}"
    )))
}
