//! What a signal handler may touch: the recorded signals, the breaker and the wake-up descriptor of this process.
//!
//! A handler has no argument of ours, so this state must be static: the one exception to "no global state", because
//! signals belong to the process and not to an isolate.
//!
//! Invariants
//! 1. The handler uses atomics and `write` only, which are async-signal-safe, and leaves `errno` as it was.
//! 2. `BREAKER` is null or comes from `Arc::into_raw` and is never released: a handler may be using it at any time.
#![allow(unsafe_code, reason = "a signal handler; see the invariants above")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicU32, AtomicU64, Ordering};

use super::call::errno_location;

/// The kernel's number of the thread whose breaker is attached; 0 for none. It runs the handlers, so it is woken.
static ATTACHED: AtomicI32 = AtomicI32::new(0);
static RECORDED: AtomicU64 = AtomicU64::new(0);
static BREAKER: AtomicPtr<AtomicU32> = AtomicPtr::new(std::ptr::null_mut());
static BREAKER_BITS: AtomicU32 = AtomicU32::new(0);
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);
static WAKEUP_ERROR: AtomicI32 = AtomicI32::new(0);

/// The handler of every signal with `Disposition::Record`.
pub(super) extern "C" fn handler(signal: i32) {
    // SAFETY: the location of the thread's errno is always valid.
    let saved = unsafe { *errno_location() };
    arrived(signal);
    // SAFETY: as above.
    unsafe { *errno_location() = saved };
}

/// A signal has come to this thread, or somebody says so.
pub(super) fn arrived(signal: i32) {
    record(signal);
    let attached = ATTACHED.load(Ordering::SeqCst);
    if attached != 0 && attached != current_thread() {
        wake(attached);
    }
}

/// Lets a system call of another thread that waits return.
pub(super) extern "C" fn woken(_signal: i32) {}

#[cfg(target_os = "linux")]
fn current_thread() -> i32 {
    // SAFETY: no preconditions, and async-signal-safe.
    unsafe { libc::gettid() }
}

/// The signal that only wakes: nobody else uses one of the last real-time signals.
#[cfg(target_os = "linux")]
pub(super) fn wake_signal() -> i32 {
    libc::SIGRTMAX() - 1
}

#[cfg(target_os = "linux")]
fn wake(thread: i32) {
    // SAFETY: no pointers; a thread that is gone gives an error, and has nothing to wake for.
    unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), thread, wake_signal()) };
}

#[cfg(target_os = "linux")]
fn install_waker() {
    // SAFETY: all fields may be zero; zero flags mean that system calls are interrupted.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = woken as extern "C" fn(i32) as libc::sighandler_t;
    action.sa_flags = libc::SA_ONSTACK;
    // SAFETY: a live structure, and a handler that does nothing.
    unsafe { libc::sigaction(wake_signal(), &raw const action, std::ptr::null_mut()) };
}

/// Elsewhere threads are not told apart: the signal waits in the breaker.
#[cfg(not(target_os = "linux"))]
fn current_thread() -> i32 {
    0
}

#[cfg(not(target_os = "linux"))]
fn wake(_thread: i32) {}

#[cfg(not(target_os = "linux"))]
fn install_waker() {}

/// Notes a signal, sets the breaker, wakes up who waits.
pub(super) fn record(signal: i32) {
    if !(1..=64).contains(&signal) {
        return;
    }
    RECORDED.fetch_or(1 << (signal - 1), Ordering::SeqCst);
    let breaker = BREAKER.load(Ordering::SeqCst);
    if !breaker.is_null() {
        // SAFETY: invariant 2.
        unsafe { &*breaker }.fetch_or(BREAKER_BITS.load(Ordering::SeqCst), Ordering::SeqCst);
    }
    let fd = WAKEUP_FD.load(Ordering::SeqCst);
    if fd >= 0 {
        let byte = signal as u8;
        // SAFETY: one live byte. A closed descriptor gives an error, which is kept for the isolate.
        if unsafe { libc::write(fd, (&raw const byte).cast(), 1) } < 0 {
            // SAFETY: the location of the thread's errno is always valid.
            WAKEUP_ERROR.store(unsafe { *errno_location() }, Ordering::SeqCst);
        }
    }
}

pub(super) fn take() -> Option<i32> {
    let mut recorded = RECORDED.load(Ordering::SeqCst);
    loop {
        if recorded == 0 {
            return None;
        }
        let rest = recorded & (recorded - 1);
        match RECORDED.compare_exchange(recorded, rest, Ordering::SeqCst, Ordering::SeqCst) {
            Ok(_) => return i32::try_from(recorded.trailing_zeros() + 1).ok(),
            Err(now) => recorded = now,
        }
    }
}

pub(super) fn attach_breaker(breaker: Arc<AtomicU32>, bits: u32) {
    BREAKER_BITS.store(bits, Ordering::SeqCst);
    install_waker();
    ATTACHED.store(current_thread(), Ordering::SeqCst);
    // Invariant 2: the old one, if any, is leaked on purpose.
    BREAKER.store(Arc::into_raw(breaker).cast_mut(), Ordering::SeqCst);
}

pub(super) fn set_wakeup_fd(fd: i32) -> i32 {
    WAKEUP_FD.swap(fd, Ordering::SeqCst)
}

pub(super) fn take_wakeup_error() -> Option<i32> {
    Some(WAKEUP_ERROR.swap(0, Ordering::SeqCst)).filter(|&errno| errno != 0)
}
