//! What the three front-ends share: cells, completion, inspection, history, display, tracebacks.
//!
//! The work on Python objects is done in Python, in the package `taipan` of the embedded library (`Lib/python/taipan/`); this
//! crate compiles cells, and calls that package. If two front-ends need something, it is here, once.

mod cell;
mod compiler;
mod notebook;
mod outlet;
mod session;

pub use cell::{Completeness, completeness};
pub use notebook::Notebook;
pub use outlet::{InputFailure, Publisher};
pub use session::{Candidate, Completions, Outcome, Session};
