//! Code objects as text: for comparing compilers, and for reading.
//!
//! [`canonical_json`] says everything there is to say on one line, so that equal text means equal code;
//! [`listing`] is what the bytecode tests compare, a line an instruction, like CPython's `dis`.
//! Tests: `tests/bytecode`.

mod canonical;
mod diagnostics;
mod listing;

pub use canonical::{canonical_json, canonical_text};
pub use diagnostics::{error_json, warnings_json};
pub use listing::listing;
