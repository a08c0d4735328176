//! Threads of the real machine. On Linux a wait is a futex's, which a signal interrupts.
//!
//! Invariants
//! 1. Each pointer passed to a call comes from a live local or from a reference that outlives the call.
//! 2. A futex is process-private, and its word is only read by the system.
#![allow(unsafe_code, reason = "system calls; see the invariants above")]

use std::sync::atomic::AtomicU32;
#[cfg(not(target_os = "linux"))]
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Native;
#[cfg(target_os = "linux")]
use super::call::{bytes_of, c_string, c_timespec, cvt, returned};
#[cfg(not(target_os = "linux"))]
use crate::error::OsError;
use crate::error::OsResult;
use crate::threads::Threads;

/// Bytes of a name with its NUL.
#[cfg(target_os = "linux")]
const NAME_SIZE: usize = 16;

/// How long one look lasts where the system cannot wait for a word.
#[cfg(not(target_os = "linux"))]
const LOOK: Duration = Duration::from_millis(2);

impl Threads for Native {
    fn thread_handle(&self) -> OsResult<u64> {
        // SAFETY: no preconditions.
        Ok(unsafe { libc::pthread_self() } as u64)
    }

    #[cfg(target_os = "linux")]
    fn thread_name(&self) -> OsResult<Vec<u8>> {
        self.name_of_thread(self.thread_handle()?)
    }

    #[cfg(target_os = "linux")]
    fn name_of_thread(&self, thread: u64) -> OsResult<Vec<u8>> {
        let mut buffer = [0 as libc::c_char; NAME_SIZE];
        // SAFETY: invariant 1; the call writes at most `NAME_SIZE` bytes with the NUL. The caller knows the thread to live.
        returned(unsafe {
            libc::pthread_getname_np(thread as libc::pthread_t, buffer.as_mut_ptr(), buffer.len())
        })?;
        // SAFETY: the call has written a C string.
        Ok(unsafe { bytes_of(buffer.as_ptr()) })
    }

    #[cfg(target_os = "linux")]
    fn set_thread_name(&self, name: &[u8]) -> OsResult<()> {
        let name = c_string(name.get(..NAME_SIZE - 1).unwrap_or(name))?;
        // SAFETY: invariant 1.
        returned(unsafe { libc::pthread_setname_np(libc::pthread_self(), name.as_ptr()) })
    }

    #[cfg(target_os = "linux")]
    fn wait_while(&self, word: &AtomicU32, value: u32, timeout: Option<Duration>) -> OsResult<()> {
        let span = timeout.map(|timeout| c_timespec(timeout.into()));
        let span = span.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        let operation = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
        // SAFETY: invariants 1 and 2.
        let result =
            unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), operation, value, span) };
        match cvt(result) {
            // The word had changed before the wait began.
            Err(error) if error.errno == libc::EAGAIN => Ok(()),
            result => result.map(drop),
        }
    }

    #[cfg(target_os = "linux")]
    fn wake_waiters(&self, word: &AtomicU32) -> OsResult<()> {
        let operation = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
        // SAFETY: invariants 1 and 2.
        let result = unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), operation, i32::MAX) };
        cvt(result).map(drop)
    }

    #[cfg(not(target_os = "linux"))]
    fn wait_while(&self, word: &AtomicU32, value: u32, timeout: Option<Duration>) -> OsResult<()> {
        if word.load(Ordering::Acquire) != value {
            return Ok(());
        }
        if timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Err(OsError::new(libc::ETIMEDOUT));
        }
        // An early return: the caller looks again, and counts the time.
        let look = timeout.map_or(LOOK, |timeout| timeout.min(LOOK));
        let request = libc::timespec {
            tv_sec: 0,
            tv_nsec: look.subsec_nanos() as libc::c_long,
        };
        // SAFETY: invariant 1.
        super::call::cvt(unsafe { libc::nanosleep(&raw const request, std::ptr::null_mut()) })
            .map(drop)
    }

    #[cfg(not(target_os = "linux"))]
    fn wake_waiters(&self, _word: &AtomicU32) -> OsResult<()> {
        Ok(())
    }
}
