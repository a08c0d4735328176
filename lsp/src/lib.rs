//! Taipan's language server (LSP 3.17): what an editor asks about Python code, answered from the compiler's front half,
//! an analysis of scopes, light inference, and CPython's own tables of built-in names.
//!
//! Read in this order: [`server`] (the loop and its queue), [`project`] (snapshots), [`analysis`] (scopes and names),
//! [`infer`] (what a name is), then any file of [`features`], which holds one request each.
//!
//! Not here: parsing (ruff's parser), live evaluation, editors' own code (`editors/`).
//!
//! Invariants
//! 1. One thread changes state, in the order of the client's messages; everything else reads an `Arc` of a snapshot.
//! 2. A request never panics the server: each runs inside `catch_unwind` and answers with an error instead.
//! 3. Nothing but protocol messages reaches the output stream.

mod analysis;
mod check;
mod diagnostics;
mod features;
mod infer;
mod project;
mod server;
mod text;
mod transport;
mod uri;

#[cfg(test)]
mod fixture;

pub use check::{Finding, Report, check};
pub use server::{Options, run, run_stdio};
