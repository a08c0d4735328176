//! `cargo xtask fuzz-parity [--cases N] [--seed N] [--show N]`: compares the compiler with CPython on made-up programs.
//!
//! The interpreter is `$PYTHON`, or `python3.14` of the path; the programs are pieces of its library, most with tokens
//! changed. What differs in code, error or warnings is printed.

use std::process::Command;

use crate::Outcome;
use crate::command::{cargo, root};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let example = ["--package", "taipan-compiler", "--example", "parity_cases"];
    cargo(&[&["build"], &example[..]].concat())?;
    let folder = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), std::path::PathBuf::from);
    let program = folder.join("debug/examples/parity_cases");
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3.14".into());
    let status = Command::new(&python)
        .args(["-W", "ignore"])
        .arg(root().join("xtask/scripts/fuzz_parity.py"))
        .arg(program)
        .args(arguments)
        .status()
        .map_err(|error| {
            format!(
                "{} does not start: {error}; set PYTHON to a CPython 3.14",
                python.display()
            )
        })?;
    if status.success() {
        Ok(())
    } else {
        Err("the compilers differ".to_owned())
    }
}
