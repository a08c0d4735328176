//! What a change must pass, in the order in which it fails soonest.

use crate::command::cargo;
use crate::{Outcome, tidy};

/// Format, tidy, clippy, tests.
pub(crate) fn run(_: &[String]) -> Outcome {
    cargo(&["fmt", "--all", "--check"])?;
    tidy::run(&[])?;
    lint(&[])?;
    test(&[])
}

/// Clippy, warnings as errors.
pub(crate) fn lint(_: &[String]) -> Outcome {
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
