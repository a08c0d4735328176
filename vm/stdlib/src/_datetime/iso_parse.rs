//! Dates and times as ISO 8601 writes them.
//!
//! CPython 3.14: `parse_isoformat_date`, `parse_hh_mm_ss_ff`, `_find_isoformat_datetime_separator`. A failure here is
//! always the same message, so there is no error but `None`.

use super::calendar::{Day, IsoDay};
use super::clock::Clock;

/// A time of day with the offset that followed it, in microseconds.
pub(super) struct IsoTime {
    pub(super) clock: Clock,
    pub(super) offset: Option<i64>,
}

/// The byte at a place; 0 behind the end, as C strings have it.
fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

/// The number that `count` digits at a place write.
fn digits(text: &[u8], at: usize, count: usize) -> Option<i32> {
    text.get(at..at + count)?.iter().try_fold(0, |sum, digit| {
        digit
            .is_ascii_digit()
            .then(|| sum * 10 + i32::from(digit - b'0'))
    })
}

/// The day that a text of 7, 8 or 10 bytes names, whatever follows it there. Its fields may be out of range.
pub(super) fn date(text: &[u8]) -> Option<Day> {
    let year = digits(text, 0, 4)?;
    let mut at = 4;
    let has_dashes = byte(text, at) == b'-';
    at += usize::from(has_dashes);
    if byte(text, at) == b'W' {
        let week = digits(text, at + 1, 2)?;
        at += 3;
        let mut weekday = 1;
        if at < text.len() {
            if has_dashes {
                if byte(text, at) != b'-' {
                    return None;
                }
                at += 1;
            }
            weekday = digits(text, at, 1)?;
        }
        let day = IsoDay {
            year,
            week,
            weekday,
        };
        return day.day().ok();
    }
    let month = digits(text, at, 2)?;
    at += 2;
    if has_dashes {
        if byte(text, at) != b'-' {
            return None;
        }
        at += 1;
    }
    let day = digits(text, at, 2)?;
    Some(Day::new(year, month, day))
}

/// Where the date of a text of at least 7 bytes ends.
pub(super) fn date_end(text: &[u8]) -> usize {
    let length = text.len();
    if length == 7 {
        return 7;
    }
    let is_digit = |at: usize| byte(text, at).is_ascii_digit();
    if byte(text, 4) == b'-' {
        if byte(text, 5) != b'W' {
            return 10;
        }
        // YYYY-Www, YYYY-Www-d, or YYYY-Www with a dash before the time.
        if length > 8 && byte(text, 8) == b'-' {
            return if length > 10 && is_digit(10) { 8 } else { 10 };
        }
        return 8;
    }
    if byte(text, 4) != b'W' {
        return 8;
    }
    // YYYYWww or YYYYWwwd: the number of digits in a row tells.
    let mut end = 7;
    while end < length && is_digit(end) {
        end += 1;
    }
    if end < 9 {
        end
    } else if end % 2 == 0 {
        7
    } else {
        8
    }
}

/// Reads `HH[:?MM[:?SS[{.,}f+]]]` up to `end`; whether anything is left follows.
fn fields(text: &[u8], start: usize, end: usize) -> Option<(Clock, bool)> {
    let mut values = [0; 3];
    let mut at = start;
    let mut has_colons = true;
    for index in 0..3 {
        values[index] = digits(text, at, 2)?;
        at += 2;
        let next = byte(text, at);
        at += 1;
        if index == 0 {
            has_colons = next == b':';
        }
        if at >= end {
            // A decimal mark wants digits.
            if matches!(next, b'.' | b',') {
                return None;
            }
            let [hour, minute, second] = values;
            return Some((Clock::new(hour, minute, second, 0), next != 0));
        }
        if has_colons && next == b':' {
            if index == 2 {
                return None;
            }
        } else if matches!(next, b'.' | b',') {
            if index < 2 {
                return None;
            }
        } else if has_colons {
            return None;
        } else {
            at -= 1;
        }
    }
    let given = (end - at).min(6);
    let mut microsecond = digits(text, at, given)?;
    for _ in given..6 {
        microsecond *= 10;
    }
    at += given;
    while byte(text, at).is_ascii_digit() {
        at += 1;
    }
    let [hour, minute, second] = values;
    let clock = Clock::new(hour, minute, second, microsecond);
    Some((clock, byte(text, at) != 0))
}

/// The time that a text names. Its fields may be out of range.
pub(super) fn time(text: &[u8]) -> Option<IsoTime> {
    let end = text.len();
    let zone = text
        .iter()
        .position(|byte| matches!(byte, b'+' | b'-' | b'Z'))
        .unwrap_or(end);
    let (clock, is_longer) = fields(text, 0, zone)?;
    if zone == end {
        return (!is_longer).then_some(IsoTime {
            clock,
            offset: None,
        });
    }
    if text[zone] == b'Z' {
        return (zone + 1 == end).then_some(IsoTime {
            clock,
            offset: Some(0),
        });
    }
    let (offset, is_longer) = fields(text, zone + 1, end)?;
    if is_longer {
        return None;
    }
    let micros = offset.micros();
    Some(IsoTime {
        clock,
        offset: Some(if text[zone] == b'-' { -micros } else { micros }),
    })
}
