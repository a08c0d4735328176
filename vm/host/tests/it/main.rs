//! The host's promises: the sandbox lets nothing out and nothing in, and the native host does what the system does.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the tests look at the real machine beside the host"
)]

mod escape;
mod native;
mod overlay;
mod pipes;
mod scratch;
mod virtual_machine;
