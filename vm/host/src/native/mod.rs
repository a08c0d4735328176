//! The real machine: each method is the system call of its name.
//!
//! `call` holds the helpers shared by the rest: C strings, results with `errno`. What only Linux has refuses with
//! `ENOSYS` elsewhere.

mod call;

mod clock;
mod descriptors;
mod environment;
mod fatal_signals;
mod files;
mod fork_exec;
mod mappings;
mod network;
mod processes;
mod readiness;
mod resolver;
#[cfg(target_os = "linux")]
mod scheduler;
mod semaphores;
mod shown;
mod signal_state;
mod signals;
mod socket_address;
mod spawn;
mod system;
mod terminal;
mod threads;
mod users;
#[cfg(target_os = "linux")]
mod xattr;

pub(crate) use mappings::MappedMemory;

use std::sync::OnceLock;

use crate::OutputTaker;
use crate::boundary::{Area, Boundary};
use crate::error::OsError;

use shown::Shown;

/// The host that passes everything on to the operating system.
#[derive(Default)]
pub(crate) struct Native {
    /// Who may take what is written instead.
    pub(crate) taker: Option<OutputTaker>,
    shown: OnceLock<Shown>,
}

impl Native {
    /// The machine, with somebody who may take what is written.
    pub(crate) const fn new(taker: Option<OutputTaker>) -> Native {
        Native {
            taker,
            shown: OnceLock::new(),
        }
    }
}

/// The machine as the sandbox uses it.
pub(crate) static MACHINE: Native = Native::new(None);

impl Boundary for Native {
    fn refuse(&self, _area: Area) -> OsError {
        OsError::new(libc::ENOSYS)
    }
}
