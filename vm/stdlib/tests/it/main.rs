//! Native modules, called from Rust.
#![allow(
    clippy::disallowed_methods,
    reason = "a test looks at the real machine"
)]

mod harness;
mod modules;
mod streams;
