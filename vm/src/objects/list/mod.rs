//! `list`: a growable sequence.
//!
//! CPython 3.14: `Objects/listobject.c`. `value` is the object for Rust, `methods` and `subscript` what Python sees,
//! `iterator` its iterators. Tests: `tests/run/list/`.

mod iterator;
mod methods;
mod sort;
mod subscript;
mod value;

pub(crate) use methods::repeat_items;
pub(crate) use subscript::pick;

pub use iterator::{ListIterator, ListReverseIterator};
pub use sort::SortOrder;
pub use value::List;
