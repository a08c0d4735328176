//! Clocks, sleep and calendars: what the `time` module needs.

use crate::boundary::part_of_host;

/// Seconds and nanoseconds since the clock's origin, or a span of time. `nanos` is below 10^9; times before the
/// origin have negative seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timespec {
    /// Whole seconds, rounded down.
    pub secs: i64,
    /// Nanoseconds, in `0..1_000_000_000`.
    pub nanos: u32,
}

const NANOS: i128 = 1_000_000_000;

impl Timespec {
    /// The zero span.
    pub const ZERO: Self = Self { secs: 0, nanos: 0 };

    /// From nanoseconds; seconds saturate at the ends of their range.
    #[must_use]
    pub fn from_nanos(nanos: i128) -> Self {
        let secs = nanos.div_euclid(NANOS);
        let secs = i64::try_from(secs).unwrap_or(if secs < 0 { i64::MIN } else { i64::MAX });
        // `rem_euclid` of 10^9 is below 10^9, which fits.
        Self {
            secs,
            nanos: nanos.rem_euclid(NANOS) as u32,
        }
    }

    /// All of it in nanoseconds.
    #[must_use]
    pub fn as_nanos(self) -> i128 {
        i128::from(self.secs) * NANOS + i128::from(self.nanos)
    }

    /// As a duration; spans below zero become zero.
    #[must_use]
    pub fn as_duration(self) -> std::time::Duration {
        match u64::try_from(self.secs) {
            Ok(secs) => std::time::Duration::new(secs, self.nanos),
            Err(_) => std::time::Duration::ZERO,
        }
    }
}

impl From<std::time::Duration> for Timespec {
    fn from(span: std::time::Duration) -> Self {
        Self {
            secs: i64::try_from(span.as_secs()).unwrap_or(i64::MAX),
            nanos: span.subsec_nanos(),
        }
    }
}

/// A timer that fires after `value`, and then every `interval`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IntervalTimer {
    /// Until the next expiry; zero means stopped.
    pub value: Timespec,
    /// Between later expiries; zero means once.
    pub interval: Timespec,
}

/// A date and time in fields (`struct tm`), with C's conventions: months from 0, years from 1900, Sunday is 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrokenTime {
    /// Seconds, 0 to 60.
    pub sec: i32,
    /// Minutes.
    pub min: i32,
    /// Hours.
    pub hour: i32,
    /// Day of the month, from 1.
    pub mday: i32,
    /// Month, from 0.
    pub mon: i32,
    /// Year, from 1900.
    pub year: i32,
    /// Day of the week, Sunday is 0.
    pub wday: i32,
    /// Day of the year, from 0.
    pub yday: i32,
    /// Daylight saving time: positive yes, 0 no, negative unknown.
    pub isdst: i32,
    /// Seconds east of UTC.
    pub gmtoff: i64,
    /// The zone's abbreviation; `None` lets the platform choose.
    pub zone: Option<Vec<u8>>,
}

/// The `timezone`, `altzone`, `daylight`, `tzname` of C.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneNames {
    /// The zone has daylight saving time.
    pub has_dst: bool,
    /// Seconds west of UTC in standard time.
    pub timezone: i64,
    /// Names of standard and daylight saving time.
    pub names: [Vec<u8>; 2],
}

part_of_host! {
    /// Clocks (`CLOCK_*` numbers of the platform), sleep and the local calendar.
    pub trait Clock in Clock {
        /// The time of a clock.
        fn clock_gettime(&self, clock: i32) -> Timespec;
        /// A clock's resolution.
        fn clock_getres(&self, clock: i32) -> Timespec;
        /// Sets a clock.
        fn clock_settime(&self, clock: i32, time: Timespec) -> ();
        /// The CPU-time clock of a thread (`pthread_t`).
        fn thread_cpu_clock(&self, thread: u64) -> i32;
        /// Sleeps until the monotonic clock reaches `deadline`; `EINTR` when a signal arrives.
        fn sleep_until(&self, deadline: Timespec) -> ();
        /// Fields of local time.
        fn localtime(&self, secs: i64) -> BrokenTime;
        /// Fields of UTC.
        fn gmtime(&self, secs: i64) -> BrokenTime;
        /// Seconds of local time; also normalises the fields.
        fn mktime(&self, time: &mut BrokenTime) -> i64;
        /// Formats fields in the process's locale (C `strftime`); empty output is a valid result.
        fn strftime(&self, format: &[u8], time: &BrokenTime) -> Vec<u8>;
        /// Reads the environment's time zone again.
        fn tzset(&self) -> ();
        /// The time zone's C globals.
        fn zone_names(&self) -> ZoneNames;
    }
}

part_of_host! {
    /// Random bytes.
    pub trait Randomness in Randomness {
        /// Fills the buffer (`os.urandom`).
        fn urandom(&self, buffer: &mut [u8]) -> ();
        /// `getrandom` with `GRND_*` flags; returns how many bytes were filled.
        fn getrandom(&self, buffer: &mut [u8], flags: u32) -> usize;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_times_round_down() {
        assert_eq!(
            Timespec::from_nanos(-1),
            Timespec {
                secs: -1,
                nanos: 999_999_999
            }
        );
        assert_eq!(
            Timespec {
                secs: -1,
                nanos: 999_999_999
            }
            .as_nanos(),
            -1
        );
    }

    #[test]
    fn seconds_saturate() {
        assert_eq!(Timespec::from_nanos(i128::MAX).secs, i64::MAX);
    }
}
