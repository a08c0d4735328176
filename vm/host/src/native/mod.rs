//! The real machine: each method is the system call of its name.
//!
//! `call` holds the unsafe helpers shared by the rest: C strings, results with `errno`.

mod call;

mod descriptors;
mod files;
#[cfg(target_os = "linux")]
mod xattr;

use crate::boundary::{Area, Boundary};
use crate::clock::{Clock, Randomness};
use crate::descriptors::Readiness;
use crate::error::OsError;
use crate::network::{Resolver, Sockets};
use crate::processes::Processes;
use crate::signals::Signals;
use crate::system::{Environment, Mappings, System, Terminal, Users};

/// The host that passes everything on to the operating system.
#[derive(Debug)]
pub(crate) struct Native;

impl Boundary for Native {
    fn refuse(&self, _area: Area) -> OsError {
        OsError::new(libc::ENOSYS)
    }
}
impl Readiness for Native {}
impl Sockets for Native {}
impl Resolver for Native {}
impl Processes for Native {}
impl Signals for Native {}
impl Clock for Native {}
impl Randomness for Native {}
impl Environment for Native {}
impl Terminal for Native {}
impl Users for Native {}
impl Mappings for Native {}
impl System for Native {}
