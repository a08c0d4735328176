//! `bytes`: immutable bytes; and the methods that it shares with `bytearray`.
//!
//! CPython 3.14: `Objects/bytesobject.c`, `Objects/bytes_methods.c`. Tests: `tests/run/bytes/`. `value` is the object,
//! `from` what becomes bytes, `operators` what is its own; `shared` and `methods` serve both types.

mod from;
mod hex;
#[macro_use]
mod methods;
mod operators;
mod percent;
mod shared;
mod short;
mod value;

pub(crate) use hex::{Separator, from_hex, to_hex};
pub(crate) use methods::byte_methods;
pub(crate) use operators::{
    BytesIterator, concatenated, repeated, warn_of_comparison, warn_of_text,
};
pub(crate) use percent::format as percent_format;
pub(crate) use shared::{ByteString, Constructor, Fill, Needle};
pub(crate) mod algorithms {
    //! The bodies of the shared methods.
    pub(crate) use super::shared::*;
}
pub(crate) use short::ShortBytes;
pub use value::Bytes;
