//! `cargo xtask fuzz TARGET [ARGUMENTS]`: runs a fuzz target of `fuzz/`, beginning with the inputs of the tests.
//!
//! Needs `cargo install cargo-fuzz`. Arguments go to the engine: `-runs=100000`, `-max_total_time=600`. New inputs are
//! kept in `fuzz/corpus/TARGET`, those that fail in `fuzz/artifacts/TARGET`; each of the latter becomes a test case.

use crate::Outcome;
use crate::command::root;

/// The targets, and the folders of tests that each begins with.
const TARGETS: &[(&str, &[&str])] = &[
    (
        "compile",
        &["compiler/tests/bytecode", "compiler/tests/diagnostics"],
    ),
    ("marshal", &["compiler/tests/marshal"]),
];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let target = arguments
        .split_first()
        .and_then(|(name, rest)| Some((TARGETS.iter().find(|target| target.0 == name)?, rest)));
    let Some(((name, seeds), rest)) = target else {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.0).collect();
        return Err(format!("name a target: {}", names.join(", ")));
    };
    let fuzz = root().join("fuzz");
    let corpus = fuzz.join("corpus").join(name);
    std::fs::create_dir_all(&corpus).map_err(|error| format!("{}: {error}", corpus.display()))?;
    let status = std::process::Command::new("cargo")
        .args(["fuzz", "run", "--sanitizer", "none", name])
        .arg(&corpus)
        .args(seeds.iter().map(|folder| root().join(folder)))
        .arg("--")
        .args(rest)
        .current_dir(&fuzz)
        // The instrumentation is an unstable option of the compiler.
        .env("RUSTC_BOOTSTRAP", "1")
        .status()
        .map_err(|error| format!("cargo fuzz: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{name}: {status}"))
    }
}
