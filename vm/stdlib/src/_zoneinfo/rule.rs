//! The rule behind a zone's last transition, as POSIX writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.

use super::offset::{Offset, delta};
use crate::_datetime::calendar::{Day, days_in_month};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::Visitor;

/// Days from 0001-01-01 to 1970-01-01, both counted.
pub(super) const EPOCH_ORDINAL: i64 = 719_163;
const DAY: i64 = 86_400;

/// The day of a year on which an offset begins.
#[derive(Clone, Copy)]
enum Date {
    /// Day `1..=365` of the year, in which there is no 29th of February.
    Julian(i64),
    /// Day `0..=365` of the year.
    Ordinal(i64),
    /// A weekday (0 is Sunday) of the month; week 5 is the last.
    Weekday { month: i32, week: i32, day: i32 },
}

#[derive(Clone, Copy)]
struct Start {
    date: Date,
    /// After the day's midnight, in local time.
    seconds: i64,
}

impl Start {
    /// Seconds since 1970 in local time.
    fn in_year(self, year: i32) -> i64 {
        let before_year = Day::new(year, 1, 1).ordinal() - EPOCH_ORDINAL - 1;
        let day = match self.date {
            Date::Julian(day) => {
                let has_leap_day = day >= 59 && days_in_month(year, 2) == 29;
                before_year + day + i64::from(has_leap_day)
            }
            Date::Ordinal(day) => before_year + day,
            Date::Weekday { month, week, day } => {
                // `weekday` counts from Monday.
                let first = (Day::new(year, month, 1).weekday() + 1) % 7;
                let mut number = (day - first).rem_euclid(7) + 1 + (week - 1) * 7;
                if number > days_in_month(year, month) {
                    number -= 7;
                }
                Day::new(year, month, number).ordinal() - EPOCH_ORDINAL
            }
        };
        day * DAY + self.seconds
    }
}

struct Summer {
    offset: Offset,
    start: Start,
    end: Start,
}

/// What holds after the last transition.
pub(super) struct Rule {
    pub(super) standard: Offset,
    summer: Option<Summer>,
}

impl Rule {
    pub(super) fn fixed(standard: Offset) -> Self {
        Self {
            standard,
            summer: None,
        }
    }

    pub(super) fn is_fixed(&self) -> bool {
        self.summer.is_none()
    }

    pub(super) fn visit(&self, visit: &mut Visitor<'_>) {
        self.standard.visit(visit);
        if let Some(summer) = &self.summer {
            summer.offset.visit(visit);
        }
    }

    /// The offset at a local time.
    pub(super) fn at_local(&self, timestamp: i64, year: i32, fold: u8) -> &Offset {
        let Some(summer) = &self.summer else {
            return &self.standard;
        };
        let difference = summer.offset.seconds - self.standard.seconds;
        let mut start = summer.start.in_year(year);
        let mut end = summer.end.in_year(year);
        if (fold == 1) == (difference >= 0) {
            end -= difference;
        } else {
            start += difference;
        }
        if is_between(start, timestamp, end) {
            &summer.offset
        } else {
            &self.standard
        }
    }

    /// The offset at a point of time, and whether the local time has been there before.
    pub(super) fn at_utc(&self, timestamp: i64, year: i32) -> (&Offset, bool) {
        let Some(summer) = &self.summer else {
            return (&self.standard, false);
        };
        let difference = summer.offset.seconds - self.standard.seconds;
        let start = summer.start.in_year(year) - self.standard.seconds;
        let end = summer.end.in_year(year) - summer.offset.seconds;
        let again = if difference > 0 {
            end..end + difference
        } else {
            start..start - difference
        };
        let offset = if is_between(start, timestamp, end) {
            &summer.offset
        } else {
            &self.standard
        };
        (offset, again.contains(&timestamp))
    }

    /// # Errors
    /// `ValueError` if the text is no rule.
    pub(super) fn parse(cx: &Ctx, text: &[u8]) -> PyResult<Self> {
        let mut reader = Reader { rest: text };
        let name = reader.abbreviation();
        let name = name.ok_or_else(|| refused(cx, "Invalid STD format in", text))?;
        let seconds = reader.offset();
        let seconds = seconds.ok_or_else(|| refused(cx, "Invalid STD offset in", text))?;
        let standard = Offset::new(cx, seconds, 0, name)?;
        if reader.rest.is_empty() {
            return Ok(Self::fixed(standard));
        }
        let name = reader.abbreviation();
        let name = name.ok_or_else(|| refused(cx, "Invalid DST format in", text))?;
        let summer = if reader.rest.first() == Some(&b',') {
            seconds + 3600
        } else {
            let given = reader.offset();
            given.ok_or_else(|| refused(cx, "Invalid DST offset in", text))?
        };
        let start = reader.start(cx, text)?;
        let end = reader.start(cx, text)?;
        if !reader.rest.is_empty() {
            let what = "Extraneous characters at end of TZ string:";
            return Err(refused(cx, what, text));
        }
        let mut offset = Offset::new(cx, summer, 0, name)?;
        offset.dst = delta(cx, summer - seconds)?;
        Ok(Self {
            standard,
            summer: Some(Summer { offset, start, end }),
        })
    }
}

/// Whether the time lies in a span that may go past the end of the year.
fn is_between(start: i64, timestamp: i64, end: i64) -> bool {
    if start < end {
        (start..end).contains(&timestamp)
    } else {
        !(end..start).contains(&timestamp)
    }
}

fn refused(cx: &Ctx, what: &str, text: &[u8]) -> PyErr {
    let shown = cx.new_bytes(text).and_then(|text| cx.repr(&text));
    match shown {
        Ok(shown) => cx.value_error(format!("{what} {}", shown.to_string_lossy())),
        Err(error) => error,
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Bytes while they are of a kind.
    fn while_is(&mut self, is_part: impl Fn(&u8) -> bool, most: usize) -> &'a [u8] {
        let count = self.rest.iter().take(most).take_while(|byte| is_part(byte));
        let (taken, rest) = self.rest.split_at(count.count());
        self.rest = rest;
        taken
    }

    /// Letters, or more in angle brackets.
    fn abbreviation(&mut self) -> Option<String> {
        let name = if self.take(b'<') {
            let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-');
            let name = self.while_is(is_part, usize::MAX);
            if !self.take(b'>') {
                return None;
            }
            name
        } else {
            self.while_is(u8::is_ascii_alphabetic, usize::MAX)
        };
        let name = std::str::from_utf8(name).ok()?;
        (!name.is_empty()).then(|| name.to_owned())
    }

    fn number(&mut self, least: usize, most: usize) -> Option<i64> {
        let digits = self.while_is(u8::is_ascii_digit, most);
        let number = digits
            .iter()
            .fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
        (digits.len() >= least).then_some(number)
    }

    /// `[+-]hh[h][:mm[:ss]]` in seconds.
    fn time(&mut self, most_hours: i64) -> Option<i64> {
        let is_negative = self.take(b'-');
        if !is_negative {
            self.take(b'+');
        }
        let hours = self.number(1, 3)?;
        if hours > most_hours {
            return None;
        }
        let mut seconds = hours * 3600;
        if self.take(b':') {
            seconds += self.number(2, 2)? * 60;
            if self.take(b':') {
                seconds += self.number(2, 2)?;
            }
        }
        Some(if is_negative { -seconds } else { seconds })
    }

    /// POSIX counts offsets towards the west.
    fn offset(&mut self) -> Option<i64> {
        self.time(24).map(|seconds| -seconds)
    }

    fn start(&mut self, cx: &Ctx, text: &[u8]) -> PyResult<Start> {
        if !self.take(b',') {
            let what = "Missing transition rules in TZ string:";
            return Err(refused(cx, what, text));
        }
        let start = self.date().and_then(|date| {
            let seconds = if self.take(b'/') {
                self.time(167)?
            } else {
                2 * 3600
            };
            Some(Start { date, seconds })
        });
        start.ok_or_else(|| refused(cx, "Malformed transition rule in TZ string:", text))
    }

    fn date(&mut self) -> Option<Date> {
        if self.take(b'M') {
            let month = self.number(1, 2)?;
            let week = self.take(b'.').then(|| self.number(1, 1))??;
            let day = self.take(b'.').then(|| self.number(1, 1))??;
            let is_valid =
                (1..=12).contains(&month) && (1..=5).contains(&week) && (0..=6).contains(&day);
            return is_valid.then_some(Date::Weekday {
                month: month as i32,
                week: week as i32,
                day: day as i32,
            });
        }
        let is_julian = self.take(b'J');
        let day = self.number(1, 3)?;
        let is_valid = (i64::from(is_julian)..=365).contains(&day);
        is_valid.then_some(if is_julian {
            Date::Julian(day)
        } else {
            Date::Ordinal(day)
        })
    }
}
