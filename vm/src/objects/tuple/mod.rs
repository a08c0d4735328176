//! `tuple`: an immutable sequence, its items inside the object.
//!
//! CPython 3.14: `Objects/tupleobject.c`. Tests: `tests/run/tuple/`.

mod value;

pub use value::Tuple;
