//! The import system.
//!
//! `state` is what an isolate keeps, `library` the standard library without a disk.

mod library;
mod state;

pub use library::Library;
pub(crate) use state::ImportState;
