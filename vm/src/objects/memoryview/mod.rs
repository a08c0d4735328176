//! `memoryview`: shared memory of bytes-like objects as an object.
//!
//! CPython 3.14: `Objects/memoryobject.c`. Tests: `tests/run/memoryview/`. `value` is the object with its subscripts,
//! `methods` the rest. Deviations: views of views hold the memory on their own, so releasing a view that was exported
//! is never refused; no suboffsets.

mod iterator;
mod methods;
mod value;

pub use value::MemoryView;
