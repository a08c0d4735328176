//! What can be done with any value, whatever its type: the functions of CPython's `Objects/abstract.c` and
//! `Objects/object.c`, as methods of the context.

mod attribute;
mod buffer;
mod call;
mod compare;
mod construct;
mod format;
mod instance;
mod iter;
mod mapping;
mod number;
mod object;
mod repr;
mod sequence;

pub use buffer::BytesLike;
pub use iter::{Iter, Iteration};
pub use number::BinaryOp;
pub use repr::ReprGuard;
pub use sequence::{exact_str, quick_equal};
