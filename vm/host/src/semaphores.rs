//! Semaphores that processes share by name: what `_multiprocessing` needs.

use crate::OsResult;
use crate::boundary::part_of_host;
use crate::clock::Timespec;

/// An open semaphore. It is closed when this is dropped; the name stays until it is unlinked.
pub trait Semaphore: Send + Sync {
    /// A number that tells it from others of the process.
    fn handle(&self) -> usize;
    /// Takes one, waiting for it; `EINTR` if a signal comes.
    fn wait(&self) -> OsResult<()>;
    /// Takes one; `EAGAIN` if there is none.
    fn try_wait(&self) -> OsResult<()>;
    /// Takes one, waiting until a time of the clock `CLOCK_REALTIME`; `ETIMEDOUT` then.
    fn wait_until(&self, end: Timespec) -> OsResult<()>;
    /// Gives one back.
    fn post(&self) -> OsResult<()>;
    /// How many can be taken.
    fn value(&self) -> OsResult<i32>;
}

part_of_host! {
    /// Named semaphores.
    pub trait Semaphores in Processes {
        /// Opens a semaphore, or makes it with mode and value (`O_CREAT`, `O_EXCL`).
        fn sem_open(&self, name: &[u8], flags: i32, mode: u32, value: u32) -> Box<dyn Semaphore>;
        /// Takes a name away.
        fn sem_unlink(&self, name: &[u8]) -> ();
    }
}
