//! Tests of the VM through its Rust interface.

mod allocation;
mod class;
mod collections;
mod exception;
mod heap;
mod run;
