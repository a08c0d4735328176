//! The `taipan` command: picks the front-end and its options, nothing more.

fn main() {}
