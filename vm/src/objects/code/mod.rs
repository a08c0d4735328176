//! `code`: compiled functions, modules and class bodies as Python objects.
//!
//! CPython 3.14: `Objects/codeobject.c`. Tests: `tests/run/code/`. `value` is the object and its body, `pool` the constants
//! that a compilation shares, `order` makes all of them, `constants` compares and converts them, `views` holds what Python sees as objects,
//! `parts` makes code of objects (`replace` and `construct` ask for it), `attributes` is what Python sees.

mod attributes;
mod constants;
mod construct;
mod order;
mod parts;
mod pool;
mod replace;
mod value;
mod views;

pub(crate) use parts::CodeParts;
pub use value::{Code, Unit};
