//! Where the process begins: C's `main` instead of Rust's.
//!
//! Rust opens `/dev/null` for each standard stream that the process was started without, and then nobody can tell; the
//! `sys.stdin` of such a program is `None`. Nothing else of what Rust does there is wanted, but for the signal of broken
//! pipes, which is ignored here as well.
//!
//! Invariant: no other item of the program is called `main` by the linker.
#![allow(
    unsafe_code,
    reason = "the name that C gives a program's start; see the invariant above"
)]

use std::ffi::{c_char, c_int};

use taipan_host::signals::Disposition;

/// On Linux and macOS.
const SIGPIPE: i32 = 13;

// SAFETY: the invariant.
#[unsafe(no_mangle)]
extern "C" fn main(_count: c_int, _arguments: *const *const c_char) -> c_int {
    // Where this is refused, a broken pipe ends the process instead of raising.
    let _ = taipan_host::native().set_disposition(SIGPIPE, Disposition::Ignore);
    c_int::from(crate::run_process())
}
