//! `tuple`: an immutable sequence, its items inside the object.
//!
//! CPython 3.14: `Objects/tupleobject.c`. `value` is the object for Rust, `methods` what Python sees. Tests:
//! `tests/run/tuple/`.

mod hash;
mod iterator;
mod methods;
mod value;

pub(crate) use hash::finished;
pub use hash::{hash_items, hash_lanes};
pub use iterator::TupleIterator;
pub use value::Tuple;
