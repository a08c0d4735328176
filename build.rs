//! Links the binary to a fixed address where the linker can.
//!
//! Start-up: a relocatable binary with a language's tables of methods in it has some 35,000 pointers to correct, and a
//! quarter of all pages that `taipan -c pass` touches are touched for that alone. CPython's Linux builds are linked so too. Decision: `docs/decisions/0012-fixed-address.md`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a build script works on the real machine and talks to cargo"
)]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |key: &str| std::env::var(key).unwrap_or_default();
    if target("CARGO_CFG_TARGET_OS") == "linux" && target("CARGO_CFG_TARGET_ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bin=taipan=-no-pie");
    }
}
