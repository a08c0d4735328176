//! The reference tier: CPython 3.14's bytecode, executed as it is.
//!
//! Read `stack` (frames and registers), `thread`, `call` (binding arguments), `dispatch` (the loop), `unwind`
//! (exceptions), then `ops`, the instructions by family, `inline_cache` and `specialize`. A call of a Python function from Python code makes a frame and
//! stays in the loop; native code that calls Python enters [`run`] again.

pub mod breaker;
mod call;
mod dispatch;
pub(crate) mod inline_cache;
mod instrumented;
pub mod lock;
pub(crate) mod nested_lock;
pub(crate) mod numbers;
pub(crate) mod ops;
mod specialize;
pub mod stack;
pub mod thread;
pub(crate) mod unwind;
pub mod waiters;

pub(crate) use dispatch::run;
