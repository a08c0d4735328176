//! Compiles sources and writes what came out, one line of JSON a source.
//!
//! Each line of the input is a JSON array of a mode (`exec`, `eval`, `single`), a source, the flags of Python's `compile()`
//! and the level of optimization. The answer has `warnings`, and `code` (the canonical JSON of `taipan_compiler::dump`) or `error`. `cargo xtask fuzz-parity` compares with CPython's.
#![allow(
    clippy::disallowed_methods,
    reason = "a program of its own, outside of any isolate"
)]

use std::io::{self, BufRead, BufWriter, Write};
use std::sync::Arc;

use taipan_compiler::compile::{CompileOptions, Failure, Output, compile_str};
use taipan_compiler::dump::{canonical_json, error_json, warnings_json};
use taipan_compiler::future::CompilerFlags;
use taipan_compiler::parse::Mode;
use taipan_text::wtf8::Wtf8Buf;

fn main() -> io::Result<()> {
    let filename = Arc::new(Wtf8Buf::from("<case>"));
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let (mode, source, flags, optimize): (String, String, u32, u8) =
            serde_json::from_str(&line?)?;
        let mode = match mode.as_str() {
            "exec" => Mode::Exec,
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            other => return Err(io::Error::other(format!("unknown mode {other}"))),
        };
        let options = CompileOptions {
            mode,
            optimize,
            flags: CompilerFlags::from_bits_truncate(flags),
            ..CompileOptions::default()
        };
        match compile_str(&source, &filename, options) {
            Ok(Output { code, warnings }) => writeln!(
                out,
                "{{\"warnings\":{},\"code\":{}}}",
                warnings_json(&warnings),
                canonical_json(&code)
            )?,
            Err(Failure {
                error, warnings, ..
            }) => writeln!(
                out,
                "{{\"warnings\":{},\"error\":{}}}",
                warnings_json(&warnings),
                error_json(&error)
            )?,
        }
    }
    out.flush()
}
