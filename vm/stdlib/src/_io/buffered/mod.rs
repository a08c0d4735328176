//! `BufferedReader`, `BufferedWriter`, `BufferedRandom` and `BufferedRWPair`.
//!
//! CPython 3.14: `Modules/_io/bufferedio.c`. `core` is the buffer that the first three share, `reading` and `writing` its
//! two directions, `classes` what Python sees. A raw stream that is a plain `FileIO` is called directly, any other by
//! its methods.
//!
//! Invariants of the buffer
//! 1. `ahead` holds bytes read from the raw stream; those before `taken` were handed out.
//! 2. `pending` holds bytes not yet written. Not both of unread and pending bytes are there at a time.
//! 3. No borrow is held while the raw stream is called.
//!
//! Tests: `tests/run/_io/`.

mod classes;
mod core;
mod pair;
mod reading;
mod writing;

pub(crate) use classes::{BufferedRandom, BufferedReader, BufferedWriter};
pub(crate) use core::Core;
pub(crate) use pair::BufferedRwPair;
