//! Copies inside of the kernel, and descriptors that are no files: memory, events, timers.
//!
//! CPython 3.14: `Modules/posixmodule.c`.

use taipan_host::clock::IntervalTimer;
use taipan_host::{Fd, Timespec};
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::value::Value;

use crate::path::{Fildes, FsBytes};
use crate::seconds::{Round, nanoseconds};

/// Copy count bytes from file descriptor in_fd to file descriptor out_fd.
#[pyfunction(signature = (out_fd, in_fd, offset, count))]
pub(super) fn sendfile(
    cx: &Ctx,
    out_fd: i32,
    in_fd: i32,
    offset: Option<i64>,
    count: isize,
) -> PyResult<usize> {
    let Ok(count) = usize::try_from(count) else {
        return Err(cx.os_error(taipan_host::OsError::new(libc::EINVAL)));
    };
    cx.retry_os(|host| host.sendfile(out_fd, in_fd, offset, count))
}

fn positive(cx: &Ctx, count: isize) -> PyResult<usize> {
    usize::try_from(count).map_err(|_| cx.value_error("negative value for 'count' not allowed"))
}

/// Copy count bytes from one file descriptor to another.
///
///   src
///     Source file descriptor.
///   dst
///     Destination file descriptor.
///   count
///     Number of bytes to copy.
///   offset_src
///     Starting offset in src.
///   offset_dst
///     Starting offset in dst.
///
/// If offset_src is None, then src is read from the current position;
/// respectively for offset_dst.
#[pyfunction(signature = (src, dst, count, offset_src = None, offset_dst = None),
    text_signature = "($module, /, src, dst, count, offset_src=None,\n                offset_dst=None)"
)]
pub(super) fn copy_file_range(
    cx: &Ctx,
    src: i32,
    dst: i32,
    count: isize,
    offset_src: Option<i64>,
    offset_dst: Option<i64>,
) -> PyResult<usize> {
    let count = positive(cx, count)?;
    cx.retry_os(|host| host.copy_file_range(src, dst, count, offset_src, offset_dst))
}

/// Transfer count bytes from one pipe to a descriptor or vice versa.
///
///   src
///     Source file descriptor.
///   dst
///     Destination file descriptor.
///   count
///     Number of bytes to copy.
///   offset_src
///     Starting offset in src.
///   offset_dst
///     Starting offset in dst.
///   flags
///     Flags to modify the semantics of the call.
///
/// If offset_src is None, then src is read from the current position;
/// respectively for offset_dst. The offset associated to the file
/// descriptor that refers to a pipe must be None.
#[pyfunction(signature = (src, dst, count, offset_src = None, offset_dst = None, flags = 0),
    text_signature = "($module, /, src, dst, count, offset_src=None, offset_dst=None,\n       flags=0)"
)]
pub(super) fn splice(
    cx: &Ctx,
    src: i32,
    dst: i32,
    count: isize,
    offset_src: Option<i64>,
    offset_dst: Option<i64>,
    flags: u32,
) -> PyResult<usize> {
    let count = positive(cx, count)?;
    cx.retry_os(|host| host.splice(src, dst, count, offset_src, offset_dst, flags))
}

/// memfd_create
#[pyfunction(signature = (name, flags = 1), text_signature = "($module, /, name, flags=MFD_CLOEXEC)")]
pub(super) fn memfd_create(cx: &Ctx, name: FsBytes, flags: u32) -> PyResult<Fd> {
    cx.blocking(|host| host.memfd_create(&name.0, flags))
        .map_err(|error| cx.os_error(error))
}

/// Creates and returns an event notification file descriptor.
#[pyfunction(signature = (initval, flags = 524_288), text_signature = "($module, /, initval, flags=EFD_CLOEXEC)")]
pub(super) fn eventfd(cx: &Ctx, initval: &Value, flags: i32) -> PyResult<Fd> {
    let number = cx.to_bigint(initval)?;
    let initial = u32::try_from(&number).map_err(|_| {
        if number.sign() == num_bigint::Sign::Minus {
            cx.value_error("Cannot convert negative int")
        } else {
            cx.overflow_error("Python int too large to convert to C unsigned int")
        }
    })?;
    cx.blocking(|host| host.eventfd(initial, flags))
        .map_err(|error| cx.os_error(error))
}

/// Read eventfd value
#[pyfunction(signature = (fd))]
pub(super) fn eventfd_read(cx: &Ctx, fd: Fildes) -> PyResult<u64> {
    let mut value = [0; 8];
    cx.retry_os(|host| host.read(fd.0, &mut value))?;
    Ok(u64::from_ne_bytes(value))
}

/// Write eventfd value.
#[pyfunction(signature = (fd, value))]
pub(super) fn eventfd_write(cx: &Ctx, fd: Fildes, value: u64) -> PyResult<()> {
    cx.retry_os(|host| host.write(fd.0, &value.to_ne_bytes()))?;
    Ok(())
}

/// Create and return a timer file descriptor.
///
///   clockid
///     A valid clock ID constant as timer file descriptor.
///
///     time.CLOCK_REALTIME
///     time.CLOCK_MONOTONIC
///     time.CLOCK_BOOTTIME
///   flags
///     0 or a bit mask of os.TFD_NONBLOCK or os.TFD_CLOEXEC.
///
///     os.TFD_NONBLOCK
///         If *TFD_NONBLOCK* is set as a flag, read doesn't blocks.
///         If *TFD_NONBLOCK* is not set as a flag, read block until the timer fires.
///
///     os.TFD_CLOEXEC
///         If *TFD_CLOEXEC* is set as a flag, enable the close-on-exec flag
#[pyfunction(signature = (clockid, /, *, flags = 0))]
pub(super) fn timerfd_create(cx: &Ctx, clockid: i32, flags: i32) -> PyResult<Fd> {
    cx.blocking(|host| host.timerfd_create(clockid, flags | libc::TFD_CLOEXEC))
        .map_err(|error| cx.os_error(error))
}

fn seconds(time: Timespec) -> f64 {
    time.secs as f64 + f64::from(time.nanos) * 1e-9
}

fn in_seconds(timer: IntervalTimer) -> (f64, f64) {
    (seconds(timer.value), seconds(timer.interval))
}

fn in_nanoseconds(cx: &Ctx, timer: IntervalTimer) -> PyResult<Value> {
    use taipan_vm::native::IntoValue;
    (timer.value.as_nanos(), timer.interval.as_nanos()).into_value(cx)
}

fn set_timer(
    cx: &Ctx,
    fd: i32,
    flags: i32,
    (initial, interval): (i64, i64),
) -> PyResult<IntervalTimer> {
    let timer = IntervalTimer {
        value: Timespec::from_nanos(i128::from(initial)),
        interval: Timespec::from_nanos(i128::from(interval)),
    };
    cx.blocking(|host| host.timerfd_settime(fd, flags, timer))
        .map_err(|error| cx.os_error(error))
}

/// Alter a timer file descriptor's internal timer in seconds.
///
///   fd
///     A timer file descriptor.
///   flags
///     0 or a bit mask of TFD_TIMER_ABSTIME or TFD_TIMER_CANCEL_ON_SET.
///   initial
///     The initial expiration time, in seconds.
///   interval
///     The timer's interval, in seconds.
#[pyfunction(
    signature = (fd, /, *, flags = 0, initial = None, interval = None),
    text_signature = "($module, fd, /, *, flags=0, initial=0.0, interval=0.0)"
)]
pub(super) fn timerfd_settime(
    cx: &Ctx,
    fd: Fildes,
    flags: i32,
    initial: Option<&Value>,
    interval: Option<&Value>,
) -> PyResult<(f64, f64)> {
    let nanos =
        |value: Option<&Value>| value.map_or(Ok(0), |value| nanoseconds(cx, value, Round::Floor));
    let times = (nanos(initial)?, nanos(interval)?);
    set_timer(cx, fd.0, flags, times).map(in_seconds)
}

/// Alter a timer file descriptor's internal timer in nanoseconds.
///
///   fd
///     A timer file descriptor.
///   flags
///     0 or a bit mask of TFD_TIMER_ABSTIME or TFD_TIMER_CANCEL_ON_SET.
///   initial
///     initial expiration timing in seconds.
///   interval
///     interval for the timer in seconds.
#[pyfunction(signature = (fd, /, *, flags = 0, initial = 0, interval = 0))]
pub(super) fn timerfd_settime_ns(
    cx: &Ctx,
    fd: Fildes,
    flags: i32,
    initial: i64,
    interval: i64,
) -> PyResult<Value> {
    let old = set_timer(cx, fd.0, flags, (initial, interval))?;
    in_nanoseconds(cx, old)
}

fn get_timer(cx: &Ctx, fd: i32) -> PyResult<IntervalTimer> {
    cx.blocking(|host| host.timerfd_gettime(fd))
        .map_err(|error| cx.os_error(error))
}

/// Return a tuple of a timer file descriptor's (next expiration, interval) in float seconds.
///
///   fd
///     A timer file descriptor.
#[pyfunction(signature = (fd, /))]
pub(super) fn timerfd_gettime(cx: &Ctx, fd: Fildes) -> PyResult<(f64, f64)> {
    get_timer(cx, fd.0).map(in_seconds)
}

/// Return a tuple of a timer file descriptor's (next expiration, interval) in nanoseconds.
///
///   fd
///     A timer file descriptor.
#[pyfunction(signature = (fd, /))]
pub(super) fn timerfd_gettime_ns(cx: &Ctx, fd: Fildes) -> PyResult<Value> {
    in_nanoseconds(cx, get_timer(cx, fd.0)?)
}
