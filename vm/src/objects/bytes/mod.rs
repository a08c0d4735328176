//! `bytes`: immutable bytes.
//!
//! CPython 3.14: `Objects/bytesobject.c`. Tests: `tests/run/bytes/`. `value` is the object, `from` what becomes bytes.

mod from;
mod value;

pub use value::Bytes;
