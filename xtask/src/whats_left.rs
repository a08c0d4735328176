//! What `builtins`, `sys` and the builtin types miss of CPython 3.14.
//!
//! `cargo xtask whats-left [PROGRAM]` runs `xtask/scripts/builtin_names.py` with the built `taipan` and compares what it
//! prints with `xtask/builtin_names.txt`, which `cargo xtask golden builtin_names` renews by CPython. It prints a line
//! for each name that is missing, of another kind, or not CPython's.

use std::collections::BTreeMap;

use crate::Outcome;
use crate::command::{output, root};

const NAMES: &str = "xtask/builtin_names.txt";
const SCRIPT: &str = "xtask/scripts/builtin_names.py";
/// Where a build leaves the program; the newest is asked.
const BUILDS: [&str; 2] = ["target/release/taipan", "target/debug/taipan"];

/// Prints the differences; fails if there are any.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let program = match arguments.first() {
        Some(program) => program.clone(),
        None => newest_build()?,
    };
    let known =
        std::fs::read_to_string(root().join(NAMES)).map_err(|error| format!("{NAMES}: {error}"))?;
    let ours = output(&program, &["-I", "-W", "ignore", SCRIPT])?;
    let (known, ours) = (entries(&known), entries(&ours));
    let mut count = 0;
    for (name, kind) in &known {
        match ours.get(name) {
            None => println!("missing    {name}: {kind}"),
            Some(other) if other != kind => println!("different  {name}: {kind} | {other}"),
            Some(_) => continue,
        }
        count += 1;
    }
    for (name, kind) in ours.iter().filter(|(name, _)| !known.contains_key(*name)) {
        println!("additional {name}: {kind}");
        count += 1;
    }
    match count {
        0 => Ok(()),
        _ => Err(format!("{count} of {} names differ", known.len())),
    }
}

fn newest_build() -> Result<String, String> {
    let built = |path: &&str| std::fs::metadata(root().join(path)).and_then(|data| data.modified());
    BUILDS
        .iter()
        .filter_map(|path| Some((built(path).ok()?, path)))
        .max()
        .map(|(_, path)| root().join(path).display().to_string())
        .ok_or_else(|| "there is no taipan: `cargo build` first".to_owned())
}

/// Names and what they are.
fn entries(text: &str) -> BTreeMap<&str, &str> {
    text.lines()
        .filter_map(|line| line.split_once(": "))
        .collect()
}
