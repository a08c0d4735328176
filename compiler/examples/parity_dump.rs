//! Compiles each Python file below a folder and writes what came out, one line of JSON a file.
//!
//! ```text
//! cargo run --release -p taipan-compiler --example parity_dump -- FOLDER > dump.jsonl
//! ```
//!
//! A line has `path`, `source` (SHA-256 of the file), `warnings` (`[category, line, text]`, in the order emitted), and
//! either `code` (the canonical JSON of `taipan_compiler::dump`) or `error` (class, message, place, text). Files go in the
//! order of their relative paths; symbolic links, `__pycache__`, `site-packages`, `dist-packages` and hidden folders are
//! left out. The same form, written by CPython, tells whether both compilers agree.
#![allow(
    clippy::disallowed_methods,
    reason = "a program of its own, outside of any isolate"
)]

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use taipan_compiler::compile::{CompileOptions, Failure, Output, compile};
use taipan_compiler::dump::{canonical_json, error_json, warnings_json};
use taipan_text::wtf8::Wtf8Buf;

fn main() -> io::Result<()> {
    let Some(root) = std::env::args_os().nth(1) else {
        return Err(io::Error::other("usage: parity_dump FOLDER"));
    };
    let root = Path::new(&root);
    let mut files = Vec::new();
    collect(root, "", &mut files)?;
    files.sort();
    let mut out = BufWriter::new(io::stdout().lock());
    let (mut time, mut bytes) = (Duration::ZERO, 0);
    for path in &files {
        let source = std::fs::read(root.join(path))?;
        let filename = Arc::new(Wtf8Buf::from_string(path.clone()));
        let start = Instant::now();
        let result = compile(&source, &filename, CompileOptions::default());
        time += start.elapsed();
        bytes += source.len();
        let digest: String = Sha256::digest(&source)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        write!(
            out,
            "{{\"path\":{},\"source\":\"{digest}\",",
            serde_json::to_string(path)?
        )?;
        match result {
            Ok(Output { code, warnings }) => {
                writeln!(
                    out,
                    "\"warnings\":{},\"code\":{}}}",
                    warnings_json(&warnings),
                    canonical_json(&code)
                )?;
            }
            Err(Failure {
                error, warnings, ..
            }) => {
                writeln!(
                    out,
                    "\"warnings\":{},\"error\":{}}}",
                    warnings_json(&warnings),
                    error_json(&error)
                )?;
            }
        }
    }
    out.flush()?;
    let rate = bytes as f64 / 1e6 / time.as_secs_f64();
    writeln!(
        io::stderr(),
        "{} files, {bytes} bytes, compiled in {time:.2?}: {rate:.1} MB/s",
        files.len()
    )
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<String>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let kind = entry.file_type()?;
        let path = format!("{prefix}{name}");
        if kind.is_dir() {
            let is_left_out = name.starts_with('.')
                || matches!(
                    name.as_str(),
                    "__pycache__" | "site-packages" | "dist-packages"
                );
            if !is_left_out {
                collect(&entry.path(), &format!("{path}/"), files)?;
            }
        } else if kind.is_file() && name.ends_with(".py") {
            files.push(path);
        }
    }
    Ok(())
}
