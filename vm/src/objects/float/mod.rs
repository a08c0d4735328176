//! `float`: IEEE 754 doubles.
//!
//! CPython 3.14: `Objects/floatobject.c`. Tests: `tests/run/float/`. `value` is the object, `arith` the operators, `methods`
//! the rest.

pub(crate) mod arith;
mod methods;
mod value;

pub use value::Float;
