//! What the instructions do, one file a family. The dispatch is in `interp::dispatch`.
//!
//! A function that takes `&mut Regs` is inlined into the loop, so that the registers stay in machine registers; what
//! is long or rare takes and returns `Saved`, or needs no more than the frame.

pub(crate) mod arithmetic;
pub(crate) mod attributes;
pub(crate) mod calls;
pub(crate) mod compare;
pub(crate) mod containers;
pub(crate) mod exceptions;
pub(crate) mod formatting;
pub(crate) mod functions;
pub(crate) mod generators;
pub(crate) mod imports;
pub(crate) mod intrinsics;
pub(crate) mod iteration;
pub(crate) mod locals;
pub(crate) mod matching;
pub(crate) mod names;
pub(crate) mod stack;
