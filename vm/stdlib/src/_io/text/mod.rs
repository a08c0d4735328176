//! `TextIOWrapper`: text over a buffered binary stream.
//!
//! CPython 3.14: `Modules/_io/textio.c`. `codec` converts, `reading` and `writing` are the two directions, `position` is
//! `tell` and `seek`, `setup` makes and reconfigures a stream, `wrapper` is what Python sees. Tests: `tests/run/_io/`.

mod codec;
mod position;
mod reading;
mod setup;
mod wrapper;
mod writing;

pub(crate) use wrapper::TextIoWrapper;
