//! `_posixsubprocess.fork_exec`: a child with its descriptors, directory, ids and session arranged, then `exec`.
//!
//! The steps and their order are those of CPython's `child_exec` (`Modules/_posixsubprocess.c`), since the
//! `subprocess` module and its tests rely on them; the text of a failure goes through the error pipe.
//!
//! Invariants
//! 1. Everything that allocates is prepared before `fork`; the child uses async-signal-safe calls only, up to the
//!    caller's own `before_exec`.
//! 2. The child never returns from `child`: it ends in `exec` or `_exit`.
#![allow(unsafe_code, reason = "fork; see the invariants above")]

use std::ffi::CString;

use super::call::{c_string, cvt, done, errno_location};
use super::spawn::{Texts, environment_pointer};
use crate::error::{OsError, OsResult};
use crate::files::Fd;
use crate::processes::{BeforeExec, ForkExec, Pid};

/// What the child needs, in C's shapes.
struct Prepared<'a> {
    request: &'a ForkExec,
    argv: Texts,
    environment: Option<Texts>,
    executables: Vec<CString>,
    directory: Option<CString>,
    open_max: Fd,
}

pub(super) fn fork_exec(request: &ForkExec, before_exec: Option<BeforeExec<'_>>) -> OsResult<Pid> {
    // SAFETY: no pointers.
    let open_max = unsafe { libc::sysconf(libc::_SC_OPEN_MAX) };
    let prepared = Prepared {
        request,
        argv: Texts::new(&request.argv)?,
        environment: request.environment.as_deref().map(Texts::new).transpose()?,
        executables: request
            .executables
            .iter()
            .map(|path| c_string(path))
            .collect::<OsResult<_>>()?,
        directory: request.directory.as_deref().map(c_string).transpose()?,
        open_max: Fd::try_from(open_max).unwrap_or(Fd::MAX).max(256),
    };
    // SAFETY: the child obeys invariants 1 and 2.
    let pid = cvt(unsafe { libc::fork() })?;
    if pid == 0 {
        child(&prepared, before_exec)
    } else {
        Ok(pid)
    }
}

/// Why the child could not start, in the words that `subprocess` parses.
enum Failure {
    /// `exec` itself.
    Exec(i32),
    /// The change of directory.
    Directory(i32),
    /// Another step before `exec`.
    Step(i32),
    /// `before_exec` raised.
    BeforeExec,
}

fn child(prepared: &Prepared<'_>, before_exec: Option<BeforeExec<'_>>) -> ! {
    let failure =
        arrange(prepared, before_exec).map_or_else(|failure| failure, |()| exec(prepared));
    let pipe = prepared.request.error_pipe.1;
    match failure {
        Failure::Exec(errno) => report(pipe, errno, b""),
        Failure::Directory(errno) => report(pipe, errno, b"noexec:chdir"),
        Failure::Step(errno) => report(pipe, errno, b"noexec"),
        Failure::BeforeExec => {
            write_all(pipe, b"SubprocessError:0:Exception occurred in preexec_fn.")
        }
    }
    // SAFETY: no pointers; it does not return.
    unsafe { libc::_exit(255) }
}

/// `errno` of the last call, as a failed step.
fn step<T>(result: OsResult<T>) -> Result<T, Failure> {
    result.map_err(|error| Failure::Step(error.errno))
}

fn arrange(prepared: &Prepared<'_>, before_exec: Option<BeforeExec<'_>>) -> Result<(), Failure> {
    let request = prepared.request;
    for &fd in &request.keep {
        // The error pipe closes on a successful `exec`; that is how the parent learns of it.
        if fd != request.error_pipe.1 {
            step(inheritable(fd))?;
        }
    }
    for fd in [
        request.stdin.1,
        request.stdout.0,
        request.stderr.0,
        request.error_pipe.0,
    ] {
        if fd >= 0 {
            step(close(fd))?;
        }
    }
    standard_streams(request)?;
    if let Some(directory) = &prepared.directory {
        // SAFETY: a live C string.
        done(unsafe { libc::chdir(directory.as_ptr()) })
            .map_err(|error| Failure::Directory(error.errno))?;
    }
    identity(request)?;
    if before_exec.is_some_and(|run| !run()) {
        return Err(Failure::BeforeExec);
    }
    // Last, because `before_exec` may open files.
    if request.close_fds {
        close_others(3, &request.keep, prepared.open_max);
    }
    Ok(())
}

/// Puts the pipes' ends to 0, 1 and 2.
fn standard_streams(request: &ForkExec) -> Result<(), Failure> {
    let stdin = request.stdin.0;
    let (mut stdout, mut stderr) = (request.stdout.1, request.stderr.1);
    // A low number would be overwritten before it is used.
    if stdout == 0 {
        stdout = step(duplicate(stdout))?;
    }
    while stderr == 0 || stderr == 1 {
        stderr = step(duplicate(stderr))?;
    }
    for (fd, place) in [(stdin, 0), (stdout, 1), (stderr, 2)] {
        if fd == place {
            step(inheritable(fd))?;
        } else if fd >= 0 {
            // SAFETY: no pointers.
            step(cvt(unsafe { libc::dup2(fd, place) }))?;
        }
    }
    Ok(())
}

/// Mask, signals, session, group and ids.
fn identity(request: &ForkExec) -> Result<(), Failure> {
    // SAFETY: no pointers but the live slice of groups, for all calls of this block.
    unsafe {
        if request.umask >= 0 {
            libc::umask(request.umask as libc::mode_t);
        }
        if request.restore_signals {
            libc::signal(libc::SIGPIPE, libc::SIG_DFL);
            libc::signal(libc::SIGXFSZ, libc::SIG_DFL);
        }
        if request.new_session {
            step(cvt(libc::setsid()))?;
        }
        if request.process_group >= 0 {
            step(done(libc::setpgid(0, request.process_group)))?;
        }
        if let Some(groups) = &request.groups {
            step(done(libc::setgroups(groups.len() as _, groups.as_ptr())))?;
        }
        if let Some(gid) = request.gid {
            step(done(libc::setregid(gid, gid)))?;
        }
        if let Some(uid) = request.uid {
            step(done(libc::setreuid(uid, uid)))?;
        }
    }
    Ok(())
}

/// Tries the executables in turn; the failure that counts is the first one that is not "no such file".
fn exec(prepared: &Prepared<'_>) -> Failure {
    let mut kept = 0;
    let mut last = libc::ENOENT;
    for path in &prepared.executables {
        // SAFETY: live C strings and vectors, prepared before the fork.
        unsafe {
            libc::execve(
                path.as_ptr(),
                prepared.argv.as_ptr(),
                environment_pointer(prepared.environment.as_ref()),
            )
        };
        last = OsError::last().errno;
        if last != libc::ENOENT && last != libc::ENOTDIR && kept == 0 {
            kept = last;
        }
    }
    Failure::Exec(if kept == 0 { last } else { kept })
}

fn inheritable(fd: Fd) -> OsResult<()> {
    // SAFETY: no pointers.
    let flags = cvt(unsafe { libc::fcntl(fd, libc::F_GETFD) })?;
    // SAFETY: no pointers.
    done(unsafe { libc::fcntl(fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC) })
}

fn duplicate(fd: Fd) -> OsResult<Fd> {
    // SAFETY: no pointers.
    cvt(unsafe { libc::dup(fd) })
}

fn close(fd: Fd) -> OsResult<()> {
    // SAFETY: no pointers; the descriptor is the child's copy.
    done(unsafe { libc::close(fd) })
}

/// Closes everything from `first` on but `keep`, which is ascending.
fn close_others(first: Fd, keep: &[Fd], open_max: Fd) {
    let mut start = first;
    for &fd in keep {
        if fd < start {
            continue;
        }
        close_span(start, fd, open_max);
        start = fd + 1;
    }
    close_span(start, Fd::MAX, open_max);
}

/// Closes `low..high`, ignoring errors.
fn close_span(low: Fd, high: Fd, open_max: Fd) {
    if low >= high {
        return;
    }
    #[cfg(target_os = "linux")]
    {
        // SAFETY: no pointers.
        if unsafe { libc::syscall(libc::SYS_close_range, low as u32, high as u32 - 1, 0) } == 0 {
            return;
        }
    }
    for fd in low..high.min(open_max) {
        // SAFETY: no pointers.
        unsafe { libc::close(fd) };
    }
}

/// Writes `OSError:<errno in hexadecimal>:<message>` without allocating.
fn report(pipe: Fd, errno: i32, message: &[u8]) {
    let mut digits = [0u8; 8];
    let mut start = digits.len();
    let mut rest = errno.unsigned_abs();
    loop {
        start -= 1;
        digits[start] = b"0123456789ABCDEF"[(rest & 15) as usize];
        rest >>= 4;
        if rest == 0 {
            break;
        }
    }
    write_all(pipe, b"OSError:");
    write_all(pipe, &digits[start..]);
    write_all(pipe, b":");
    write_all(pipe, message);
}

/// Writes all of it; nobody is left to tell of a failure.
fn write_all(fd: Fd, mut data: &[u8]) {
    while !data.is_empty() {
        // SAFETY: a live slice.
        let written = unsafe { libc::write(fd, data.as_ptr().cast(), data.len()) };
        match usize::try_from(written) {
            Ok(length) => data = &data[length.min(data.len())..],
            // SAFETY: the location of the thread's errno is always valid.
            Err(_) if unsafe { *errno_location() } == libc::EINTR => {}
            Err(_) => return,
        }
    }
}
