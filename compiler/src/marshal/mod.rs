//! The serialised form of code objects and constants, and the `.pyc` files that hold it.
//!
//! CPython: `Python/marshal.c`, format version 5 (3.14); `Lib/importlib/_bootstrap_external.py` for `.pyc`. An object is a
//! byte that tells its type, then its data, numbers little-endian. With the top bit of that byte set, the object is
//! remembered, in the order of first bytes, and can be referred to later.
//! Not here: lists, dicts, sets and other objects that no code object holds.
//! Invariant: reading never panics and never allocates more than the input's length justifies.
//! Tests: `tests.rs`, `tests/marshal`.

mod pyc;
mod read;
mod stored;
#[cfg(test)]
mod tests;
mod write;

pub use pyc::{MAGIC_NUMBER, Pyc, PycError, PycSource, read_pyc, write_pyc};
pub use read::{MarshalError, load};
pub use stored::{dump_stored, load_stored};
pub use write::dump;

pub(crate) use stored::read_stored;

/// The format that this version of Python writes.
pub const FORMAT_VERSION: u32 = 5;

/// Nesting beyond this is an error, when writing as when reading.
const MAX_DEPTH: u32 = 2000;

/// Stack that one level of nesting may need, and how much is taken when less is left.
const STACK_RESERVE: usize = 64 << 10;
const STACK_GROWTH: usize = 1 << 20;

/// Set in an object's first byte if the object can be referred to later.
const FLAG_REF: u8 = 0x80;

/// First bytes of objects (`TYPE_*`).
mod tag {
    pub(super) const NULL: u8 = b'0';
    pub(super) const NONE: u8 = b'N';
    pub(super) const FALSE: u8 = b'F';
    pub(super) const TRUE: u8 = b'T';
    pub(super) const ELLIPSIS: u8 = b'.';
    pub(super) const INT: u8 = b'i';
    pub(super) const LONG: u8 = b'l';
    pub(super) const FLOAT: u8 = b'f';
    pub(super) const BINARY_FLOAT: u8 = b'g';
    pub(super) const COMPLEX: u8 = b'x';
    pub(super) const BINARY_COMPLEX: u8 = b'y';
    pub(super) const BYTES: u8 = b's';
    pub(super) const INTERNED: u8 = b't';
    pub(super) const UNICODE: u8 = b'u';
    pub(super) const ASCII: u8 = b'a';
    pub(super) const ASCII_INTERNED: u8 = b'A';
    pub(super) const SHORT_ASCII: u8 = b'z';
    pub(super) const SHORT_ASCII_INTERNED: u8 = b'Z';
    pub(super) const TUPLE: u8 = b'(';
    pub(super) const SMALL_TUPLE: u8 = b')';
    pub(super) const FROZENSET: u8 = b'>';
    pub(super) const SLICE: u8 = b':';
    pub(super) const CODE: u8 = b'c';
    pub(super) const REF: u8 = b'r';
    /// Not CPython's: code with its header and length, to be read later (`stored`).
    pub(super) const STORED_CODE: u8 = b'@';
}
