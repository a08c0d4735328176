//! What a host does not offer, and the macro that gives each narrow trait its refusing default methods.
//!
//! Invariant: a method that a host does not implement never pretends to succeed; it answers `Boundary::refuse`.

use crate::error::OsError;

/// A part of the outside, named in refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Paths and directories.
    Files,
    /// Open descriptors.
    Descriptors,
    /// Waiting for descriptors.
    Readiness,
    /// Sockets and name resolution.
    Network,
    /// Other processes, and this one's identity.
    Processes,
    /// Clocks, sleep and calendars.
    Clock,
    /// Random bytes.
    Randomness,
    /// Environment variables.
    Environment,
    /// Terminals.
    Terminal,
    /// Threads of this process.
    Threads,
    /// Signals and their timers.
    Signals,
    /// The user and group database.
    Users,
    /// Memory mappings.
    Mappings,
    /// Facts about the machine, resource limits, locale.
    System,
}

/// The host's answer to what it does not offer.
pub trait Boundary: Send + Sync {
    /// The error for a call in `area` that this host does not offer.
    fn refuse(&self, area: Area) -> OsError;
}

/// Declares a narrow trait whose methods refuse unless a host implements them. `fn f(&self, a: A) -> R;` becomes a
/// method that returns `OsResult<R>`.
macro_rules! part_of_host {
    (
        $(#[$trait_meta:meta])*
        pub trait $name:ident in $area:ident {
            $($(#[$meta:meta])* fn $method:ident(&self $(, $arg:ident: $ty:ty)* $(,)?) -> $ret:ty;)*
        }
    ) => {
        $(#[$trait_meta])*
        pub trait $name: $crate::boundary::Boundary {
            $(
                $(#[$meta])*
                fn $method(&self $(, $arg: $ty)*) -> $crate::error::OsResult<$ret> {
                    $(let _ = $arg;)*
                    Err(self.refuse($crate::boundary::Area::$area))
                }
            )*
        }
    };
}
pub(crate) use part_of_host;
