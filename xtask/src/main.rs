//! The one entry for every job of the project: `cargo xtask` lists them.

fn main() {}
