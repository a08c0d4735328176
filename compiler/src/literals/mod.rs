//! The values of literals, decoded from their source text.
//!
//! CPython: `Parser/string_parser.c`, `parsenumber` in `Parser/pegen.c`. The parser's own values cannot hold surrogates and
//! large integers, and know no warnings about escapes.

mod number;
mod string;

pub(crate) use number::parse_int;
pub(crate) use string::{Escape, Quoted, decode_bytes, decode_text};
