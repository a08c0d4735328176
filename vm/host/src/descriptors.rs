//! Open descriptors: reading, writing, duplicating, pipes, locks; what `_io.FileIO`, `posix` and `fcntl` need.

use crate::boundary::part_of_host;
use crate::clock::{IntervalTimer, Timespec};
use crate::files::Fd;

/// Whether child processes inherit a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inherit {
    /// It survives `exec`.
    Yes,
    /// It is closed on `exec`; Python's default (PEP 446).
    No,
}

/// Whether calls on a descriptor wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocking {
    /// Calls wait until they can go on.
    Yes,
    /// Calls fail with `EAGAIN` instead of waiting.
    No,
}

/// A lock on a range of a file (`struct flock`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RangeLock {
    /// `F_RDLCK`, `F_WRLCK` or `F_UNLCK`.
    pub kind: i16,
    /// `SEEK_SET`, `SEEK_CUR` or `SEEK_END`.
    pub whence: i16,
    /// First byte.
    pub start: i64,
    /// Number of bytes, 0 for "to the end".
    pub length: i64,
}

part_of_host! {
    /// Calls on open descriptors. Blocking calls fail with `EINTR` when a signal arrives; the caller runs the Python
    /// handlers and tries again (PEP 475).
    pub trait Descriptors in Descriptors {
        /// Reads at the file's position.
        fn read(&self, fd: Fd, buffer: &mut [u8]) -> usize;
        /// Reads at `offset`.
        fn pread(&self, fd: Fd, buffer: &mut [u8], offset: i64) -> usize;
        /// Reads into several buffers.
        fn readv(&self, fd: Fd, buffers: &mut [&mut [u8]]) -> usize;
        /// Reads into several buffers at `offset`, with `RWF_*` flags.
        fn preadv(&self, fd: Fd, buffers: &mut [&mut [u8]], offset: i64, flags: i32) -> usize;
        /// Writes at the file's position.
        fn write(&self, fd: Fd, data: &[u8]) -> usize;
        /// Writes at `offset`.
        fn pwrite(&self, fd: Fd, data: &[u8], offset: i64) -> usize;
        /// Writes several buffers.
        fn writev(&self, fd: Fd, buffers: &[&[u8]]) -> usize;
        /// Writes several buffers at `offset`, with `RWF_*` flags.
        fn pwritev(&self, fd: Fd, buffers: &[&[u8]], offset: i64, flags: i32) -> usize;
        /// Moves the file's position (`SEEK_*`), and returns it.
        fn lseek(&self, fd: Fd, offset: i64, whence: i32) -> i64;
        /// Closes a descriptor; it is gone also when this fails.
        fn close(&self, fd: Fd) -> ();
        /// Closes all descriptors of `low..high`, ignoring errors.
        fn close_range(&self, low: Fd, high: Fd) -> ();
        /// A second descriptor for the same open file, not inherited by children.
        fn dup(&self, fd: Fd) -> Fd;
        /// Makes `new` a descriptor for the same open file as `fd`.
        fn dup2(&self, fd: Fd, new: Fd, inherit: Inherit) -> Fd;
        /// Whether children inherit it.
        fn inherited(&self, fd: Fd) -> Inherit;
        /// Sets whether children inherit it.
        fn set_inherited(&self, fd: Fd, inherit: Inherit) -> ();
        /// Whether calls wait.
        fn blocking(&self, fd: Fd) -> Blocking;
        /// Sets whether calls wait.
        fn set_blocking(&self, fd: Fd, blocking: Blocking) -> ();
        /// A pipe's reading and writing end; `flags` are `O_CLOEXEC`, `O_NONBLOCK`.
        fn pipe(&self, flags: i32) -> (Fd, Fd);
        /// Cuts or extends an open file.
        fn ftruncate(&self, fd: Fd, length: i64) -> ();
        /// Writes a file's data and metadata to disk.
        fn fsync(&self, fd: Fd) -> ();
        /// Writes a file's data to disk.
        fn fdatasync(&self, fd: Fd) -> ();
        /// Reserves space.
        fn posix_fallocate(&self, fd: Fd, offset: i64, length: i64) -> ();
        /// Announces the pattern of access.
        fn posix_fadvise(&self, fd: Fd, offset: i64, length: i64, advice: i32) -> ();
        /// POSIX `lockf` from the current position.
        fn lockf(&self, fd: Fd, command: i32, length: i64) -> ();
        /// BSD `flock`.
        fn flock(&self, fd: Fd, operation: i32) -> ();
        /// `F_SETLK` or `F_SETLKW`.
        fn set_range_lock(&self, fd: Fd, command: i32, lock: RangeLock) -> ();
        /// `fcntl` with an integer.
        fn fcntl(&self, fd: Fd, command: i32, argument: i64) -> i32;
        /// `fcntl` with a structure, which the call may change.
        fn fcntl_buffer(&self, fd: Fd, command: i32, argument: &mut [u8]) -> i32;
        /// `ioctl` with an integer.
        fn ioctl(&self, fd: Fd, request: u64, argument: i64) -> i32;
        /// `ioctl` with a structure, which the call may change.
        fn ioctl_buffer(&self, fd: Fd, request: u64, argument: &mut [u8]) -> i32;
        /// Copies between descriptors in the kernel; without `offset` from the file's position.
        fn sendfile(&self, to: Fd, from: Fd, offset: Option<i64>, count: usize) -> usize;
        /// Copies between files.
        fn copy_file_range(&self, from: Fd, to: Fd, count: usize, from_offset: Option<i64>, to_offset: Option<i64>) -> usize;
        /// Moves data between a pipe and a descriptor.
        fn splice(&self, from: Fd, to: Fd, count: usize, from_offset: Option<i64>, to_offset: Option<i64>, flags: u32) -> usize;
        /// A file without a name, in memory.
        fn memfd_create(&self, name: &[u8], flags: u32) -> Fd;
        /// A counter to wait for; it is read and written 8 bytes at a time.
        fn eventfd(&self, initial: u32, flags: i32) -> Fd;
        /// A timer to wait for.
        fn timerfd_create(&self, clock: i32, flags: i32) -> Fd;
        /// Starts or stops a timer, and returns the old setting.
        fn timerfd_settime(&self, fd: Fd, flags: i32, timer: IntervalTimer) -> IntervalTimer;
        /// What remains of a timer.
        fn timerfd_gettime(&self, fd: Fd) -> IntervalTimer;
        /// A descriptor that reads the signals of a mask.
        fn signalfd(&self, fd: Fd, mask: u64, flags: i32) -> Fd;
    }
}

/// An event to wait for on one descriptor (`struct pollfd`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollFd {
    /// The descriptor.
    pub fd: Fd,
    /// Events asked for (`POLLIN`, ...).
    pub events: i16,
    /// Events that happened.
    pub revents: i16,
}

/// An event of an epoll set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpollEvent {
    /// The descriptor.
    pub fd: Fd,
    /// Events (`EPOLLIN`, ...).
    pub events: u32,
}

/// The descriptors that are ready, from `select`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ready {
    /// Ready to read.
    pub read: Vec<Fd>,
    /// Ready to write.
    pub write: Vec<Fd>,
    /// With an exceptional condition.
    pub except: Vec<Fd>,
}

part_of_host! {
    /// Waiting for descriptors: the `select` module. A timeout of `None` waits for ever.
    pub trait Readiness in Readiness {
        /// POSIX `select`.
        fn select(&self, read: &[Fd], write: &[Fd], except: &[Fd], timeout: Option<Timespec>) -> Ready;
        /// POSIX `poll`; returns how many descriptors have events.
        fn poll(&self, fds: &mut [PollFd], timeout: Option<Timespec>) -> usize;
        /// An epoll set; `flags` are `EPOLL_CLOEXEC`.
        fn epoll_create(&self, flags: i32) -> Fd;
        /// Changes an epoll set (`EPOLL_CTL_*`).
        fn epoll_ctl(&self, epoll: Fd, operation: i32, event: EpollEvent) -> ();
        /// Waits for an epoll set.
        fn epoll_wait(&self, epoll: Fd, max_events: usize, timeout: Option<Timespec>) -> Vec<EpollEvent>;
    }
}
