//! The compiler's integration tests, one module a kind.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests read their own files, and fail where they stand"
)]

mod bytecode;
mod diagnostics;
mod opcodes;
