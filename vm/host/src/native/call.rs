//! Helpers around C calls: C strings, results, vectors of buffers.
//!
//! Invariants
//! 1. A `CString` made here outlives the call it is passed to: callers bind it to a name.
//! 2. `cvt` is called directly after the system call, before anything can overwrite `errno`.
#![allow(unsafe_code, reason = "errno and C strings; see the invariants above")]

use std::ffi::{CStr, CString, c_char};

use crate::error::{OsError, OsResult};

/// A C string; a NUL inside is `EINVAL`.
pub(super) fn c_string(bytes: &[u8]) -> OsResult<CString> {
    CString::new(bytes).map_err(|_| OsError::new(libc::EINVAL))
}

/// Bytes of a C string, empty for a null pointer.
///
/// # Safety
/// `text` is null or points at a C string that stays unchanged during the call.
pub(super) unsafe fn bytes_of(text: *const c_char) -> Vec<u8> {
    if text.is_null() {
        return Vec::new();
    }
    // SAFETY: not null, and a C string as the caller promised.
    unsafe { CStr::from_ptr(text) }.to_bytes().to_vec()
}

/// A result where any negative number means failure.
pub(super) trait Outcome: Copy {
    fn failed(self) -> bool;
}

impl Outcome for i32 {
    fn failed(self) -> bool {
        self == -1
    }
}

impl Outcome for i64 {
    fn failed(self) -> bool {
        self == -1
    }
}

impl Outcome for isize {
    fn failed(self) -> bool {
        self == -1
    }
}

/// -1 becomes the error in `errno`.
pub(super) fn cvt<T: Outcome>(result: T) -> OsResult<T> {
    if result.failed() {
        Err(OsError::last())
    } else {
        Ok(result)
    }
}

/// As `cvt`, for calls that return 0.
pub(super) fn done(result: i32) -> OsResult<()> {
    cvt(result).map(drop)
}

/// As `cvt`, for calls that return a count.
pub(super) fn count(result: isize) -> OsResult<usize> {
    // Negative only as -1, which is the error.
    usize::try_from(result).map_err(|_| OsError::last())
}

/// For calls that return the error number itself.
pub(super) fn returned(errno: i32) -> OsResult<()> {
    if errno == 0 {
        Ok(())
    } else {
        Err(OsError::new(errno))
    }
}

/// Sets `errno`, for calls whose valid results include -1.
pub(super) fn clear_errno() {
    // SAFETY: the location of the thread's errno is always valid.
    unsafe { *errno_location() = 0 }
}

#[cfg(not(target_vendor = "apple"))]
pub(super) unsafe fn errno_location() -> *mut i32 {
    // SAFETY: no preconditions.
    unsafe { libc::__errno_location() }
}

#[cfg(target_vendor = "apple")]
pub(super) unsafe fn errno_location() -> *mut i32 {
    // SAFETY: no preconditions.
    unsafe { libc::__error() }
}

/// As `cvt`, for calls where -1 is a failure only if it sets `errno`.
pub(super) fn unless_errno<T: Outcome>(call: impl FnOnce() -> T) -> OsResult<T> {
    clear_errno();
    let result = call();
    if result.failed() && OsError::last().errno != 0 {
        Err(OsError::last())
    } else {
        Ok(result)
    }
}

/// The vector of `readv`; it borrows the buffers.
pub(super) fn io_vectors_mut(buffers: &mut [&mut [u8]]) -> Vec<libc::iovec> {
    buffers
        .iter_mut()
        .map(|b| libc::iovec {
            iov_base: b.as_mut_ptr().cast(),
            iov_len: b.len(),
        })
        .collect()
}

/// The vector of `writev`; the kernel only reads through it.
pub(super) fn io_vectors(buffers: &[&[u8]]) -> Vec<libc::iovec> {
    buffers
        .iter()
        .map(|b| libc::iovec {
            iov_base: b.as_ptr().cast_mut().cast(),
            iov_len: b.len(),
        })
        .collect()
}

/// C's `timespec`.
pub(super) fn c_timespec(time: crate::Timespec) -> libc::timespec {
    libc::timespec {
        tv_sec: time.secs as libc::time_t,
        tv_nsec: libc::c_long::from(time.nanos as i32),
    }
}

/// From C's `timespec`.
pub(super) fn timespec(time: libc::timespec) -> crate::Timespec {
    crate::Timespec::from_nanos(i128::from(time.tv_sec) * 1_000_000_000 + i128::from(time.tv_nsec))
}

/// From C's `timeval`.
pub(super) fn timeval(time: libc::timeval) -> crate::Timespec {
    crate::Timespec::from_nanos(
        i128::from(time.tv_sec) * 1_000_000_000 + i128::from(time.tv_usec) * 1000,
    )
}

/// C's `timeval`, rounded up so that a short span does not become zero.
pub(super) fn c_timeval(time: crate::Timespec) -> libc::timeval {
    let micros = (time.as_nanos() + 999).div_euclid(1000);
    libc::timeval {
        tv_sec: micros.div_euclid(1_000_000) as libc::time_t,
        tv_usec: micros.rem_euclid(1_000_000) as libc::suseconds_t,
    }
}

/// Serialises C functions that answer in static memory (`getpwent`, `getservbyname`, `setlocale`, ...). The lock
/// guards no data of ours, so a panic while it is held leaves nothing broken.
pub(super) fn c_library() -> std::sync::MutexGuard<'static, ()> {
    static LOCK: std::sync::Mutex<()> = std::sync::Mutex::new(());
    LOCK.lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// C's signal set. Numbers that the platform does not have are left out.
pub(super) fn c_signal_set(set: crate::SignalSet) -> libc::sigset_t {
    // SAFETY: all platforms' sets are integers.
    let mut raw: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: `raw` is a live set; an unknown number gives an error and changes nothing.
    unsafe {
        libc::sigemptyset(&raw mut raw);
        for signal in set.iter() {
            libc::sigaddset(&raw mut raw, signal);
        }
    }
    raw
}

/// From C's signal set.
pub(super) fn signal_set_from(raw: &libc::sigset_t) -> crate::SignalSet {
    // SAFETY: `raw` is a live set; an unknown number gives -1.
    (1..=64)
        .filter(|&signal| unsafe { libc::sigismember(raw, signal) } == 1)
        .fold(crate::SignalSet(0), crate::SignalSet::with)
}
