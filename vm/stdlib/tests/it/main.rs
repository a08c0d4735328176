//! Native modules, called from Rust.

mod harness;
mod modules;
mod streams;
