//! `BaseException` and its subclasses.
//!
//! CPython 3.14: `Objects/exceptions.c`. Tests: `tests/run/exception/`. `base` is the object, `hierarchy` the classes; `raise` makes the common
//! exceptions from Rust.

mod base;
mod hierarchy;
mod raise;

pub use base::BaseException;
pub use hierarchy::*;
