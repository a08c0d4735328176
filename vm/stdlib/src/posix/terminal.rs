//! Terminals.
//!
//! CPython 3.14: `Modules/posixmodule.c`.

use taipan_host::Fd;
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::value::Value;

use crate::path::Fildes;

/// Return True if the fd is connected to a terminal.
///
/// Return True if the file descriptor is an open file descriptor
/// connected to the slave end of a terminal.
#[pyfunction(signature = (fd, /))]
pub(super) fn isatty(cx: &Ctx, fd: i32) -> bool {
    cx.host().isatty(fd).unwrap_or(false)
}

/// Return the name of the terminal device connected to 'fd'.
///
///   fd
///     Integer file descriptor handle.
#[pyfunction(signature = (fd, /))]
pub(super) fn ttyname(cx: &Ctx, fd: i32) -> PyResult<Value> {
    let name = cx.host().ttyname(fd).map_err(|error| cx.os_error(error))?;
    cx.fs_decode(&name)
}

/// Return the name of the controlling terminal for this process.
#[pyfunction(signature = ())]
pub(super) fn ctermid(cx: &Ctx) -> PyResult<Value> {
    let name = cx.host().ctermid().map_err(|error| cx.os_error(error))?;
    cx.fs_decode(&name)
}

/// Return a string describing the encoding of a terminal's file descriptor.
///
/// The file descriptor must be attached to a terminal.
/// If the device is not a terminal, return None.
#[pyfunction(signature = (fd))]
pub(super) fn device_encoding(cx: &Ctx, fd: i32) -> Option<&'static str> {
    cx.host().isatty(fd).unwrap_or(false).then_some("utf-8")
}

/// Open a pseudo-terminal.
///
/// Return a tuple of (master_fd, slave_fd) containing open file descriptors
/// for both the master and slave ends.
#[pyfunction(signature = ())]
pub(super) fn openpty(cx: &Ctx) -> PyResult<(Fd, Fd)> {
    cx.host().openpty().map_err(|error| cx.os_error(error))
}

/// Open and return a file descriptor for a master pseudo-terminal device.
///
/// Performs a posix_openpt() C function call. The oflag argument is used to
/// set file status flags and file access modes as specified in the manual page
/// of posix_openpt() of your system.
#[pyfunction(signature = (oflag, /))]
pub(super) fn posix_openpt(cx: &Ctx, oflag: i32) -> PyResult<Fd> {
    cx.host()
        .posix_openpt(oflag)
        .map_err(|error| cx.os_error(error))
}

/// Grant access to the slave pseudo-terminal device.
///
///   fd
///     File descriptor of a master pseudo-terminal device.
///
/// Performs a grantpt() C function call.
#[pyfunction(signature = (fd, /))]
pub(super) fn grantpt(cx: &Ctx, fd: Fildes) -> PyResult<()> {
    cx.host().grantpt(fd.0).map_err(|error| cx.os_error(error))
}

/// Unlock a pseudo-terminal master/slave pair.
///
///   fd
///     File descriptor of a master pseudo-terminal device.
///
/// Performs an unlockpt() C function call.
#[pyfunction(signature = (fd, /))]
pub(super) fn unlockpt(cx: &Ctx, fd: Fildes) -> PyResult<()> {
    cx.host().unlockpt(fd.0).map_err(|error| cx.os_error(error))
}

/// Return the name of the slave pseudo-terminal device.
///
///   fd
///     File descriptor of a master pseudo-terminal device.
///
/// If the ptsname_r() C function is available, it is called;
/// otherwise, performs a ptsname() C function call.
#[pyfunction(signature = (fd, /))]
pub(super) fn ptsname(cx: &Ctx, fd: Fildes) -> PyResult<Value> {
    let name = cx
        .host()
        .ptsname(fd.0)
        .map_err(|error| cx.os_error(error))?;
    cx.fs_decode(&name)
}

/// Prepare the tty of which fd is a file descriptor for a new login session.
///
/// Make the calling process a session leader; make the tty the
/// controlling tty, the stdin, the stdout, and the stderr of the
/// calling process; close fd.
#[pyfunction(signature = (fd, /))]
pub(super) fn login_tty(cx: &Ctx, fd: Fildes) -> PyResult<()> {
    cx.host()
        .login_tty(fd.0)
        .map_err(|error| cx.os_error(error))
}

/// Return the process group associated with the terminal specified by fd.
#[pyfunction(signature = (fd, /))]
pub(super) fn tcgetpgrp(cx: &Ctx, fd: i32) -> PyResult<i32> {
    cx.host().tcgetpgrp(fd).map_err(|error| cx.os_error(error))
}

/// Set the process group associated with the terminal specified by fd.
#[pyfunction(signature = (fd, pgid, /))]
pub(super) fn tcsetpgrp(cx: &Ctx, fd: i32, pgid: i32) -> PyResult<()> {
    cx.host()
        .tcsetpgrp(fd, pgid)
        .map_err(|error| cx.os_error(error))
}
