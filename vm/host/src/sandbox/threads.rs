//! Threads of the sandbox: real ones, whose waits also end when the sandbox records a signal.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::Sandbox;
use crate::error::{OsError, OsResult};
use crate::native::MACHINE;
use crate::threads::Threads;

/// How long a wait may not notice a recorded signal.
const LOOK: Duration = Duration::from_millis(20);

impl Threads for Sandbox {
    fn thread_handle(&self) -> OsResult<u64> {
        MACHINE.thread_handle()
    }

    fn thread_name(&self) -> OsResult<Vec<u8>> {
        MACHINE.thread_name()
    }

    fn name_of_thread(&self, thread: u64) -> OsResult<Vec<u8>> {
        MACHINE.name_of_thread(thread)
    }

    fn set_thread_name(&self, name: &[u8]) -> OsResult<()> {
        MACHINE.set_thread_name(name)
    }

    fn wait_while(&self, word: &AtomicU32, value: u32, timeout: Option<Duration>) -> OsResult<()> {
        let mut left = timeout;
        loop {
            if self.lock().outside.has_pending_signal() {
                return Err(OsError::new(libc::EINTR));
            }
            let look = left.map_or(LOOK, |left| left.min(LOOK));
            match MACHINE.wait_while(word, value, Some(look)) {
                Err(error) if error.errno == libc::ETIMEDOUT => {}
                result => return result,
            }
            if word.load(Ordering::Acquire) != value {
                return Ok(());
            }
            if let Some(span) = &mut left {
                *span = span.saturating_sub(look);
                if span.is_zero() {
                    return Err(OsError::new(libc::ETIMEDOUT));
                }
            }
        }
    }

    fn wake_waiters(&self, word: &AtomicU32) -> OsResult<()> {
        MACHINE.wake_waiters(word)
    }
}
