//! Threads of this process: who they are, and how they wait for each other.

use std::sync::atomic::AtomicU32;
use std::time::Duration;

use crate::boundary::part_of_host;

part_of_host! {
    /// Threads: what `_thread` needs besides starting them.
    pub trait Threads in Threads {
        /// The calling thread's `pthread_t`.
        fn thread_handle(&self) -> u64;
        /// The calling thread's name, for debuggers.
        fn thread_name(&self) -> Vec<u8>;
        /// The name of a thread of this process (`pthread_t`) that has not ended.
        fn name_of_thread(&self, thread: u64) -> Vec<u8>;
        /// Names the calling thread; the system may cut the name.
        fn set_thread_name(&self, name: &[u8]) -> ();
        /// Waits as long as `word` holds `value`. May return early; `EINTR` when a signal arrives, `ETIMEDOUT` when the
        /// time is over.
        fn wait_while(&self, word: &AtomicU32, value: u32, timeout: Option<Duration>) -> ();
        /// Wakes who waits for `word`.
        fn wake_waiters(&self, word: &AtomicU32) -> ();
    }
}
