//! `list`: a growable sequence.
//!
//! CPython 3.14: `Objects/listobject.c`. Tests: `tests/run/list/`.

mod value;

pub use value::List;
