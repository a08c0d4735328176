//! Times of day in fields.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};

/// A time of day, ordered as time is. Fields may be out of range until [`Clock::check`] saw them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Clock {
    pub(super) hour: i32,
    pub(super) minute: i32,
    pub(super) second: i32,
    pub(super) microsecond: i32,
}

fn out_of_range(cx: &Ctx, name: &str, last: i32, value: i32) -> PyErr {
    cx.value_error(format!("{name} must be in 0..{last}, not {value}"))
}

impl Clock {
    pub(super) const MIN: Self = Self::new(0, 0, 0, 0);
    pub(super) const MAX: Self = Self::new(23, 59, 59, 999_999);

    pub(super) const fn new(hour: i32, minute: i32, second: i32, microsecond: i32) -> Self {
        Self {
            hour,
            minute,
            second,
            microsecond,
        }
    }

    /// # Errors
    /// `ValueError` if a field is out of range.
    pub(super) fn check(self, cx: &Ctx) -> PyResult<Self> {
        let fields = [
            ("hour", 23, self.hour),
            ("minute", 59, self.minute),
            ("second", 59, self.second),
            ("microsecond", 999_999, self.microsecond),
        ];
        for (name, last, value) in fields {
            if !(0..=last).contains(&value) {
                return Err(out_of_range(cx, name, last, value));
            }
        }
        Ok(self)
    }

    pub(crate) fn seconds(self) -> i64 {
        i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second)
    }

    /// Microseconds since midnight.
    pub(super) fn micros(self) -> i64 {
        self.seconds() * 1_000_000 + i64::from(self.microsecond)
    }

    /// The time that many microseconds after midnight, less than a day.
    pub(super) fn from_micros(micros: i64) -> Self {
        let seconds = micros / 1_000_000;
        Self {
            hour: (seconds / 3600) as i32,
            minute: (seconds / 60 % 60) as i32,
            second: (seconds % 60) as i32,
            microsecond: (micros % 1_000_000) as i32,
        }
    }

    /// # Errors
    /// `ValueError` for an unknown precision.
    pub(super) fn isoformat(self, cx: &Ctx, timespec: Option<&str>) -> PyResult<String> {
        let Self {
            hour,
            minute,
            second,
            microsecond,
        } = self;
        let timespec = match timespec {
            None | Some("auto") if microsecond == 0 => "seconds",
            None | Some("auto") => "microseconds",
            Some(other) => other,
        };
        Ok(match timespec {
            "hours" => format!("{hour:02}"),
            "minutes" => format!("{hour:02}:{minute:02}"),
            "seconds" => format!("{hour:02}:{minute:02}:{second:02}"),
            "milliseconds" => {
                let millisecond = microsecond / 1000;
                format!("{hour:02}:{minute:02}:{second:02}.{millisecond:03}")
            }
            "microseconds" => format!("{hour:02}:{minute:02}:{second:02}.{microsecond:06}"),
            _ => return Err(cx.value_error("Unknown timespec value")),
        })
    }

    /// The fields as the constructor's arguments, zeros at the end left out.
    pub(super) fn arguments(self) -> String {
        let Self {
            hour,
            minute,
            second,
            microsecond,
        } = self;
        if microsecond != 0 {
            format!("{hour}, {minute}, {second}, {microsecond}")
        } else if second != 0 {
            format!("{hour}, {minute}, {second}")
        } else {
            format!("{hour}, {minute}")
        }
    }

    /// As pickles store it; the highest bit of the first byte says that it is the second of two equal times.
    pub(super) fn to_bytes(self, fold: bool) -> [u8; 6] {
        let [_, high, middle, low] = self.microsecond.to_be_bytes();
        let hour = self.hour as u8 | if fold { 0x80 } else { 0 };
        [
            hour,
            self.minute as u8,
            self.second as u8,
            high,
            middle,
            low,
        ]
    }

    /// The time and fold that pickles store.
    pub(super) fn from_bytes(bytes: [u8; 6]) -> (Self, u8) {
        let [hour, minute, second, high, middle, low] = bytes;
        let microsecond = i32::from_be_bytes([0, high, middle, low]);
        let clock = Self::new(
            i32::from(hour & 0x7F),
            i32::from(minute),
            i32::from(second),
            microsecond,
        );
        (clock, hour >> 7)
    }
}

/// # Errors
/// `ValueError` if it is neither 0 nor 1.
pub(super) fn check_fold(cx: &Ctx, fold: i32) -> PyResult<u8> {
    match fold {
        0 => Ok(0),
        1 => Ok(1),
        _ => Err(cx.value_error(format!("fold must be either 0 or 1, not {fold}"))),
    }
}
