//! `bytearray`: bytes that can change.
//!
//! CPython 3.14: `Objects/bytearrayobject.c`. Tests: `tests/run/bytearray/`. The methods shared with `bytes` are in
//! `objects::bytes`.

mod iterator;
mod methods;
mod operators;
mod value;

pub(crate) use iterator::ByteArrayIterator;
pub use value::ByteArray;
