//! Named semaphores on the real machine.
//!
//! Invariants
//! 1. `raw` is what `sem_open` gave; it is closed once, on drop.
//! 2. Each other pointer passed to a call comes from a `CString` or local of this function.
#![allow(unsafe_code, reason = "system calls; see the invariants above")]

use super::Native;
use super::call::{c_string, done};
use crate::clock::Timespec;
use crate::error::{OsError, OsResult};
use crate::semaphores::{Semaphore, Semaphores};

struct NamedSemaphore {
    raw: *mut libc::sem_t,
}

// SAFETY: the C library's semaphores may be used by all threads at once.
unsafe impl Send for NamedSemaphore {}
// SAFETY: as above.
unsafe impl Sync for NamedSemaphore {}

impl Semaphore for NamedSemaphore {
    fn handle(&self) -> usize {
        self.raw as usize
    }

    fn wait(&self) -> OsResult<()> {
        // SAFETY: invariant 1.
        done(unsafe { libc::sem_wait(self.raw) })
    }

    fn try_wait(&self) -> OsResult<()> {
        // SAFETY: invariant 1.
        done(unsafe { libc::sem_trywait(self.raw) })
    }

    #[cfg(not(target_os = "macos"))]
    fn wait_until(&self, end: Timespec) -> OsResult<()> {
        let end = libc::timespec {
            tv_sec: end.secs as _,
            tv_nsec: end.nanos as _,
        };
        // SAFETY: invariants 1 and 2.
        done(unsafe { libc::sem_timedwait(self.raw, &raw const end) })
    }

    #[cfg(target_os = "macos")]
    fn wait_until(&self, _end: Timespec) -> OsResult<()> {
        Err(OsError::new(libc::ENOSYS))
    }

    fn post(&self) -> OsResult<()> {
        // SAFETY: invariant 1.
        done(unsafe { libc::sem_post(self.raw) })
    }

    #[cfg(not(target_os = "macos"))]
    fn value(&self) -> OsResult<i32> {
        let mut value = 0;
        // SAFETY: invariants 1 and 2.
        done(unsafe { libc::sem_getvalue(self.raw, &raw mut value) })?;
        Ok(value)
    }

    #[cfg(target_os = "macos")]
    fn value(&self) -> OsResult<i32> {
        Err(OsError::new(libc::ENOSYS))
    }
}

impl Drop for NamedSemaphore {
    fn drop(&mut self) {
        // SAFETY: invariant 1.
        unsafe { libc::sem_close(self.raw) };
    }
}

impl Semaphores for Native {
    fn sem_open(
        &self,
        name: &[u8],
        flags: i32,
        mode: u32,
        value: u32,
    ) -> OsResult<Box<dyn Semaphore>> {
        let name = c_string(name)?;
        // SAFETY: invariant 2; mode and value are read only with `O_CREAT`.
        let raw = unsafe { libc::sem_open(name.as_ptr(), flags, mode, value) };
        if raw == libc::SEM_FAILED {
            return Err(OsError::last());
        }
        Ok(Box::new(NamedSemaphore { raw }))
    }

    fn sem_unlink(&self, name: &[u8]) -> OsResult<()> {
        let name = c_string(name)?;
        // SAFETY: invariant 2.
        done(unsafe { libc::sem_unlink(name.as_ptr()) })
    }
}
