//! The values of literals, decoded from their source text.
//!
//! CPython: `Parser/string_parser.c`, `parsenumber` in `Parser/pegen.c`. The parser's own values cannot hold surrogates and
//! large integers, and know no warnings about escapes.

mod number;
mod string;

pub(crate) use number::{DEFAULT_MAX_STR_DIGITS, parse_int, too_many_digits};
pub(crate) use string::{Escape, Quoted, decode_bytes, decode_text};
