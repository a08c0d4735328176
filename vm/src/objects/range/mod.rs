//! `range`: an arithmetic progression that is computed, not stored.
//!
//! CPython 3.14: `Objects/rangeobject.c`. `value` is the object for Rust, `methods` what Python sees, `iterator` its
//! iterators. Tests: `tests/run/range/`.

mod iterator;
mod methods;
mod value;

pub use iterator::{LongRangeIterator, RangeIterator};
pub use value::{Range, SmallRange};
