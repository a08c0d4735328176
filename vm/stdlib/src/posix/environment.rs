//! The environment, and random bytes.
//!
//! CPython 3.14: `Modules/posixmodule.c`.

use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::value::Value;

use crate::path::FsBytes;

/// The environment as a dict of `bytes`. The first of several variables with one name counts, as in CPython.
pub(super) fn environment(cx: &Ctx) -> PyResult<Value> {
    let dict = cx.new_dict();
    for (name, value) in cx.host().environ().map_err(|error| cx.os_error(error))? {
        let value = cx.new_bytes(&value)?;
        dict.get_or_insert(cx, &cx.new_bytes(&name)?, value)?;
    }
    Ok(dict.into_value())
}

/// Create the environment dictionary.
#[pyfunction(signature = ())]
pub(super) fn _create_environ(cx: &Ctx) -> PyResult<Value> {
    environment(cx)
}

/// Change or add an environment variable.
#[pyfunction(signature = (name, value, /))]
pub(super) fn putenv(cx: &Ctx, name: FsBytes, value: FsBytes) -> PyResult<()> {
    if name.0.contains(&b'=') {
        return Err(cx.value_error("illegal environment variable name"));
    }
    cx.host()
        .putenv(&name.0, &value.0)
        .map_err(|error| cx.os_error(error))
}

/// Delete an environment variable.
#[pyfunction(signature = (name, /))]
pub(super) fn unsetenv(cx: &Ctx, name: FsBytes) -> PyResult<()> {
    cx.host()
        .unsetenv(&name.0)
        .map_err(|error| cx.os_error(error))
}

/// Return a bytes object containing random bytes suitable for cryptographic use.
#[pyfunction(signature = (size, /))]
pub(super) fn urandom(cx: &Ctx, size: isize) -> PyResult<Value> {
    let Ok(size) = usize::try_from(size) else {
        return Err(cx.value_error("negative argument not allowed"));
    };
    let mut bytes = vec![0; size];
    cx.retry_os(|host| host.urandom(&mut bytes))?;
    cx.new_bytes(&bytes)
}

/// Obtain a series of random bytes.
#[pyfunction(signature = (size, flags = 0))]
pub(super) fn getrandom(cx: &Ctx, size: isize, flags: i32) -> PyResult<Value> {
    let Ok(size) = usize::try_from(size) else {
        return Err(cx.os_error(taipan_host::OsError::new(libc::EINVAL)));
    };
    let mut bytes = vec![0; size];
    let count = cx.retry_os(|host| host.getrandom(&mut bytes, flags as u32))?;
    cx.new_bytes(&bytes[..count])
}
