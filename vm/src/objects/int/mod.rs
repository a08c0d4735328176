//! `int`: integers of any size.
//!
//! CPython 3.14: `Objects/longobject.c`. Tests: `tests/run/int/`. `value` is the object, `arith` the operators,
//! `construct` what `int()` accepts, `bytes` the conversions to and from bytes, `methods` the rest.

mod arith;
mod bytes;
mod construct;
mod large;
mod methods;
mod value;

pub use value::{Int, IntRef};
