//! The language server: an ordered queue of edits, snapshots and the compiler's diagnostics.
