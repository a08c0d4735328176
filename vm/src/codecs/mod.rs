//! Codecs as Python sees them: the registry, error handlers, and `encode`/`decode` of text and bytes.
//!
//! CPython 3.14: `Python/codecs.c`, `PyUnicode_AsEncodedString`, `PyUnicode_Decode`. The conversions themselves are in
//! `taipan_text::codecs`; the module `_codecs` shows them to Python. Tests: `tests/run/codecs/`.

mod convert;
mod handler;
mod native_handlers;
mod registry;

pub use convert::KnownCodec;
pub use handler::{Direction, Handler};
pub use registry::CodecRegistry;
