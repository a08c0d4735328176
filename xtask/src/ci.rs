//! What a change must pass, in the order in which it fails soonest.

use crate::command::{cargo, run_program};
use crate::{Outcome, tidy};

/// Format, tidy, clippy, tests.
pub(crate) fn run(_: &[String]) -> Outcome {
    have("fmt", "rustfmt")?;
    cargo(&["fmt", "--all", "--check"])?;
    tidy::run(&[])?;
    lint(&[])?;
    test(&[])
}

/// Clippy, warnings as errors.
pub(crate) fn lint(_: &[String]) -> Outcome {
    have("clippy", "clippy")?;
    cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ])
}

/// All tests.
pub(crate) fn test(arguments: &[String]) -> Outcome {
    let mut all = vec!["test", "--workspace"];
    all.extend(arguments.iter().map(String::as_str));
    cargo(&all)
}

/// Installs a component of the toolchain where its command is missing: a minimal toolchain has neither of the two.
fn have(command: &str, component: &str) -> Outcome {
    if cargo(&[command, "--version"]).is_ok() {
        return Ok(());
    }
    run_program("rustup", &["component", "add", component])
}
