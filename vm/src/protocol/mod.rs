//! What can be done with any value, whatever its type: the functions of CPython's `Objects/abstract.c` and
//! `Objects/object.c`, as methods of the context.

mod attribute;
mod buffer;
mod call;
mod compare;
mod format;
mod number;
mod object;

pub use number::BinaryOp;
