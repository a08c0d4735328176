//! `str`: text.
//!
//! CPython 3.14: `Objects/unicodeobject.c`, `Objects/unicode_format.c`, `Objects/stringlib/`. Tests: `tests/run/str/`.
//! `value` is the object, `make` how strings come into being, `operators` what operators and slots do, `percent` the
//! `%` operator, `format` the method of that name; the other files hold methods.

mod case;
mod construct;
mod encode;
mod format;
mod iterator;
mod make;
mod operators;
mod percent;
mod search;
mod split;
mod translate;
mod value;

pub(crate) use iterator::{StrAsciiIterator, StrIterator};
pub(crate) use make::Characters;
pub(crate) use percent::{Arguments, integer as percent_integer, next_amount};
pub use search::Bound;
pub use value::Str;
