//! Names and metadata of files.
//!
//! CPython 3.14: `Modules/posixmodule.c`. Tests: `tests/run/posix/`.

use taipan_host::files::{Identity, Remove, Target, TimeChange};
use taipan_host::{OsResult, Symlinks, Timespec};
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::Tuple;
use taipan_vm::value::Value;

use super::ids::{Gid, Uid};
use super::results::{stat_result, statvfs_result};
use crate::path::{DirFd, Fildes, OsPath, PathOrFd};
use crate::seconds::{Round, timespec};

pub(super) const fn symlinks(follow: bool) -> Symlinks {
    if follow {
        Symlinks::Follow
    } else {
        Symlinks::NoFollow
    }
}

/// A failure at `path`, once signals were looked after.
fn at_path<R>(cx: &Ctx, path: &OsPath, result: OsResult<R>) -> PyResult<R> {
    result.map_err(|error| path.error(cx, error))
}

/// Perform a stat system call on the given path.
///
///   path
///     Path to be examined; can be string, bytes, a path-like object or
///     open-file-descriptor int.
///   dir_fd
///     If not None, it should be a file descriptor open to a directory,
///     and path should be a relative string; path will then be relative to
///     that directory.
///   follow_symlinks
///     If False, and the last element of the path is a symbolic link,
///     stat will examine the symbolic link itself instead of the file
///     the link points to.
#[pyfunction(signature = (path, *, dir_fd = None, follow_symlinks = true))]
pub(super) fn stat(
    cx: &Ctx,
    path: &Value,
    dir_fd: Option<DirFd>,
    follow_symlinks: bool,
) -> PyResult<Value> {
    stat_of(cx, "stat", path, dir_fd, follow_symlinks)
}

/// Perform a stat system call on the given path, without following symbolic links.
///
/// Like stat(), but do not follow symbolic links.
/// Equivalent to stat(path, follow_symlinks=False).
#[pyfunction(signature = (path, *, dir_fd = None))]
pub(super) fn lstat(cx: &Ctx, path: &Value, dir_fd: Option<DirFd>) -> PyResult<Value> {
    let path = OsPath::of(cx, path, "lstat", "path")?;
    let at = DirFd::host(dir_fd);
    let found = cx.blocking(|host| host.stat(at, &path.bytes, Symlinks::NoFollow));
    stat_result(cx, &at_path(cx, &path, found)?)
}

fn stat_of(
    cx: &Ctx,
    function: &str,
    path: &Value,
    dir_fd: Option<DirFd>,
    follow_symlinks: bool,
) -> PyResult<Value> {
    let path = PathOrFd::of(cx, path, function, "path")?;
    path.check_alone(cx, function, dir_fd, follow_symlinks)?;
    let at = DirFd::host(dir_fd);
    let found = cx.blocking(|host| match &path {
        PathOrFd::Path(path) => host.stat(at, &path.bytes, symlinks(follow_symlinks)),
        PathOrFd::Fd(fd) => host.fstat(*fd),
    });
    let found = found.map_err(|error| path.error(cx, error))?;
    stat_result(cx, &found)
}

/// Perform a stat system call on the given file descriptor.
///
/// Like stat(), but for an open file descriptor.
/// Equivalent to os.stat(fd).
#[pyfunction(signature = (fd))]
pub(super) fn fstat(cx: &Ctx, fd: i32) -> PyResult<Value> {
    let found = cx.retry_os(|host| host.fstat(fd))?;
    stat_result(cx, &found)
}

/// Perform a statvfs system call on the given path.
///
/// path may always be specified as a string.
/// On some platforms, path may also be specified as an open file descriptor.
///   If this functionality is unavailable, using it raises an exception.
#[pyfunction(signature = (path))]
pub(super) fn statvfs(cx: &Ctx, path: &Value) -> PyResult<Value> {
    let path = PathOrFd::of(cx, path, "statvfs", "path")?;
    let facts = cx.blocking(|host| host.statvfs(target(&path, true)));
    let facts = facts.map_err(|error| path.error(cx, error))?;
    statvfs_result(cx, &facts)
}

/// Perform an fstatvfs system call on the given fd.
///
/// Equivalent to statvfs(fd).
#[pyfunction(signature = (fd, /))]
pub(super) fn fstatvfs(cx: &Ctx, fd: i32) -> PyResult<Value> {
    let facts = cx.retry_os(|host| host.statvfs(Target::Fd(fd)))?;
    statvfs_result(cx, &facts)
}

/// What a call that takes either works on.
pub(super) fn target(path: &PathOrFd, follow: bool) -> Target<'_> {
    match path {
        PathOrFd::Path(path) => Target::Path(&path.bytes, symlinks(follow)),
        PathOrFd::Fd(fd) => Target::Fd(*fd),
    }
}

/// Use the real uid/gid to test for access to a path.
///
/// {functions}
///
/// Note that most operations will use the effective uid/gid, therefore this
///   routine can be used in a suid/sgid environment to test if the invoking user
///   has the specified access to the path.
#[pyfunction(signature = (path, mode, *, dir_fd = None, effective_ids = false, follow_symlinks = true),
    text_signature = "($module, /, path, mode, *, dir_fd=None, effective_ids=False,\n       follow_symlinks=True)"
)]
pub(super) fn access(
    cx: &Ctx,
    path: &Value,
    mode: i32,
    dir_fd: Option<DirFd>,
    effective_ids: bool,
    follow_symlinks: bool,
) -> PyResult<bool> {
    let path = OsPath::of(cx, path, "access", "path")?;
    let identity = if effective_ids {
        Identity::Effective
    } else {
        Identity::Real
    };
    let at = DirFd::host(dir_fd);
    let allowed =
        cx.blocking(|host| host.access(at, &path.bytes, mode, identity, symlinks(follow_symlinks)));
    Ok(allowed.is_ok())
}

/// Create a directory.
///
/// If dir_fd is not None, it should be a file descriptor open to a directory,
///   and path should be relative; path will then be relative to that directory.
///
/// The mode argument is ignored on Windows. Where it is used, the current umask
/// value is first masked out.
#[pyfunction(signature = (path, mode = 511, *, dir_fd = None))]
pub(super) fn mkdir(cx: &Ctx, path: &Value, mode: i32, dir_fd: Option<DirFd>) -> PyResult<()> {
    let path = OsPath::of(cx, path, "mkdir", "path")?;
    let at = DirFd::host(dir_fd);
    let made = cx.blocking(|host| host.mkdir(at, &path.bytes, mode as u32));
    at_path(cx, &path, made)
}

fn remove_name(
    cx: &Ctx,
    function: &str,
    path: &Value,
    dir_fd: Option<DirFd>,
    what: Remove,
) -> PyResult<()> {
    let path = OsPath::of(cx, path, function, "path")?;
    let at = DirFd::host(dir_fd);
    let removed = cx.blocking(|host| host.unlink(at, &path.bytes, what));
    at_path(cx, &path, removed)
}

/// Remove a directory.
#[pyfunction(signature = (path, *, dir_fd = None))]
pub(super) fn rmdir(cx: &Ctx, path: &Value, dir_fd: Option<DirFd>) -> PyResult<()> {
    remove_name(cx, "rmdir", path, dir_fd, Remove::Directory)
}

/// Remove a file (same as remove()).
#[pyfunction(signature = (path, *, dir_fd = None))]
pub(super) fn unlink(cx: &Ctx, path: &Value, dir_fd: Option<DirFd>) -> PyResult<()> {
    remove_name(cx, "unlink", path, dir_fd, Remove::File)
}

/// Remove a file (same as unlink()).
#[pyfunction(signature = (path, *, dir_fd = None))]
pub(super) fn remove(cx: &Ctx, path: &Value, dir_fd: Option<DirFd>) -> PyResult<()> {
    remove_name(cx, "remove", path, dir_fd, Remove::File)
}

fn rename_as(
    cx: &Ctx,
    function: &str,
    (src, src_dir_fd): (&Value, Option<DirFd>),
    (dst, dst_dir_fd): (&Value, Option<DirFd>),
) -> PyResult<()> {
    let src = OsPath::of(cx, src, function, "src")?;
    let dst = OsPath::of(cx, dst, function, "dst")?;
    let (src_at, dst_at) = (DirFd::host(src_dir_fd), DirFd::host(dst_dir_fd));
    cx.blocking(|host| host.rename(src_at, &src.bytes, dst_at, &dst.bytes))
        .map_err(|error| src.error_with(cx, &dst, error))
}

/// Rename a file or directory.
#[pyfunction(signature = (src, dst, *, src_dir_fd = None, dst_dir_fd = None))]
pub(super) fn rename(
    cx: &Ctx,
    src: &Value,
    dst: &Value,
    src_dir_fd: Option<DirFd>,
    dst_dir_fd: Option<DirFd>,
) -> PyResult<()> {
    rename_as(cx, "rename", (src, src_dir_fd), (dst, dst_dir_fd))
}

/// Rename a file or directory, overwriting the destination.
#[pyfunction(signature = (src, dst, *, src_dir_fd = None, dst_dir_fd = None))]
pub(super) fn replace(
    cx: &Ctx,
    src: &Value,
    dst: &Value,
    src_dir_fd: Option<DirFd>,
    dst_dir_fd: Option<DirFd>,
) -> PyResult<()> {
    rename_as(cx, "replace", (src, src_dir_fd), (dst, dst_dir_fd))
}

/// Create a hard link to a file.
#[pyfunction(
    signature = (src, dst, *, src_dir_fd = None, dst_dir_fd = None, follow_symlinks = true),
    text_signature = "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None,\n     follow_symlinks=(os.name != 'nt'))"
)]
pub(super) fn link(
    cx: &Ctx,
    src: &Value,
    dst: &Value,
    src_dir_fd: Option<DirFd>,
    dst_dir_fd: Option<DirFd>,
    follow_symlinks: bool,
) -> PyResult<()> {
    let src = OsPath::of(cx, src, "link", "src")?;
    let dst = OsPath::of(cx, dst, "link", "dst")?;
    let (src_at, dst_at) = (DirFd::host(src_dir_fd), DirFd::host(dst_dir_fd));
    cx.blocking(|host| {
        host.link(
            src_at,
            &src.bytes,
            dst_at,
            &dst.bytes,
            symlinks(follow_symlinks),
        )
    })
    .map_err(|error| src.error_with(cx, &dst, error))
}

/// Create a symbolic link pointing to src named dst.
#[pyfunction(signature = (src, dst, target_is_directory = false, *, dir_fd = None))]
pub(super) fn symlink(
    cx: &Ctx,
    src: &Value,
    dst: &Value,
    target_is_directory: bool,
    dir_fd: Option<DirFd>,
) -> PyResult<()> {
    // Only Windows tells links to directories apart.
    let _ = target_is_directory;
    let src = OsPath::of(cx, src, "symlink", "src")?;
    let dst = OsPath::of(cx, dst, "symlink", "dst")?;
    let at = DirFd::host(dir_fd);
    cx.blocking(|host| host.symlink(&src.bytes, at, &dst.bytes))
        .map_err(|error| src.error_with(cx, &dst, error))
}

/// Return a string representing the path to which the symbolic link points.
#[pyfunction(signature = (path, *, dir_fd = None))]
pub(super) fn readlink(cx: &Ctx, path: &Value, dir_fd: Option<DirFd>) -> PyResult<Value> {
    let path = OsPath::of(cx, path, "readlink", "path")?;
    let at = DirFd::host(dir_fd);
    let text = cx.blocking(|host| host.read_link(at, &path.bytes));
    path.result(cx, &at_path(cx, &path, text)?)
}

/// Change the access permissions of a file.
///
///   path
///     Path to be modified.  May always be specified as a str, bytes, or a path-like object.
///     On some platforms, path may also be specified as an open file descriptor.
///     If this functionality is unavailable, using it raises an exception.
///   mode
///     Operating-system mode bitfield.
///     Be careful when using number literals for *mode*. The conventional UNIX notation for
///     numeric modes uses an octal base, which needs to be indicated with a ``0o`` prefix in
///     Python.
#[pyfunction(
    signature = (path, mode, *, dir_fd = None, follow_symlinks = true),
    text_signature = "($module, /, path, mode, *, dir_fd=None,\n      follow_symlinks=(os.name != 'nt'))"
)]
pub(super) fn chmod(
    cx: &Ctx,
    path: &Value,
    mode: i32,
    dir_fd: Option<DirFd>,
    follow_symlinks: bool,
) -> PyResult<()> {
    let path = PathOrFd::of(cx, path, "chmod", "path")?;
    path.check_alone(cx, "chmod", dir_fd, follow_symlinks)?;
    let (at, mode) = (DirFd::host(dir_fd), mode as u32);
    cx.blocking(|host| match &path {
        PathOrFd::Path(path) => host.chmod(at, &path.bytes, mode, symlinks(follow_symlinks)),
        PathOrFd::Fd(fd) => host.fchmod(*fd, mode),
    })
    .map_err(|error| path.error(cx, error))
}

/// Change the access permissions of the file given by file descriptor fd.
#[pyfunction(signature = (fd, mode))]
pub(super) fn fchmod(cx: &Ctx, fd: i32, mode: i32) -> PyResult<()> {
    cx.retry_os(|host| host.fchmod(fd, mode as u32))
}

/// Change the owner and group id of path to the numeric uid and gid.
#[pyfunction(signature = (path, uid, gid, *, dir_fd = None, follow_symlinks = true))]
pub(super) fn chown(
    cx: &Ctx,
    path: &Value,
    uid: Uid,
    gid: Gid,
    dir_fd: Option<DirFd>,
    follow_symlinks: bool,
) -> PyResult<()> {
    let path = PathOrFd::of(cx, path, "chown", "path")?;
    path.check_alone(cx, "chown", dir_fd, follow_symlinks)?;
    let at = DirFd::host(dir_fd);
    let (uid, gid) = (uid.given(), gid.given());
    cx.blocking(|host| match &path {
        PathOrFd::Path(path) => host.chown(at, &path.bytes, uid, gid, symlinks(follow_symlinks)),
        PathOrFd::Fd(fd) => host.fchown(*fd, uid, gid),
    })
    .map_err(|error| path.error(cx, error))
}

/// Change the owner and group id of the file specified by file descriptor.
#[pyfunction(signature = (fd, uid, gid))]
pub(super) fn fchown(cx: &Ctx, fd: i32, uid: Uid, gid: Gid) -> PyResult<()> {
    cx.retry_os(|host| host.fchown(fd, uid.given(), gid.given()))
}

/// Change the owner and group id of path to the numeric uid and gid.
///
/// This function will not follow symbolic links.
/// Equivalent to os.chown(path, uid, gid, follow_symlinks=False).
#[pyfunction(signature = (path, uid, gid))]
pub(super) fn lchown(cx: &Ctx, path: &Value, uid: Uid, gid: Gid) -> PyResult<()> {
    let path = OsPath::of(cx, path, "lchown", "path")?;
    let changed = cx.blocking(|host| {
        host.chown(
            taipan_host::AT_CWD,
            &path.bytes,
            uid.given(),
            gid.given(),
            Symlinks::NoFollow,
        )
    });
    at_path(cx, &path, changed)
}

/// The two items of a tuple.
fn pair(value: &Value) -> Option<(&Value, &Value)> {
    match value.downcast_ref::<Tuple>()?.as_slice() {
        [first, second] => Some((first, second)),
        _ => None,
    }
}

/// A point of time of nanoseconds, which may be any integer.
fn from_nanoseconds(cx: &Ctx, value: &Value) -> PyResult<Timespec> {
    let nanos = cx.to_bigint(&cx.index(value)?)?;
    let overflow = || cx.overflow_error("timestamp out of range for platform time_t");
    let nanos = i128::try_from(&nanos).map_err(|_| overflow())?;
    let seconds = nanos.div_euclid(1_000_000_000);
    i64::try_from(seconds).map_err(|_| overflow())?;
    Ok(Timespec::from_nanos(nanos))
}

/// Set the access and modified time of path.
///
/// path may always be specified as a string.
/// On some platforms, path may also be specified as an open file descriptor.
///   If this functionality is unavailable, using it raises an exception.
///
/// If times is not None, it must be a tuple (atime, mtime);
///     atime and mtime should be expressed as float seconds since the epoch.
/// If ns is specified, it must be a tuple (atime_ns, mtime_ns);
///     atime_ns and mtime_ns should be expressed as integer nanoseconds
///     since the epoch.
/// If times is None and ns is unspecified, utime uses the current time.
/// Specifying tuples for both times and ns is an error.
#[pyfunction(signature = (path, times = None, *, ns = Optional::Missing, dir_fd = None, follow_symlinks = true),
    text_signature = "($module, /, path, times=None, *, ns=<unrepresentable>,\n      dir_fd=None, follow_symlinks=True)"
)]
pub(super) fn utime(
    cx: &Ctx,
    path: &Value,
    times: Option<&Value>,
    ns: Optional<&Value>,
    dir_fd: Option<DirFd>,
    follow_symlinks: bool,
) -> PyResult<()> {
    let path = PathOrFd::of(cx, path, "utime", "path")?;
    let change = match (times, ns.given()) {
        (Some(_), Some(_)) => {
            return Err(
                cx.value_error("utime: you may specify either 'times' or 'ns' but not both")
            );
        }
        (Some(times), None) => {
            let Some((access, modified)) = pair(times) else {
                return Err(
                    cx.type_error("utime: 'times' must be either a tuple of two ints or None")
                );
            };
            let access = timespec(cx, access, Round::Floor)?;
            (access, timespec(cx, modified, Round::Floor)?).into()
        }
        (None, Some(ns)) => {
            let Some((access, modified)) = pair(ns) else {
                return Err(cx.type_error("utime: 'ns' must be a tuple of two ints"));
            };
            (
                from_nanoseconds(cx, access)?,
                from_nanoseconds(cx, modified)?,
            )
                .into()
        }
        (None, None) => Change(TimeChange::Now, TimeChange::Now),
    };
    let Change(access, modified) = change;
    path.check_alone(cx, "utime", dir_fd, follow_symlinks)?;
    let at = DirFd::host(dir_fd);
    cx.blocking(|host| match &path {
        PathOrFd::Path(path) => {
            host.utime(at, &path.bytes, access, modified, symlinks(follow_symlinks))
        }
        PathOrFd::Fd(fd) => host.futime(*fd, access, modified),
    })
    // CPython names no file here.
    .map_err(|error| path.error(cx, error))
}

/// The new times of access and modification.
struct Change(TimeChange, TimeChange);

impl From<(Timespec, Timespec)> for Change {
    fn from((access, modified): (Timespec, Timespec)) -> Self {
        Self(TimeChange::At(access), TimeChange::At(modified))
    }
}

/// Truncate a file, specified by path, to a specific length.
#[pyfunction(signature = (path, length))]
pub(super) fn truncate(cx: &Ctx, path: &Value, length: i64) -> PyResult<()> {
    let path = PathOrFd::of(cx, path, "truncate", "path")?;
    cx.blocking(|host| match &path {
        PathOrFd::Path(path) => host.truncate(&path.bytes, length),
        PathOrFd::Fd(fd) => host.ftruncate(*fd, length),
    })
    .map_err(|error| path.error(cx, error))
}

/// Create a "fifo" (a POSIX named pipe).
#[pyfunction(signature = (path, mode = 438, *, dir_fd = None))]
pub(super) fn mkfifo(cx: &Ctx, path: &Value, mode: i32, dir_fd: Option<DirFd>) -> PyResult<()> {
    let path = OsPath::of(cx, path, "mkfifo", "path")?;
    let at = DirFd::host(dir_fd);
    cx.retry_os(|host| host.mkfifo(at, &path.bytes, mode as u32))
}

/// Create a node in the file system.
#[pyfunction(signature = (path, mode = 384, device = 0, *, dir_fd = None))]
pub(super) fn mknod(
    cx: &Ctx,
    path: &Value,
    mode: i32,
    device: u64,
    dir_fd: Option<DirFd>,
) -> PyResult<()> {
    let path = OsPath::of(cx, path, "mknod", "path")?;
    let at = DirFd::host(dir_fd);
    cx.retry_os(|host| host.mknod(at, &path.bytes, mode as u32, device))
}

/// Change the current working directory to the specified path.
#[pyfunction(signature = (path))]
pub(super) fn chdir(cx: &Ctx, path: &Value) -> PyResult<()> {
    let path = PathOrFd::of(cx, path, "chdir", "path")?;
    cx.blocking(|host| match &path {
        PathOrFd::Path(path) => host.chdir(&path.bytes),
        PathOrFd::Fd(fd) => host.fchdir(*fd),
    })
    .map_err(|error| path.error(cx, error))
}

/// Change to the directory of the given file descriptor.
#[pyfunction(signature = (fd))]
pub(super) fn fchdir(cx: &Ctx, fd: Fildes) -> PyResult<()> {
    cx.retry_os(|host| host.fchdir(fd.0))
}

/// Change root directory to path.
#[pyfunction(signature = (path))]
pub(super) fn chroot(cx: &Ctx, path: &Value) -> PyResult<()> {
    let path = OsPath::of(cx, path, "chroot", "path")?;
    let changed = cx.blocking(|host| host.chroot(&path.bytes));
    at_path(cx, &path, changed)
}

/// Return a unicode string representing the current working directory.
#[pyfunction(signature = ())]
pub(super) fn getcwd(cx: &Ctx) -> PyResult<Value> {
    let directory = cx.retry_os(|host| host.getcwd())?;
    cx.fs_decode(&directory)
}

/// Return a bytes string representing the current working directory.
#[pyfunction(signature = ())]
pub(super) fn getcwdb(cx: &Ctx) -> PyResult<Value> {
    let directory = cx.retry_os(|host| host.getcwd())?;
    cx.new_bytes(&directory)
}

/// Set the current numeric umask and return the previous umask.
#[pyfunction(signature = (mask, /))]
pub(super) fn umask(cx: &Ctx, mask: i32) -> PyResult<u32> {
    cx.retry_os(|host| host.umask(mask as u32))
}

/// Force write of everything to disk.
#[pyfunction(signature = ())]
pub(super) fn sync(cx: &Ctx) -> PyResult<()> {
    cx.retry_os(|host| host.sync())
}
