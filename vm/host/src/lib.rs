//! An isolate's whole outside: files, network, processes, environment, clock, randomness, terminal, signals.
//!
//! Every native module reaches the operating system through an `Arc<dyn Host>`, and through nothing else: a call
//! around it is a security defect (and `clippy.toml` rejects the standard library's ways). [`native`] is the real
//! machine.
//!
//! `Host` is the sum of narrow traits, one an area, each with the types it needs. A method that a host does not
//! implement refuses (`boundary`); none pretends. Numbers that Python code sees (flags, modes, signals, options) are
//! the platform's own; paths and texts are bytes.
//!
//! Not here: Python objects, argument parsing, retrying after `EINTR` (the native modules do it, PEP 475).
//!
//! Read first: `files.rs` (a narrow trait), `native/mod.rs`, `sandbox/mod.rs`. Tests: `tests/it/`.
#![allow(
    clippy::disallowed_methods,
    reason = "this crate is the place where the operating system is called"
)]
#![allow(
    clippy::unnecessary_cast,
    reason = "the widths of C's types differ by platform"
)]

pub mod boundary;
mod error;

pub mod clock;
pub mod descriptors;
pub mod files;
pub mod network;
pub mod processes;
pub mod semaphores;
pub mod signals;
pub mod system;
pub mod threads;

mod native;
mod sandbox;

use std::sync::Arc;

pub use boundary::{Area, Boundary};
pub use clock::{Clock, Randomness, Timespec};
pub use descriptors::{Descriptors, Readiness};
pub use error::{OsError, OsResult, strerror};
pub use files::{AT_CWD, Fd, Files, OpenFlags, ReadOnlyFolder, Stat, Symlinks};
pub use network::{Resolver, Sockets};
pub use processes::{Pid, Processes};
pub use sandbox::{Capture, Input, Output, SandboxClock, SandboxConfig, SandboxRandomness};
pub use semaphores::Semaphores;
pub use signals::{SignalSet, Signals};
pub use system::{Environment, Mapping, Mappings, System, Terminal, Users};
pub use threads::Threads;

/// The outside of an isolate. Its methods are those of the narrow traits.
pub trait Host:
    Files
    + Descriptors
    + Readiness
    + Sockets
    + Resolver
    + Processes
    + Semaphores
    + Signals
    + Threads
    + Clock
    + Randomness
    + Environment
    + Terminal
    + Users
    + Mappings
    + System
{
}

impl<T> Host for T where
    T: Files
        + Descriptors
        + Readiness
        + Sockets
        + Resolver
        + Processes
        + Semaphores
        + Semaphores
        + Signals
        + Threads
        + Clock
        + Randomness
        + Environment
        + Terminal
        + Users
        + Mappings
        + System
{
}

/// The real machine.
#[must_use]
pub fn native() -> Arc<dyn Host> {
    Arc::new(native::Native::default())
}

/// What [`native_with_taker`] asks before a write to a descriptor: whether it takes the data.
pub type OutputTaker = Box<dyn Fn(Fd, &[u8]) -> bool + Send + Sync>;

/// The real machine, but for output that somebody else takes (a prompt that is edited on the same terminal).
#[must_use]
pub fn native_with_taker(taker: OutputTaker) -> Arc<dyn Host> {
    Arc::new(native::Native::new(Some(taker)))
}

/// A hermetic host.
///
/// # Errors
/// A readable folder does not exist or cannot be opened.
pub fn sandbox(config: SandboxConfig) -> OsResult<Arc<dyn Host>> {
    Ok(Arc::new(sandbox::Sandbox::new(config)?))
}

/// A hermetic host that reads no folder and collects its output, for tests and examples.
///
/// # Errors
/// The system has no clock.
pub fn memory() -> OsResult<(Arc<dyn Host>, Capture)> {
    let output = Capture::default();
    let config = SandboxConfig {
        stdout: Output::Capture(output.clone()),
        stderr: Output::Capture(output.clone()),
        ..SandboxConfig::default()
    };
    Ok((sandbox(config)?, output))
}
