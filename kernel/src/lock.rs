//! Locking a mutex whose data stays valid when a thread panics while it holds it.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks; a panic of another holder does not spread.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
