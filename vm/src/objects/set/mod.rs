//! `set`: a mutable hash table of keys; what it shares with `frozenset`.
//!
//! CPython 3.14: `Objects/setobject.c`. `table` is the data structure, which runs no Python code and keeps CPython's
//! order of iteration; `data` adds lookups that may call `__hash__` and `__eq__`; `algebra` is union, difference and the
//! like; `methods` is what Python sees of both types. Tests: `tests/run/set/`.

mod algebra;
mod data;
mod iterator;
mod methods;
mod table;
mod value;

pub use data::SetData;
pub use iterator::SetIterator;
pub(crate) use methods::{contains, like, operands, reduce, set_methods};
pub use value::{Set, any_set};
