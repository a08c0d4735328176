//! Extended attributes of files.
//!
//! CPython 3.14: `Modules/posixmodule.c`.

use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::value::Value;

use super::files::target;
use crate::bytes_arg::Data;
use crate::path::{OsPath, PathOrFd};

/// Return the value of extended attribute attribute on path.
///
/// path may be either a string, a path-like object, or an open file descriptor.
/// If follow_symlinks is False, and the last element of the path is a symbolic
///   link, getxattr will examine the symbolic link itself instead of the file
///   the link points to.
#[pyfunction(signature = (path, attribute, *, follow_symlinks = true))]
pub(super) fn getxattr(
    cx: &Ctx,
    path: &Value,
    attribute: &Value,
    follow_symlinks: bool,
) -> PyResult<Value> {
    let path = PathOrFd::of(cx, path, "getxattr", "path")?;
    let attribute = OsPath::of(cx, attribute, "getxattr", "attribute")?;
    path.check_alone(cx, "getxattr", None, follow_symlinks)?;
    let value = cx
        .blocking(|host| host.get_xattr(target(&path, follow_symlinks), &attribute.bytes))
        .map_err(|error| path.error(cx, error))?;
    cx.new_bytes(&value)
}

/// Set extended attribute attribute on path to value.
///
/// path may be either a string, a path-like object,  or an open file descriptor.
/// If follow_symlinks is False, and the last element of the path is a symbolic
///   link, setxattr will modify the symbolic link itself instead of the file
///   the link points to.
#[pyfunction(signature = (path, attribute, value, flags = 0, *, follow_symlinks = true),
    text_signature = "($module, /, path, attribute, value, flags=0, *,\n         follow_symlinks=True)"
)]
pub(super) fn setxattr(
    cx: &Ctx,
    path: &Value,
    attribute: &Value,
    value: Data<'_>,
    flags: i32,
    follow_symlinks: bool,
) -> PyResult<()> {
    let path = PathOrFd::of(cx, path, "setxattr", "path")?;
    let attribute = OsPath::of(cx, attribute, "setxattr", "attribute")?;
    path.check_alone(cx, "setxattr", None, follow_symlinks)?;
    cx.blocking(|host| {
        host.set_xattr(
            target(&path, follow_symlinks),
            &attribute.bytes,
            &value,
            flags,
        )
    })
    .map_err(|error| path.error(cx, error))
}

/// Remove extended attribute attribute on path.
///
/// path may be either a string, a path-like object, or an open file descriptor.
/// If follow_symlinks is False, and the last element of the path is a symbolic
///   link, removexattr will modify the symbolic link itself instead of the file
///   the link points to.
#[pyfunction(signature = (path, attribute, *, follow_symlinks = true))]
pub(super) fn removexattr(
    cx: &Ctx,
    path: &Value,
    attribute: &Value,
    follow_symlinks: bool,
) -> PyResult<()> {
    let path = PathOrFd::of(cx, path, "removexattr", "path")?;
    let attribute = OsPath::of(cx, attribute, "removexattr", "attribute")?;
    path.check_alone(cx, "removexattr", None, follow_symlinks)?;
    cx.blocking(|host| host.remove_xattr(target(&path, follow_symlinks), &attribute.bytes))
        .map_err(|error| path.error(cx, error))
}

/// Return a list of extended attributes on path.
///
/// path may be either None, a string, a path-like object, or an open file descriptor.
/// if path is None, listxattr will examine the current directory.
/// If follow_symlinks is False, and the last element of the path is a symbolic
///   link, listxattr will examine the symbolic link itself instead of the file
///   the link points to.
#[pyfunction(signature = (path = None, *, follow_symlinks = true))]
pub(super) fn listxattr(cx: &Ctx, path: Option<&Value>, follow_symlinks: bool) -> PyResult<Value> {
    let path = PathOrFd::or_current(cx, path.unwrap_or(&Value::NONE), "listxattr", "path")?;
    path.check_alone(cx, "listxattr", None, follow_symlinks)?;
    let names = cx
        .blocking(|host| host.list_xattr(target(&path, follow_symlinks)))
        .map_err(|error| path.error(cx, error))?;
    let names = names.iter().map(|name| cx.fs_decode(name));
    Ok(cx.new_list(names.collect::<PyResult<_>>()?).into_value())
}
