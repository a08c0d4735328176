//! What a sandbox is made from: readable folders, environment, clock, streams, limits.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::clock::Timespec;

/// What the sandbox's clocks show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SandboxClock {
    /// The real time.
    #[default]
    Real,
    /// A time that starts here and moves only when the program sleeps or waits, so that runs repeat.
    Fixed(Timespec),
}

/// Where the sandbox's random bytes come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SandboxRandomness {
    /// The system's generator.
    #[default]
    Real,
    /// A sequence that the seed determines; for repeatable runs, not for secrets.
    Seeded(u64),
}

/// Standard input.
#[derive(Default)]
pub enum Input {
    /// At its end from the start.
    #[default]
    Empty,
    /// These bytes.
    Bytes(Vec<u8>),
    /// Whatever this gives.
    Reader(Box<dyn Read + Send>),
}

/// Standard output or error.
#[derive(Default)]
pub enum Output {
    /// Thrown away, but counted.
    #[default]
    Discard,
    /// Collected for the owner of the sandbox.
    Capture(Capture),
    /// Passed on.
    Writer(Box<dyn Write + Send>),
}

/// Collected output; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Capture(Arc<Mutex<Vec<u8>>>);

impl Capture {
    /// Takes what was written so far.
    #[must_use]
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn append(&self, data: &[u8]) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(data);
    }
}

/// The settings of a sandbox. The default reads nothing, knows no variable, and writes at most 64 MiB to memory.
pub struct SandboxConfig {
    /// Folders (or single files) that may be read, with everything below. Each is resolved when the sandbox is made.
    pub readable: Vec<PathBuf>,
    /// All environment variables.
    pub environment: Vec<(Vec<u8>, Vec<u8>)>,
    /// Where the program starts; it is made in memory if it is not readable.
    pub current_directory: PathBuf,
    /// What clocks show.
    pub clock: SandboxClock,
    /// Where random bytes come from.
    pub randomness: SandboxRandomness,
    /// Standard input.
    pub stdin: Input,
    /// Standard output.
    pub stdout: Output,
    /// Standard error.
    pub stderr: Output,
    /// Bytes that may be written to both together; more is `EDQUOT`, and `exceeded_limit` tells.
    pub output_limit: Option<u64>,
    /// Bytes of files in memory; more is `ENOSPC`.
    pub memory_limit: u64,
    /// What `sys.executable` says.
    pub executable: Vec<u8>,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self {
            readable: Vec::new(),
            environment: Vec::new(),
            current_directory: PathBuf::from("/tmp"),
            clock: SandboxClock::Real,
            randomness: SandboxRandomness::Real,
            stdin: Input::Empty,
            stdout: Output::Discard,
            stderr: Output::Discard,
            output_limit: None,
            memory_limit: 64 << 20,
            executable: Vec::new(),
        }
    }
}
