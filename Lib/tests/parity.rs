//! The library compiles to CPython's code, to the last byte.
//!
//! `parity.txt` has a line for each file of the crate `rustpython-pylib`: its path, and the first half of a half of the
//! SHA-256 of the canonical JSON (`taipan_compiler::dump`) of the code object that CPython 3.14.8 makes of it. When the
//! crate changes the list is made anew by CPython, never by this compiler.
#![allow(clippy::disallowed_methods, reason = "a test reads files itself")]

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use taipan_compiler::compile::{CompileOptions, compile};
use taipan_compiler::dump::canonical_json;
use taipan_text::Wtf8Buf;

#[test]
fn every_file_is_cpythons() {
    let root = Path::new(rustpython_pylib::LIB_PATH);
    let mut differing = Vec::new();
    let mut count = 0;
    for line in include_str!("parity.txt").lines() {
        let (path, expected) = line.split_once(' ').expect("path and digest");
        let source = std::fs::read(root.join(path)).expect("a file of the crate");
        let filename = Arc::new(Wtf8Buf::from_string(path.to_owned()));
        let actual = match compile(&source, &filename, CompileOptions::default()) {
            Ok(output) => {
                let mut hex = String::new();
                for byte in &Sha256::digest(canonical_json(&output.code))[..8] {
                    write!(hex, "{byte:02x}").expect("a String takes all");
                }
                hex
            }
            Err(failure) => failure.error.msg,
        };
        count += 1;
        if actual != expected {
            differing.push(format!("{path}: {actual}"));
        }
    }
    assert_eq!(count, 718);
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
