//! Runs the scripts, with the whole binary, of `tests/programs/`: each says in comments what it prints (`tests/programs/check.py` tells how).
#![allow(
    clippy::disallowed_methods,
    reason = "a test looks at the real machine"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

fn scripts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is in the repository") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            scripts(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "py")
            && path.file_name().is_some_and(|name| name != "check.py")
        {
            found.push(path);
        }
    }
}

#[test]
fn scripts_print_what_their_comments_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    scripts(&root.join("tests/programs"), &mut found);
    found.sort();
    assert!(!found.is_empty());
    let mut failures = String::new();
    for script in &found {
        let output = Command::new(env!("CARGO_BIN_EXE_taipan"))
            .arg(root.join("tests/programs/check.py"))
            .arg(script)
            .env_remove("PYTHONPATH")
            .env("PYTHONHASHSEED", "0")
            .output()
            .expect("taipan starts");
        if !output.status.success() {
            failures.push_str(&format!(
                "{}{}{}\n",
                script.display(),
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            ));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
