//! Arithmetic on any values.
//!
//! CPython 3.14: the number half of `Objects/abstract.c`.

mod binary;
mod convert;
mod unary;

pub use binary::BinaryOp;
