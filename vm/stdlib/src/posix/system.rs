//! Facts about the machine and the process.
//!
//! CPython 3.14: `Modules/posixmodule.c`.

use taipan_host::OsError;
use taipan_host::files::Target;
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Str;
use taipan_vm::value::Value;

use super::constants::{CONFSTR, PATHCONF, SYSCONF};
use super::files::target;
use super::results::{TerminalSize, UnameResult, times_result};
use crate::path::PathOrFd;

/// Return an object identifying the current operating system.
///
/// The object behaves like a named tuple with the following fields:
///   (sysname, nodename, release, version, machine)
#[pyfunction(signature = ())]
pub(super) fn uname(cx: &Ctx) -> PyResult<Value> {
    let name = cx.host().uname().map_err(|error| cx.os_error(error))?;
    let fields = [
        &name.sysname,
        &name.nodename,
        &name.release,
        &name.version,
        &name.machine,
    ];
    let values = fields.iter().map(|field| cx.fs_decode(field));
    cx.new_struct_sequence::<UnameResult>(values.collect::<PyResult<_>>()?)
}

/// Return a collection containing process timing information.
///
/// The object returned behaves like a named tuple with these fields:
///   (utime, stime, cutime, cstime, elapsed_time)
/// All fields are floating-point numbers.
#[pyfunction(signature = ())]
pub(super) fn times(cx: &Ctx) -> PyResult<Value> {
    let times = cx.host().times().map_err(|error| cx.os_error(error))?;
    times_result(cx, &times)
}

/// Return the number of logical CPUs in the system.
///
/// Return None if indeterminable.
#[pyfunction(signature = ())]
pub(super) fn cpu_count(cx: &Ctx) -> PyResult<Option<usize>> {
    if let Some(count) = cx.isolate().config().cpu_count {
        return Ok(Some(count));
    }
    cx.host().cpu_count().map_err(|error| cx.os_error(error))
}

/// Return average recent system load information.
///
/// Return the number of processes in the system run queue averaged over
/// the last 1, 5, and 15 minutes as a tuple of three floats.
/// Raises OSError if the load average was unobtainable.
#[pyfunction(signature = ())]
pub(super) fn getloadavg(cx: &Ctx) -> PyResult<(f64, f64, f64)> {
    match cx.host().getloadavg() {
        Ok([one, five, fifteen]) => Ok((one, five, fifteen)),
        Err(_) => Err(cx.error(&cx.types().os_error, "Load averages are unobtainable")),
    }
}

/// The number of a configuration name.
fn name_number(cx: &Ctx, name: &Value, table: &[(&str, i32)]) -> PyResult<i32> {
    if let Some(name) = name.downcast_ref::<Str>() {
        return table
            .iter()
            .find(|(known, _)| name.as_wtf8() == *known)
            .map(|(_, number)| *number)
            .ok_or_else(|| cx.value_error("unrecognized configuration name"));
    }
    if cx.class_of(name).slots.index.get().is_none() {
        return Err(cx.type_error("configuration names must be strings or integers"));
    }
    i32::try_from(&cx.to_bigint(name)?)
        .map_err(|_| cx.overflow_error("Python int too large to convert to C int"))
}

/// Return an integer-valued system configuration variable.
#[pyfunction(signature = (name, /))]
pub(super) fn sysconf(cx: &Ctx, name: &Value) -> PyResult<i64> {
    let number = name_number(cx, name, SYSCONF)?;
    cx.host()
        .sysconf(number)
        .map_err(|error| cx.os_error(error))
}

/// Return a string-valued system configuration variable.
#[pyfunction(signature = (name, /))]
pub(super) fn confstr(cx: &Ctx, name: &Value) -> PyResult<Value> {
    let number = name_number(cx, name, CONFSTR)?;
    let text = cx
        .host()
        .confstr(number)
        .map_err(|error| cx.os_error(error))?;
    text.map_or(Ok(Value::NONE), |text| cx.fs_decode(&text))
}

/// Return the configuration limit name for the file descriptor fd.
///
/// If there is no limit, return -1.
#[pyfunction(signature = (fd, name, /))]
pub(super) fn fpathconf(cx: &Ctx, fd: crate::path::Fildes, name: &Value) -> PyResult<i64> {
    let number = name_number(cx, name, PATHCONF)?;
    let limit = cx
        .host()
        .pathconf(Target::Fd(fd.0), number)
        .map_err(|error| cx.os_error(error))?;
    Ok(limit.unwrap_or(-1))
}

/// Return the configuration limit name for the file or directory path.
///
/// If there is no limit, return -1.
/// On some platforms, path may also be specified as an open file descriptor.
///   If this functionality is unavailable, using it raises an exception.
#[pyfunction(signature = (path, name))]
pub(super) fn pathconf(cx: &Ctx, path: &Value, name: &Value) -> PyResult<i64> {
    let path = PathOrFd::of(cx, path, "pathconf", "path")?;
    let number = name_number(cx, name, PATHCONF)?;
    let limit = cx
        .host()
        .pathconf(target(&path, true), number)
        .map_err(|error| path.error(cx, error))?;
    Ok(limit.unwrap_or(-1))
}

/// Translate an error code to a message string.
#[pyfunction(signature = (code, /))]
pub(super) fn strerror(code: i32) -> String {
    OsError::new(code).message().into_owned()
}

/// Return the size of the terminal window as (columns, lines).
///
/// The optional argument fd (default standard output) specifies
/// which file descriptor should be queried.
///
/// If the file descriptor is not connected to a terminal, an OSError
/// is thrown.
///
/// This function will only be defined if an implementation is
/// available for this system.
///
/// shutil.get_terminal_size is the high-level function which should
/// normally be used, os.get_terminal_size is the low-level implementation.
#[pyfunction(signature = (fd = 1, /), text_signature = "($module, fd=<unrepresentable>, /)")]
pub(super) fn get_terminal_size(cx: &Ctx, fd: i32) -> PyResult<Value> {
    let (columns, lines) = cx
        .host()
        .terminal_size(fd)
        .map_err(|error| cx.os_error(error))?;
    cx.new_struct_sequence::<TerminalSize>(vec![
        Value::int32(i32::from(columns)),
        Value::int32(i32::from(lines)),
    ])
}

/// Extracts a device major number from a raw device number.
#[pyfunction(signature = (device, /))]
pub(super) fn major(device: u64) -> u32 {
    libc::major(device)
}

/// Extracts a device minor number from a raw device number.
#[pyfunction(signature = (device, /))]
pub(super) fn minor(device: u64) -> u32 {
    libc::minor(device)
}

/// Composes a raw device number from the major and minor device numbers.
#[pyfunction(signature = (major, minor, /))]
pub(super) fn makedev(cx: &Ctx, major: &Value, minor: &Value) -> PyResult<Value> {
    let number = |value: &Value| {
        let number = cx.to_bigint(value)?;
        // NODEV
        if number == num_bigint::BigInt::from(-1) {
            return Ok(u32::MAX);
        }
        u32::try_from(&number).map_err(|_| cx.overflow_error("int too big to convert"))
    };
    Ok(match libc::makedev(number(major)?, number(minor)?) {
        u64::MAX => cx.new_int(-1),
        device => cx.new_bigint(device.into()),
    })
}
