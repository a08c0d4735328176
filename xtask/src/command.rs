//! Running other programs, cargo before all.

use std::path::PathBuf;
use std::process::Command;

use crate::Outcome;

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    own.parent().map_or_else(|| own.clone(), PathBuf::from)
}

/// Runs cargo in the workspace's folder and shows what it prints.
///
/// # Errors
/// The command line, if cargo cannot be run or fails.
pub(crate) fn cargo(arguments: &[&str]) -> Outcome {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    run_program(&cargo, arguments)
}

/// Runs a program in the workspace's folder and shows what it prints.
///
/// # Errors
/// The command line, if the program cannot be run or fails.
pub(crate) fn run_program(program: &str, arguments: &[&str]) -> Outcome {
    let name = program.rsplit('/').next().unwrap_or(program);
    println!("$ {name} {}", arguments.join(" "));
    let status = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .status()
        .map_err(|error| format!("{name} does not start: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!(
            "`{name} {}` failed ({status})",
            arguments.join(" ")
        ))
    }
}

/// What a command prints.
///
/// # Errors
/// The command's name, if it cannot be run or fails.
pub(crate) fn output(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .output()
        .map_err(|error| format!("{program} does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "`{program} {}` failed: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
