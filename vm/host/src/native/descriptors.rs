//! Open descriptors on the real machine.
//!
//! Invariants
//! 1. Each pointer passed to a call comes from a live slice or local of this function, with its true length.
//! 2. Structures passed by `ioctl` and `fcntl` are copied to a buffer of at least `SCRATCH` bytes and the size that
//!    the request names, so that the kernel cannot write beyond it.
#![allow(unsafe_code, reason = "system calls; see the invariants above")]

use super::Native;
#[cfg(target_os = "linux")]
use super::call::c_string;
#[cfg(target_os = "linux")]
use super::call::{c_timespec, timespec};
use super::call::{count, cvt, done, io_vectors, io_vectors_mut, returned};
#[cfg(target_os = "linux")]
use crate::clock::IntervalTimer;
use crate::descriptors::{Blocking, Descriptors, Inherit, RangeLock};
use crate::error::{OsError, OsResult};
use crate::files::Fd;

/// CPython's limit for the structures of `fcntl` and `ioctl`.
const SCRATCH: usize = 1024;

/// Linux refuses longer vectors; callers see a short transfer instead of an error only from the kernel.
fn vector_length(length: usize) -> OsResult<i32> {
    i32::try_from(length).map_err(|_| OsError::new(libc::EINVAL))
}

fn close_on_exec(inherit: Inherit) -> i32 {
    match inherit {
        Inherit::Yes => 0,
        Inherit::No => libc::O_CLOEXEC,
    }
}

/// A transfer's length, within what the kernel accepts in one call.
fn capped(length: usize) -> usize {
    if cfg!(target_vendor = "apple") {
        length.min(i32::MAX as usize)
    } else {
        length.min(isize::MAX as usize)
    }
}

impl Descriptors for Native {
    fn read(&self, fd: Fd, buffer: &mut [u8]) -> OsResult<usize> {
        // SAFETY: invariant 1.
        count(unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), capped(buffer.len())) })
    }

    fn pread(&self, fd: Fd, buffer: &mut [u8], offset: i64) -> OsResult<usize> {
        // SAFETY: invariant 1.
        count(unsafe { libc::pread(fd, buffer.as_mut_ptr().cast(), capped(buffer.len()), offset) })
    }

    fn readv(&self, fd: Fd, buffers: &mut [&mut [u8]]) -> OsResult<usize> {
        let vectors = io_vectors_mut(buffers);
        // SAFETY: invariant 1.
        count(unsafe { libc::readv(fd, vectors.as_ptr(), vector_length(vectors.len())?) })
    }

    #[cfg(target_os = "linux")]
    fn preadv(
        &self,
        fd: Fd,
        buffers: &mut [&mut [u8]],
        offset: i64,
        flags: i32,
    ) -> OsResult<usize> {
        let vectors = io_vectors_mut(buffers);
        let length = vector_length(vectors.len())?;
        if flags == 0 {
            // SAFETY: invariant 1.
            return count(unsafe { libc::preadv(fd, vectors.as_ptr(), length, offset) });
        }
        // SAFETY: invariant 1.
        count(unsafe { libc::preadv2(fd, vectors.as_ptr(), length, offset, flags) })
    }

    fn write(&self, fd: Fd, data: &[u8]) -> OsResult<usize> {
        if let Some(take) = &self.taker
            && take(fd, data)
        {
            return Ok(data.len());
        }
        // SAFETY: invariant 1.
        count(unsafe { libc::write(fd, data.as_ptr().cast(), capped(data.len())) })
    }

    fn pwrite(&self, fd: Fd, data: &[u8], offset: i64) -> OsResult<usize> {
        // SAFETY: invariant 1.
        count(unsafe { libc::pwrite(fd, data.as_ptr().cast(), capped(data.len()), offset) })
    }

    fn writev(&self, fd: Fd, buffers: &[&[u8]]) -> OsResult<usize> {
        let vectors = io_vectors(buffers);
        // SAFETY: invariant 1.
        count(unsafe { libc::writev(fd, vectors.as_ptr(), vector_length(vectors.len())?) })
    }

    #[cfg(target_os = "linux")]
    fn pwritev(&self, fd: Fd, buffers: &[&[u8]], offset: i64, flags: i32) -> OsResult<usize> {
        let vectors = io_vectors(buffers);
        let length = vector_length(vectors.len())?;
        if flags == 0 {
            // SAFETY: invariant 1.
            return count(unsafe { libc::pwritev(fd, vectors.as_ptr(), length, offset) });
        }
        // SAFETY: invariant 1.
        count(unsafe { libc::pwritev2(fd, vectors.as_ptr(), length, offset, flags) })
    }

    fn lseek(&self, fd: Fd, offset: i64, whence: i32) -> OsResult<i64> {
        // SAFETY: no pointers.
        cvt(unsafe { libc::lseek(fd, offset, whence) })
    }

    fn close(&self, fd: Fd) -> OsResult<()> {
        // SAFETY: no pointers. Descriptors owned by Rust objects of the process are never handed to isolates.
        done(unsafe { libc::close(fd) })
    }

    fn close_range(&self, low: Fd, high: Fd) -> OsResult<()> {
        let low = low.max(0);
        if low >= high {
            return Ok(());
        }
        #[cfg(target_os = "linux")]
        {
            // SAFETY: no pointers.
            if unsafe { libc::syscall(libc::SYS_close_range, low as u32, high as u32 - 1, 0) } == 0
            {
                return Ok(());
            }
        }
        // SAFETY: no pointers.
        let limit = i32::try_from(unsafe { libc::sysconf(libc::_SC_OPEN_MAX) }).unwrap_or(i32::MAX);
        for fd in low..high.min(limit.max(0)) {
            // SAFETY: no pointers; errors are ignored as documented.
            unsafe { libc::close(fd) };
        }
        Ok(())
    }

    fn dup(&self, fd: Fd) -> OsResult<Fd> {
        // SAFETY: no pointers.
        cvt(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })
    }

    fn dup2(&self, fd: Fd, new: Fd, inherit: Inherit) -> OsResult<Fd> {
        if fd == new {
            // `dup3` refuses this; `dup2` checks the descriptor only.
            // SAFETY: no pointers.
            let same = cvt(unsafe { libc::dup2(fd, new) })?;
            self.set_inherited(same, inherit)?;
            return Ok(same);
        }
        #[cfg(target_os = "linux")]
        // SAFETY: no pointers.
        return cvt(unsafe { libc::dup3(fd, new, close_on_exec(inherit)) });
        #[cfg(not(target_os = "linux"))]
        {
            // SAFETY: no pointers.
            let copy = cvt(unsafe { libc::dup2(fd, new) })?;
            self.set_inherited(copy, inherit)?;
            Ok(copy)
        }
    }

    fn inherited(&self, fd: Fd) -> OsResult<Inherit> {
        // SAFETY: no pointers.
        let flags = cvt(unsafe { libc::fcntl(fd, libc::F_GETFD) })?;
        Ok(if flags & libc::FD_CLOEXEC == 0 {
            Inherit::Yes
        } else {
            Inherit::No
        })
    }

    fn set_inherited(&self, fd: Fd, inherit: Inherit) -> OsResult<()> {
        // SAFETY: no pointers.
        let flags = cvt(unsafe { libc::fcntl(fd, libc::F_GETFD) })?;
        let wanted = match inherit {
            Inherit::Yes => flags & !libc::FD_CLOEXEC,
            Inherit::No => flags | libc::FD_CLOEXEC,
        };
        if wanted == flags {
            return Ok(());
        }
        // SAFETY: no pointers.
        done(unsafe { libc::fcntl(fd, libc::F_SETFD, wanted) })
    }

    fn blocking(&self, fd: Fd) -> OsResult<Blocking> {
        // SAFETY: no pointers.
        let flags = cvt(unsafe { libc::fcntl(fd, libc::F_GETFL) })?;
        Ok(if flags & libc::O_NONBLOCK == 0 {
            Blocking::Yes
        } else {
            Blocking::No
        })
    }

    fn set_blocking(&self, fd: Fd, blocking: Blocking) -> OsResult<()> {
        // SAFETY: no pointers.
        let flags = cvt(unsafe { libc::fcntl(fd, libc::F_GETFL) })?;
        let wanted = match blocking {
            Blocking::Yes => flags & !libc::O_NONBLOCK,
            Blocking::No => flags | libc::O_NONBLOCK,
        };
        if wanted == flags {
            return Ok(());
        }
        // SAFETY: no pointers.
        done(unsafe { libc::fcntl(fd, libc::F_SETFL, wanted) })
    }

    fn pipe(&self, flags: i32) -> OsResult<(Fd, Fd)> {
        let mut ends = [0; 2];
        #[cfg(target_os = "linux")]
        // SAFETY: invariant 1.
        done(unsafe { libc::pipe2(ends.as_mut_ptr(), flags) })?;
        #[cfg(not(target_os = "linux"))]
        {
            // SAFETY: invariant 1.
            done(unsafe { libc::pipe(ends.as_mut_ptr()) })?;
            for fd in ends {
                if flags & libc::O_CLOEXEC != 0 {
                    self.set_inherited(fd, Inherit::No)?;
                }
                if flags & libc::O_NONBLOCK != 0 {
                    self.set_blocking(fd, Blocking::No)?;
                }
            }
        }
        Ok((ends[0], ends[1]))
    }

    fn ftruncate(&self, fd: Fd, length: i64) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::ftruncate(fd, length) })
    }

    fn fsync(&self, fd: Fd) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::fsync(fd) })
    }

    fn fdatasync(&self, fd: Fd) -> OsResult<()> {
        #[cfg(target_os = "linux")]
        // SAFETY: no pointers.
        return done(unsafe { libc::fdatasync(fd) });
        #[cfg(not(target_os = "linux"))]
        self.fsync(fd)
    }

    #[cfg(target_os = "linux")]
    fn posix_fallocate(&self, fd: Fd, offset: i64, length: i64) -> OsResult<()> {
        // SAFETY: no pointers.
        returned(unsafe { libc::posix_fallocate(fd, offset, length) })
    }

    #[cfg(target_os = "linux")]
    fn posix_fadvise(&self, fd: Fd, offset: i64, length: i64, advice: i32) -> OsResult<()> {
        // SAFETY: no pointers.
        returned(unsafe { libc::posix_fadvise(fd, offset, length, advice) })
    }

    fn lockf(&self, fd: Fd, command: i32, length: i64) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::lockf(fd, command, length) })
    }

    fn flock(&self, fd: Fd, operation: i32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::flock(fd, operation) })
    }

    fn set_range_lock(&self, fd: Fd, command: i32, lock: RangeLock) -> OsResult<()> {
        // SAFETY: a structure of integers may be zero.
        let mut raw: libc::flock = unsafe { std::mem::zeroed() };
        raw.l_type = lock.kind;
        raw.l_whence = lock.whence;
        raw.l_start = lock.start;
        raw.l_len = lock.length;
        // SAFETY: invariant 1; only the two commands that read a `struct flock` pass.
        match command {
            libc::F_SETLK | libc::F_SETLKW => {
                // SAFETY: invariant 1; these two commands read a `struct flock`.
                done(unsafe { libc::fcntl(fd, command, &raw const raw) })
            }
            _ => Err(OsError::new(libc::EINVAL)),
        }
    }

    fn fcntl(&self, fd: Fd, command: i32, argument: i64) -> OsResult<i32> {
        // SAFETY: Python code chooses the command. Commands that take a pointer get an address that Python code
        // made up, which the kernel checks and answers with `EFAULT`, or writes to at the program's own risk, as in
        // CPython.
        cvt(unsafe { libc::fcntl(fd, command, argument) })
    }

    fn fcntl_buffer(&self, fd: Fd, command: i32, argument: &mut [u8]) -> OsResult<i32> {
        with_scratch(argument, SCRATCH, |pointer| {
            // SAFETY: invariant 2; no command of `fcntl` takes a larger structure.
            unsafe { libc::fcntl(fd, command, pointer) }
        })
    }

    fn ioctl(&self, fd: Fd, request: u64, argument: i64) -> OsResult<i32> {
        // SAFETY: as `fcntl`.
        cvt(unsafe { libc::ioctl(fd, request as _, argument) })
    }

    fn ioctl_buffer(&self, fd: Fd, request: u64, argument: &mut [u8]) -> OsResult<i32> {
        // The size field of `_IOC`: 14 bits on Linux, 13 on BSD, at bit 16.
        let named = (request >> 16 & 0x3fff) as usize;
        with_scratch(argument, named.max(SCRATCH), |pointer| {
            // SAFETY: invariant 2.
            unsafe { libc::ioctl(fd, request as _, pointer) }
        })
    }

    #[cfg(target_os = "linux")]
    fn sendfile(&self, to: Fd, from: Fd, offset: Option<i64>, length: usize) -> OsResult<usize> {
        let mut position = offset.unwrap_or(0);
        let pointer = if offset.is_some() {
            &raw mut position
        } else {
            std::ptr::null_mut()
        };
        // SAFETY: invariant 1.
        count(unsafe { libc::sendfile(to, from, pointer, length) })
    }

    #[cfg(target_os = "linux")]
    fn copy_file_range(
        &self,
        from: Fd,
        to: Fd,
        length: usize,
        from_offset: Option<i64>,
        to_offset: Option<i64>,
    ) -> OsResult<usize> {
        let (mut start, mut end) = (from_offset.unwrap_or(0), to_offset.unwrap_or(0));
        let start = if from_offset.is_some() {
            &raw mut start
        } else {
            std::ptr::null_mut()
        };
        let end = if to_offset.is_some() {
            &raw mut end
        } else {
            std::ptr::null_mut()
        };
        // SAFETY: invariant 1.
        count(unsafe { libc::copy_file_range(from, start, to, end, length, 0) })
    }

    #[cfg(target_os = "linux")]
    fn splice(
        &self,
        from: Fd,
        to: Fd,
        length: usize,
        from_offset: Option<i64>,
        to_offset: Option<i64>,
        flags: u32,
    ) -> OsResult<usize> {
        let (mut start, mut end) = (from_offset.unwrap_or(0), to_offset.unwrap_or(0));
        let start = if from_offset.is_some() {
            &raw mut start
        } else {
            std::ptr::null_mut()
        };
        let end = if to_offset.is_some() {
            &raw mut end
        } else {
            std::ptr::null_mut()
        };
        // SAFETY: invariant 1.
        count(unsafe { libc::splice(from, start, to, end, length, flags) })
    }

    #[cfg(target_os = "linux")]
    fn memfd_create(&self, name: &[u8], flags: u32) -> OsResult<Fd> {
        let name = c_string(name)?;
        // SAFETY: `name` is a live C string.
        cvt(unsafe { libc::memfd_create(name.as_ptr(), flags) })
    }

    #[cfg(target_os = "linux")]
    fn eventfd(&self, initial: u32, flags: i32) -> OsResult<Fd> {
        // SAFETY: no pointers.
        cvt(unsafe { libc::eventfd(initial, flags) })
    }

    #[cfg(target_os = "linux")]
    fn timerfd_create(&self, clock: i32, flags: i32) -> OsResult<Fd> {
        // SAFETY: no pointers.
        cvt(unsafe { libc::timerfd_create(clock, flags) })
    }

    #[cfg(target_os = "linux")]
    fn timerfd_settime(&self, fd: Fd, flags: i32, timer: IntervalTimer) -> OsResult<IntervalTimer> {
        let new = libc::itimerspec {
            it_value: c_timespec(timer.value),
            it_interval: c_timespec(timer.interval),
        };
        let mut old = new;
        // SAFETY: invariant 1.
        done(unsafe { libc::timerfd_settime(fd, flags, &raw const new, &raw mut old) })?;
        Ok(IntervalTimer {
            value: timespec(old.it_value),
            interval: timespec(old.it_interval),
        })
    }

    #[cfg(target_os = "linux")]
    fn timerfd_gettime(&self, fd: Fd) -> OsResult<IntervalTimer> {
        // SAFETY: a structure of integers may be zero.
        let mut now: libc::itimerspec = unsafe { std::mem::zeroed() };
        // SAFETY: invariant 1.
        done(unsafe { libc::timerfd_gettime(fd, &raw mut now) })?;
        Ok(IntervalTimer {
            value: timespec(now.it_value),
            interval: timespec(now.it_interval),
        })
    }
}

/// Calls with a copy of `argument` in a buffer of at least `size` bytes, and copies the answer back.
fn with_scratch(
    argument: &mut [u8],
    size: usize,
    call: impl FnOnce(*mut libc::c_void) -> i32,
) -> OsResult<i32> {
    let mut buffer = vec![0u8; size.max(argument.len())];
    buffer[..argument.len()].copy_from_slice(argument);
    let result = cvt(call(buffer.as_mut_ptr().cast()))?;
    argument.copy_from_slice(&buffer[..argument.len()]);
    Ok(result)
}
