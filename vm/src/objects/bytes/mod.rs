//! `bytes`: an immutable sequence of bytes.
//!
//! CPython 3.14: `Objects/bytesobject.c`. Tests: `tests/run/bytes/`.

mod value;

pub use value::Bytes;
