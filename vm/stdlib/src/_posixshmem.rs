//! `_posixshmem`: shared memory by name.
//!
//! CPython 3.14: `Modules/_posixshmem.c`. Tests: `tests/run/_posixshmem/`.

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::Str;
use taipan_vm::value::Py;

use crate::path::plain_text;

/// Open a shared memory object.  Returns a file descriptor (integer).
#[pyfunction(signature = (path, flags, mode = 0o777), text_signature = "($module, /, path, flags, mode=511)")]
fn shm_open(cx: &Ctx, path: &Py<Str>, flags: i32, mode: i32) -> PyResult<i32> {
    let name = plain_text(cx, path)?;
    cx.retry(|host| host.shm_open(&name, flags, mode as u32))?
        .map_err(|error| cx.os_error_with_path(error, path.as_value()))
}

/// Remove a shared memory object (similar to unlink()).
///
/// Remove a shared memory object name, and, once all processes have
/// unmapped the object, de-allocates and destroys the contents of the
/// associated memory region.
#[pyfunction]
fn shm_unlink(cx: &Ctx, path: &Py<Str>) -> PyResult<()> {
    let name = plain_text(cx, path)?;
    cx.retry(|host| host.shm_unlink(&name))?
        .map_err(|error| cx.os_error_with_path(error, path.as_value()))
}

/// POSIX shared memory module
#[pymodule]
pub(crate) fn _posixshmem(_cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    m.function(&shm_open::DEF)?;
    m.function(&shm_unlink::DEF)
}
