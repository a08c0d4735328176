//! The compiler's integration tests, one module a kind.

mod bytecode;
mod diagnostics;
mod opcodes;
