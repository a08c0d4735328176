//! Calls on open descriptors.
//!
//! CPython 3.14: `Modules/posixmodule.c`. Calls that signals interrupt are made again (PEP 475).

use taipan_host::descriptors::{Blocking, Inherit};
use taipan_host::{Fd, OpenFlags};
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::value::Value;

use crate::bytes_arg::{Data, Room};
use crate::path::{DirFd, Fildes, OsPath};

/// The most that one read or write asks for (`_PY_READ_MAX`).
const MOST: usize = isize::MAX as usize;

/// Open a file for low level IO.  Returns a file descriptor (integer).
///
/// If dir_fd is not None, it should be a file descriptor open to a directory,
///   and path should be relative; path will then be relative to that directory.
/// dir_fd may not be implemented on your platform.
///   If it is unavailable, using it will raise a NotImplementedError.
#[pyfunction(signature = (path, flags, mode = 511, *, dir_fd = None))]
pub(super) fn open(
    cx: &Ctx,
    path: &Value,
    flags: i32,
    mode: i32,
    dir_fd: Option<DirFd>,
) -> PyResult<Fd> {
    let path = OsPath::of(cx, path, "open", "path")?;
    let at = DirFd::host(dir_fd);
    cx.retry(|host| host.open(at, &path.bytes, OpenFlags(flags), mode as u32))?
        .map_err(|error| path.error(cx, error))
}

/// Close a file descriptor.
#[pyfunction(signature = (fd))]
pub(super) fn close(cx: &Ctx, fd: i32) -> PyResult<()> {
    cx.blocking(|host| host.close(fd))
        .map_err(|error| cx.os_error(error))
}

/// Closes all file descriptors in [fd_low, fd_high), ignoring errors.
#[pyfunction(signature = (fd_low, fd_high, /))]
pub(super) fn closerange(cx: &Ctx, fd_low: i32, fd_high: i32) -> PyResult<()> {
    cx.blocking(|host| host.close_range(fd_low, fd_high))
        .map_err(|error| cx.os_error(error))
}

/// Return a duplicate of a file descriptor.
#[pyfunction(signature = (fd, /))]
pub(super) fn dup(cx: &Ctx, fd: i32) -> PyResult<Fd> {
    cx.blocking(|host| host.dup(fd))
        .map_err(|error| cx.os_error(error))
}

/// Duplicate file descriptor.
#[pyfunction(signature = (fd, fd2, inheritable = true))]
pub(super) fn dup2(cx: &Ctx, fd: i32, fd2: i32, inheritable: bool) -> PyResult<Fd> {
    cx.blocking(|host| host.dup2(fd, fd2, inherit(inheritable)))
        .map_err(|error| cx.os_error(error))
}

const fn inherit(inheritable: bool) -> Inherit {
    if inheritable {
        Inherit::Yes
    } else {
        Inherit::No
    }
}

/// Apply, test or remove a POSIX lock on an open file descriptor.
///
///   fd
///     An open file descriptor.
///   command
///     One of F_LOCK, F_TLOCK, F_ULOCK or F_TEST.
///   length
///     The number of bytes to lock, starting at the current position.
#[pyfunction(signature = (fd, command, length, /))]
pub(super) fn lockf(cx: &Ctx, fd: i32, command: i32, length: i64) -> PyResult<()> {
    cx.retry_os(|host| host.lockf(fd, command, length))
}

/// Set the position of a file descriptor.  Return the new position.
///
///   fd
///     An open file descriptor, as returned by os.open().
///   position
///     Position, interpreted relative to 'whence'.
///   whence
///     The relative position to seek from. Valid values are:
///     - SEEK_SET: seek from the start of the file.
///     - SEEK_CUR: seek from the current file position.
///     - SEEK_END: seek from the end of the file.
///
/// The return value is the number of bytes relative to the beginning of the file.
#[pyfunction(signature = (fd, position, whence, /))]
pub(super) fn lseek(cx: &Ctx, fd: i32, position: i64, whence: i32) -> PyResult<i64> {
    cx.blocking(|host| host.lseek(fd, position, whence))
        .map_err(|error| cx.os_error(error))
}

/// A buffer of `length` bytes to read into; reading needs no cleared memory, but Rust does.
fn room(cx: &Ctx, length: isize) -> PyResult<Vec<u8>> {
    let Ok(length) = usize::try_from(length) else {
        return Err(cx.os_error(taipan_host::OsError::new(libc::EINVAL)));
    };
    let mut buffer = Vec::new();
    buffer
        .try_reserve_exact(length.min(MOST))
        .map_err(|_| cx.memory_error())?;
    buffer.resize(length.min(MOST), 0);
    Ok(buffer)
}

/// Read from a file descriptor.  Returns a bytes object.
#[pyfunction(signature = (fd, length, /))]
pub(super) fn read(cx: &Ctx, fd: i32, length: isize) -> PyResult<Value> {
    let mut buffer = room(cx, length)?;
    let count = cx.retry_os(|host| host.read(fd, &mut buffer))?;
    cx.new_bytes(&buffer[..count])
}

/// Read into a buffer object from a file descriptor.
///
/// The buffer should be mutable and bytes-like. On success, returns the number of
/// bytes read. Less bytes may be read than the size of the buffer. The underlying
/// system call will be retried when interrupted by a signal, unless the signal
/// handler raises an exception. Other errors will not be retried and an error will
/// be raised.
///
/// Returns 0 if *fd* is at end of file or if the provided *buffer* has length 0
/// (which can be used to check for errors without reading data). Never returns
/// negative.
#[pyfunction(signature = (fd, buffer, /))]
pub(super) fn readinto(cx: &Ctx, fd: i32, buffer: Room) -> PyResult<usize> {
    let mut data = vec![0; buffer.length()];
    let count = cx.retry_os(|host| host.read(fd, &mut data))?;
    buffer.put(0, &data[..count]);
    Ok(count)
}

/// The buffers of a sequence.
fn rooms(cx: &Ctx, value: &Value, function: &str) -> PyResult<Vec<Room>> {
    sequence(cx, value, function)?
        .iter()
        .map(|item| Room::of(cx, item, "a read-write bytes-like object"))
        .collect()
}

fn sequence(cx: &Ctx, value: &Value, function: &str) -> PyResult<Vec<Value>> {
    if !cx.is_sequence(value) {
        return Err(cx.type_error(format!("{function}() arg 2 must be a sequence")));
    }
    cx.collect(value)
}

/// Spreads what was read over the rooms it was read for.
fn spread(rooms: &[Room], mut data: &[u8]) {
    for room in rooms {
        let count = room.length().min(data.len());
        room.put(0, &data[..count]);
        data = &data[count..];
    }
}

/// Read from a file descriptor fd into an iterable of buffers.
///
/// The buffers should be mutable buffers accepting bytes.
/// readv will transfer data into each buffer until it is full
/// and then move on to the next buffer in the sequence to hold
/// the rest of the data.
///
/// readv returns the total number of bytes read,
/// which may be less than the total capacity of all the buffers.
#[pyfunction(signature = (fd, buffers, /))]
pub(super) fn readv(cx: &Ctx, fd: i32, buffers: &Value) -> PyResult<usize> {
    let rooms = rooms(cx, buffers, "readv")?;
    let mut data = vec![0; rooms.iter().map(Room::length).sum()];
    let count = cx.retry_os(|host| host.readv(fd, &mut [&mut data]))?;
    spread(&rooms, &data[..count]);
    Ok(count)
}

/// Read a number of bytes from a file descriptor starting at a particular offset.
///
/// Read length bytes from file descriptor fd, starting at offset bytes from
/// the beginning of the file.  The file offset remains unchanged.
#[pyfunction(signature = (fd, length, offset, /))]
pub(super) fn pread(cx: &Ctx, fd: i32, length: isize, offset: i64) -> PyResult<Value> {
    let mut buffer = room(cx, length)?;
    let count = cx.retry_os(|host| host.pread(fd, &mut buffer, offset))?;
    cx.new_bytes(&buffer[..count])
}

/// Reads from a file descriptor into a number of mutable bytes-like objects.
///
/// Combines the functionality of readv() and pread(). As readv(), it will
/// transfer data into each buffer until it is full and then move on to the next
/// buffer in the sequence to hold the rest of the data. Its fourth argument,
/// specifies the file offset at which the input operation is to be performed. It
/// will return the total number of bytes read (which can be less than the total
/// capacity of all the objects).
#[pyfunction(signature = (fd, buffers, offset, flags = 0, /))]
pub(super) fn preadv(
    cx: &Ctx,
    fd: i32,
    buffers: &Value,
    offset: i64,
    flags: i32,
) -> PyResult<usize> {
    let rooms = rooms(cx, buffers, "preadv")?;
    let mut data = vec![0; rooms.iter().map(Room::length).sum()];
    let count = cx.retry_os(|host| host.preadv(fd, &mut [&mut data], offset, flags))?;
    spread(&rooms, &data[..count]);
    Ok(count)
}

/// Write a bytes object to a file descriptor.
#[pyfunction(signature = (fd, data, /))]
pub(super) fn write(cx: &Ctx, fd: i32, data: Data<'_>) -> PyResult<usize> {
    cx.retry_os(|host| host.write(fd, &data))
}

/// Iterate over buffers, and write the contents of each to a file descriptor.
///
/// Returns the total number of bytes written.
/// buffers must be a sequence of bytes-like objects.
#[pyfunction(signature = (fd, buffers, /))]
pub(super) fn writev(cx: &Ctx, fd: i32, buffers: &Value) -> PyResult<usize> {
    let items = sequence(cx, buffers, "writev")?;
    let data: Vec<Data<'_>> = items
        .iter()
        .map(|item| Data::of(cx, item))
        .collect::<PyResult<_>>()?;
    let slices: Vec<&[u8]> = data.iter().map(|data| &**data).collect();
    cx.retry_os(|host| host.writev(fd, &slices))
}

/// Write bytes to a file descriptor starting at a particular offset.
///
/// Write buffer to fd, starting at offset bytes from the beginning of
/// the file.  Returns the number of bytes written.  Does not change the
/// current file offset.
#[pyfunction(signature = (fd, buffer, offset, /))]
pub(super) fn pwrite(cx: &Ctx, fd: i32, buffer: Data<'_>, offset: i64) -> PyResult<usize> {
    cx.retry_os(|host| host.pwrite(fd, &buffer, offset))
}

/// Writes the contents of bytes-like objects to a file descriptor at a given offset.
///
/// Combines the functionality of writev() and pwrite(). All buffers must be a sequence
/// of bytes-like objects. Buffers are processed in array order. Entire contents of first
/// buffer is written before proceeding to second, and so on.
#[pyfunction(signature = (fd, buffers, offset, flags = 0, /))]
pub(super) fn pwritev(
    cx: &Ctx,
    fd: i32,
    buffers: &Value,
    offset: i64,
    flags: i32,
) -> PyResult<usize> {
    let items = sequence(cx, buffers, "pwritev")?;
    let data: Vec<Data<'_>> = items
        .iter()
        .map(|item| Data::of(cx, item))
        .collect::<PyResult<_>>()?;
    let slices: Vec<&[u8]> = data.iter().map(|data| &**data).collect();
    cx.retry_os(|host| host.pwritev(fd, &slices, offset, flags))
}

/// Create a pipe.
///
/// Returns a tuple of two file descriptors:
///   (read_fd, write_fd)
#[pyfunction(signature = ())]
pub(super) fn pipe(cx: &Ctx) -> PyResult<(Fd, Fd)> {
    cx.blocking(|host| host.pipe(libc::O_CLOEXEC))
        .map_err(|error| cx.os_error(error))
}

/// Create a pipe with flags set atomically.
///
/// Returns a tuple of two file descriptors:
///   (read_fd, write_fd)
///
/// flags can be constructed by ORing together one or more of these values:
/// O_NONBLOCK, O_CLOEXEC.
#[pyfunction(signature = (flags, /))]
pub(super) fn pipe2(cx: &Ctx, flags: i32) -> PyResult<(Fd, Fd)> {
    cx.blocking(|host| host.pipe(flags))
        .map_err(|error| cx.os_error(error))
}

/// Truncate a file, specified by file descriptor, to a specific length.
#[pyfunction(signature = (fd, length, /))]
pub(super) fn ftruncate(cx: &Ctx, fd: i32, length: i64) -> PyResult<()> {
    cx.retry_os(|host| host.ftruncate(fd, length))
}

/// Force write of fd to disk.
#[pyfunction(signature = (fd))]
pub(super) fn fsync(cx: &Ctx, fd: Fildes) -> PyResult<()> {
    cx.retry_os(|host| host.fsync(fd.0))
}

/// Force write of fd to disk without forcing update of metadata.
#[pyfunction(signature = (fd))]
pub(super) fn fdatasync(cx: &Ctx, fd: Fildes) -> PyResult<()> {
    cx.retry_os(|host| host.fdatasync(fd.0))
}

/// Ensure a file has allocated at least a particular number of bytes on disk.
///
/// Ensure that the file specified by fd encompasses a range of bytes
/// starting at offset bytes from the beginning and continuing for length bytes.
#[pyfunction(signature = (fd, offset, length, /))]
pub(super) fn posix_fallocate(cx: &Ctx, fd: i32, offset: i64, length: i64) -> PyResult<()> {
    cx.retry_os(|host| host.posix_fallocate(fd, offset, length))
}

/// Announce an intention to access data in a specific pattern.
///
/// Announce an intention to access data in a specific pattern, thus allowing
/// the kernel to make optimizations.
/// The advice applies to the region of the file specified by fd starting at
/// offset and continuing for length bytes.
/// advice is one of POSIX_FADV_NORMAL, POSIX_FADV_SEQUENTIAL,
/// POSIX_FADV_RANDOM, POSIX_FADV_NOREUSE, POSIX_FADV_WILLNEED, or
/// POSIX_FADV_DONTNEED.
#[pyfunction(signature = (fd, offset, length, advice, /))]
pub(super) fn posix_fadvise(
    cx: &Ctx,
    fd: i32,
    offset: i64,
    length: i64,
    advice: i32,
) -> PyResult<()> {
    cx.retry_os(|host| host.posix_fadvise(fd, offset, length, advice))
}

/// Get the close-on-exe flag of the specified file descriptor.
#[pyfunction(signature = (fd, /))]
pub(super) fn get_inheritable(cx: &Ctx, fd: i32) -> PyResult<bool> {
    cx.host()
        .inherited(fd)
        .map(|inherit| inherit == Inherit::Yes)
        .map_err(|error| cx.os_error(error))
}

/// Set the inheritable flag of the specified file descriptor.
#[pyfunction(signature = (fd, inheritable, /))]
pub(super) fn set_inheritable(cx: &Ctx, fd: i32, inheritable: i32) -> PyResult<()> {
    cx.host()
        .set_inherited(fd, inherit(inheritable != 0))
        .map_err(|error| cx.os_error(error))
}

/// Get the blocking mode of the file descriptor.
///
/// Return False if the O_NONBLOCK flag is set, True if the flag is cleared.
#[pyfunction(signature = (fd, /))]
pub(super) fn get_blocking(cx: &Ctx, fd: i32) -> PyResult<bool> {
    cx.host()
        .blocking(fd)
        .map(|blocking| blocking == Blocking::Yes)
        .map_err(|error| cx.os_error(error))
}

/// Set the blocking mode of the specified file descriptor.
///
/// Set the O_NONBLOCK flag if blocking is False,
/// clear the O_NONBLOCK flag otherwise.
#[pyfunction(signature = (fd, blocking, /))]
pub(super) fn set_blocking(cx: &Ctx, fd: i32, blocking: bool) -> PyResult<()> {
    let blocking = if blocking {
        Blocking::Yes
    } else {
        Blocking::No
    };
    cx.host()
        .set_blocking(fd, blocking)
        .map_err(|error| cx.os_error(error))
}
