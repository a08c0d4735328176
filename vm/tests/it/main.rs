//! Tests of the VM through its Rust interface.

mod heap;
