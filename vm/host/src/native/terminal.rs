//! Terminals on the real machine.
//!
//! Invariants
//! 1. Each pointer passed to a call comes from a live slice or local structure of this function.
//! 2. Answers in libc's static memory are copied under the C library lock.
#![allow(unsafe_code, reason = "system calls; see the invariants above")]

use std::mem::zeroed;
use std::ptr::null_mut;

use super::Native;
use super::call::{bytes_of, c_library, cvt, done};
use crate::error::{OsError, OsResult};
use crate::files::Fd;
use crate::system::{Terminal, Termios};

#[allow(
    clippy::unnecessary_cast,
    clippy::cast_lossless,
    reason = "the widths of C's fields differ by platform"
)]
fn termios_from(raw: &libc::termios) -> Termios {
    // SAFETY: invariant 1.
    let (ispeed, ospeed) = unsafe { (libc::cfgetispeed(raw), libc::cfgetospeed(raw)) };
    Termios {
        iflag: raw.c_iflag as u64,
        oflag: raw.c_oflag as u64,
        cflag: raw.c_cflag as u64,
        lflag: raw.c_lflag as u64,
        ispeed: ispeed as u64,
        ospeed: ospeed as u64,
        cc: raw.c_cc.to_vec(),
    }
}

fn text_or_error(text: *const libc::c_char) -> OsResult<Vec<u8>> {
    // SAFETY: invariant 2; the callers hold the lock.
    if text.is_null() {
        Err(OsError::last())
    } else {
        // SAFETY: invariant 2; the callers hold the lock.
        Ok(unsafe { bytes_of(text) })
    }
}

impl Terminal for Native {
    fn isatty(&self, fd: Fd) -> OsResult<bool> {
        // SAFETY: no pointers.
        Ok(unsafe { libc::isatty(fd) } == 1)
    }

    fn ttyname(&self, fd: Fd) -> OsResult<Vec<u8>> {
        let _guard = c_library();
        // SAFETY: no pointers.
        text_or_error(unsafe { libc::ttyname(fd) })
    }

    fn ctermid(&self) -> OsResult<Vec<u8>> {
        Ok(b"/dev/tty".to_vec())
    }

    fn terminal_size(&self, fd: Fd) -> OsResult<(u16, u16)> {
        // SAFETY: a structure of integers may be zero.
        let mut size: libc::winsize = unsafe { zeroed() };
        // SAFETY: invariant 1.
        done(unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size) })?;
        Ok((size.ws_col, size.ws_row))
    }

    fn openpty(&self) -> OsResult<(Fd, Fd)> {
        let (mut master, mut slave) = (-1, -1);
        // SAFETY: invariant 1; null pointers leave name, settings and size to the system.
        done(unsafe {
            libc::openpty(
                &raw mut master,
                &raw mut slave,
                null_mut(),
                null_mut(),
                null_mut(),
            )
        })?;
        for fd in [master, slave] {
            // SAFETY: no pointers.
            done(unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) })?;
        }
        Ok((master, slave))
    }

    fn posix_openpt(&self, flags: i32) -> OsResult<Fd> {
        // SAFETY: no pointers.
        let fd = cvt(unsafe { libc::posix_openpt(flags) })?;
        // SAFETY: no pointers.
        done(unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) })?;
        Ok(fd)
    }

    fn grantpt(&self, fd: Fd) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::grantpt(fd) })
    }

    fn unlockpt(&self, fd: Fd) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::unlockpt(fd) })
    }

    fn ptsname(&self, fd: Fd) -> OsResult<Vec<u8>> {
        let _guard = c_library();
        // SAFETY: no pointers.
        text_or_error(unsafe { libc::ptsname(fd) })
    }

    fn login_tty(&self, fd: Fd) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::login_tty(fd) })
    }

    fn tcgetpgrp(&self, fd: Fd) -> OsResult<i32> {
        // SAFETY: no pointers.
        cvt(unsafe { libc::tcgetpgrp(fd) })
    }

    fn tcsetpgrp(&self, fd: Fd, group: i32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::tcsetpgrp(fd, group) })
    }

    fn tcgetattr(&self, fd: Fd) -> OsResult<Termios> {
        // SAFETY: a structure of integers may be zero.
        let mut raw: libc::termios = unsafe { zeroed() };
        // SAFETY: invariant 1.
        done(unsafe { libc::tcgetattr(fd, &raw mut raw) })?;
        Ok(termios_from(&raw))
    }

    fn tcsetattr(&self, fd: Fd, when: i32, settings: &Termios) -> OsResult<()> {
        // What `Termios` does not name stays as it is.
        // SAFETY: a structure of integers may be zero.
        let mut raw: libc::termios = unsafe { zeroed() };
        // SAFETY: invariant 1.
        done(unsafe { libc::tcgetattr(fd, &raw mut raw) })?;
        raw.c_iflag = settings.iflag as libc::tcflag_t;
        raw.c_oflag = settings.oflag as libc::tcflag_t;
        raw.c_cflag = settings.cflag as libc::tcflag_t;
        raw.c_lflag = settings.lflag as libc::tcflag_t;
        if settings.cc.len() != raw.c_cc.len() {
            return Err(OsError::new(libc::EINVAL));
        }
        raw.c_cc.copy_from_slice(&settings.cc);
        // SAFETY: invariant 1, for the three calls.
        unsafe {
            done(libc::cfsetispeed(
                &raw mut raw,
                settings.ispeed as libc::speed_t,
            ))?;
            done(libc::cfsetospeed(
                &raw mut raw,
                settings.ospeed as libc::speed_t,
            ))?;
            done(libc::tcsetattr(fd, when, &raw const raw))
        }
    }

    fn tcsendbreak(&self, fd: Fd, duration: i32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::tcsendbreak(fd, duration) })
    }

    fn tcdrain(&self, fd: Fd) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::tcdrain(fd) })
    }

    fn tcflush(&self, fd: Fd, queue: i32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::tcflush(fd, queue) })
    }

    fn tcflow(&self, fd: Fd, action: i32) -> OsResult<()> {
        // SAFETY: no pointers.
        done(unsafe { libc::tcflow(fd, action) })
    }
}
