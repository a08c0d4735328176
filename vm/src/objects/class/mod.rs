//! `type`: classes, native ones and those written in Python.
//!
//! CPython 3.14: `Objects/typeobject.c`. Tests: `tests/run/class/`. `value` is the object, `lookup` finds attributes
//! along the MRO, `mro` computes it (C3), `native` makes types of [`ClassDef`](crate::native::ClassDef)s.

mod lookup;
mod mro;
mod native;
mod value;

pub use lookup::LookupCache;
pub use mro::linearize;
pub use value::{Type, TypeFlags};
