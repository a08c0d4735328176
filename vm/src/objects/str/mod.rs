//! `str`: text as WTF-8 with its length in code points.
//!
//! CPython 3.14: `Objects/unicodeobject.c`. Tests: `tests/run/str/`.

mod value;

pub use value::Str;
