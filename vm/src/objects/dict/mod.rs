//! `dict`: a compact hash table that keeps insertion order.
//!
//! CPython 3.14: `Objects/dictobject.c`. Tests: `tests/run/dict/`. `table` is the data structure, which runs no Python
//! code; `value` adds lookups that may call `__hash__` and `__eq__`.

mod table;
mod value;

pub use table::Entry;
pub use value::Dict;
