//! `dict`: a compact hash table that keeps insertion order.
//!
//! CPython 3.14: `Objects/dictobject.c`. `table` is the data structure, which runs no Python code; `value` adds lookups
//! that may call `__hash__` and `__eq__`; `methods` is what Python sees, `merge` is `update` and its relatives; `views`
//! and `iterators` are the companions. Tests: `tests/run/dict/`.

mod iterators;
mod merge;
mod methods;
mod table;
mod value;
mod view_sets;
mod views;

pub use iterators::{
    DictItemIterator, DictKeyIterator, DictReverseItemIterator, DictReverseKeyIterator,
    DictReverseValueIterator, DictValueIterator,
};
pub use merge::Existing;
pub use table::Entry;
pub(crate) use value::explain_unhashable;
pub use value::{Dict, hash_key};
pub use views::{DictItems, DictKeys, DictValues};
