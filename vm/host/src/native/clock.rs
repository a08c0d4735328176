//! Clocks, sleep, calendars and random bytes on the real machine.
//!
//! Invariants
//! 1. Each pointer passed to a call comes from a live `CString`, slice or local structure of this function.
//! 2. `tm_zone` is read only right after `localtime_r` or `gmtime_r`; libc keeps zone names alive.
//! 3. `timezone`, `daylight`, `tzname` are read under the C library lock, after `tzset`.
#![allow(unsafe_code, reason = "system calls; see the invariants above")]

use std::mem::zeroed;

use super::Native;
use super::call::{
    bytes_of, c_library, c_string, c_timespec, count, done, returned, timespec, unless_errno,
};
use crate::clock::{BrokenTime, Clock, Randomness, Timespec, ZoneNames};
use crate::error::{OsError, OsResult};

mod c {
    use std::ffi::{c_char, c_int, c_long};
    unsafe extern "C" {
        pub(super) static timezone: c_long;
        pub(super) static daylight: c_int;
        pub(super) static tzname: [*const c_char; 2];
        pub(super) fn tzset();
    }
}

fn fields_from(raw: &libc::tm) -> BrokenTime {
    BrokenTime {
        sec: raw.tm_sec,
        min: raw.tm_min,
        hour: raw.tm_hour,
        mday: raw.tm_mday,
        mon: raw.tm_mon,
        year: raw.tm_year,
        wday: raw.tm_wday,
        yday: raw.tm_yday,
        isdst: raw.tm_isdst,
        gmtoff: raw.tm_gmtoff,
        // SAFETY: invariant 2.
        zone: (!raw.tm_zone.is_null()).then(|| unsafe { bytes_of(raw.tm_zone) }),
    }
}

/// C's fields; `tm_zone` stays null.
fn c_fields(time: &BrokenTime) -> libc::tm {
    // SAFETY: a structure of integers and a pointer may be zero.
    let mut raw: libc::tm = unsafe { zeroed() };
    raw.tm_sec = time.sec;
    raw.tm_min = time.min;
    raw.tm_hour = time.hour;
    raw.tm_mday = time.mday;
    raw.tm_mon = time.mon;
    raw.tm_year = time.year;
    raw.tm_wday = time.wday;
    raw.tm_yday = time.yday;
    raw.tm_isdst = time.isdst;
    raw.tm_gmtoff = time.gmtoff;
    raw
}

impl Clock for Native {
    fn clock_gettime(&self, clock: i32) -> OsResult<Timespec> {
        // SAFETY: a structure of integers may be zero.
        let mut raw: libc::timespec = unsafe { zeroed() };
        // SAFETY: invariant 1.
        done(unsafe { libc::clock_gettime(clock as libc::clockid_t, &raw mut raw) })?;
        Ok(timespec(raw))
    }

    fn clock_getres(&self, clock: i32) -> OsResult<Timespec> {
        // SAFETY: a structure of integers may be zero.
        let mut raw: libc::timespec = unsafe { zeroed() };
        // SAFETY: invariant 1.
        done(unsafe { libc::clock_getres(clock as libc::clockid_t, &raw mut raw) })?;
        Ok(timespec(raw))
    }

    fn clock_settime(&self, clock: i32, time: Timespec) -> OsResult<()> {
        let raw = c_timespec(time);
        // SAFETY: invariant 1.
        done(unsafe { libc::clock_settime(clock as libc::clockid_t, &raw const raw) })
    }

    #[cfg(target_os = "linux")]
    fn thread_cpu_clock(&self, thread: u64) -> OsResult<i32> {
        let mut clock: libc::clockid_t = 0;
        // SAFETY: invariant 1. The caller passes the number of a live thread, as `pthread_kill` demands.
        returned(unsafe {
            libc::pthread_getcpuclockid(thread as libc::pthread_t, &raw mut clock)
        })?;
        Ok(clock)
    }

    #[cfg(target_os = "linux")]
    fn sleep_until(&self, deadline: Timespec) -> OsResult<()> {
        let until = c_timespec(deadline);
        // SAFETY: invariant 1.
        returned(unsafe {
            libc::clock_nanosleep(
                libc::CLOCK_MONOTONIC,
                libc::TIMER_ABSTIME,
                &raw const until,
                std::ptr::null_mut(),
            )
        })
    }

    #[cfg(not(target_os = "linux"))]
    fn sleep_until(&self, deadline: Timespec) -> OsResult<()> {
        let now = self.clock_gettime(libc::CLOCK_MONOTONIC as i32)?;
        let left = deadline.as_nanos() - now.as_nanos();
        if left <= 0 {
            return Ok(());
        }
        let span = c_timespec(Timespec::from_nanos(left));
        // SAFETY: invariant 1.
        done(unsafe { libc::nanosleep(&raw const span, std::ptr::null_mut()) })
    }

    fn localtime(&self, secs: i64) -> OsResult<BrokenTime> {
        let secs = secs as libc::time_t;
        // SAFETY: a structure of integers and a pointer may be zero.
        let mut raw: libc::tm = unsafe { zeroed() };
        // `localtime_r` need not read TZ by itself.
        // SAFETY: no preconditions.
        unsafe { c::tzset() };
        // SAFETY: invariant 1.
        if unsafe { libc::localtime_r(&raw const secs, &raw mut raw) }.is_null() {
            return Err(OsError::last());
        }
        Ok(fields_from(&raw))
    }

    fn gmtime(&self, secs: i64) -> OsResult<BrokenTime> {
        let secs = secs as libc::time_t;
        // SAFETY: a structure of integers and a pointer may be zero.
        let mut raw: libc::tm = unsafe { zeroed() };
        // SAFETY: invariant 1.
        if unsafe { libc::gmtime_r(&raw const secs, &raw mut raw) }.is_null() {
            return Err(OsError::last());
        }
        Ok(fields_from(&raw))
    }

    fn mktime(&self, time: &mut BrokenTime) -> OsResult<i64> {
        let mut raw = c_fields(time);
        // A valid result of -1 is told from a failure by the day of the week, which only success sets.
        raw.tm_wday = -1;
        // SAFETY: invariant 1.
        let secs = unsafe { libc::mktime(&raw mut raw) };
        if secs == -1 && raw.tm_wday == -1 {
            return Err(OsError::new(libc::EOVERFLOW));
        }
        *time = fields_from(&raw);
        Ok(secs)
    }

    fn strftime(&self, format: &[u8], time: &BrokenTime) -> OsResult<Vec<u8>> {
        // A byte more tells empty output from too small a buffer.
        let padded = c_string(&[format, b" "].concat())?;
        let zone = time.zone.as_deref().map(c_string).transpose()?;
        let mut raw = c_fields(time);
        if let Some(zone) = &zone {
            raw.tm_zone = zone.as_ptr().cast_mut();
        }
        let mut buffer = vec![0u8; 256 + format.len()];
        loop {
            // SAFETY: invariant 1; `raw.tm_zone` is null or the live `zone`, and is only read.
            let length = unsafe {
                libc::strftime(
                    buffer.as_mut_ptr().cast(),
                    buffer.len(),
                    padded.as_ptr(),
                    &raw const raw,
                )
            };
            if length > 0 {
                buffer.truncate(length - 1);
                return Ok(buffer);
            }
            // No conversion makes more than 256 bytes a format byte; beyond that it is a failure (`ERANGE`).
            if buffer.len() > 256 * (format.len() + 256) {
                return Err(OsError::new(libc::ERANGE));
            }
            buffer.resize(buffer.len() * 2, 0);
        }
    }

    fn tzset(&self) -> OsResult<()> {
        let _guard = c_library();
        // SAFETY: invariant 3.
        unsafe { c::tzset() };
        Ok(())
    }

    fn zone_names(&self) -> OsResult<ZoneNames> {
        let _guard = c_library();
        // SAFETY: invariant 3.
        Ok(unsafe {
            c::tzset();
            ZoneNames {
                has_dst: c::daylight != 0,
                timezone: c::timezone,
                names: [bytes_of(c::tzname[0]), bytes_of(c::tzname[1])],
            }
        })
    }
}

impl Randomness for Native {
    fn urandom(&self, buffer: &mut [u8]) -> OsResult<()> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.getrandom(&mut buffer[filled..], 0) {
                Ok(length) => filled += length,
                Err(error) if error.errno == libc::EINTR => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    #[cfg(target_os = "linux")]
    fn getrandom(&self, buffer: &mut [u8], flags: u32) -> OsResult<usize> {
        // SAFETY: invariant 1.
        count(unsafe { libc::getrandom(buffer.as_mut_ptr().cast(), buffer.len(), flags) })
    }

    #[cfg(not(target_os = "linux"))]
    fn getrandom(&self, buffer: &mut [u8], _flags: u32) -> OsResult<usize> {
        let part = buffer.len().min(256);
        // SAFETY: invariant 1; the call fills at most 256 bytes.
        done(unsafe { libc::getentropy(buffer.as_mut_ptr().cast(), part) })?;
        Ok(part)
    }
}

/// Seconds per clock tick, as a number of ticks per second.
pub(super) fn ticks_per_second() -> f64 {
    // SAFETY: no pointers.
    unless_errno(|| unsafe { libc::sysconf(libc::_SC_CLK_TCK) }).map_or(100.0, |ticks| ticks as f64)
}
