//! Tests of the VM through its Rust interface.
#![allow(
    clippy::disallowed_methods,
    reason = "a test looks at the real machine"
)]

mod allocation;
mod class;
mod collections;
mod exception;
mod heap;
mod run;
