//! `code`: compiled functions, modules and class bodies as Python objects.
//!
//! CPython 3.14: `Objects/codeobject.c`. Tests: `tests/run/code/`. `value` is the object, `constants` makes values of
//! the compiler's constants, `construct` makes one of its parts, `attributes`
//! is what Python sees.

mod attributes;
mod constants;
mod construct;
mod value;

pub use value::{Code, Unit};
