//! What can be done with any value, whatever its type: the functions of CPython's `Objects/abstract.c` and
//! `Objects/object.c`, as methods of the context.

mod attribute;
mod call;
mod compare;
mod number;
mod object;
