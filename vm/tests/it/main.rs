//! Tests of the VM through its Rust interface.

mod class;
mod collections;
mod exception;
mod heap;
mod run;
