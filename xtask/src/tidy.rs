//! The repository's own rules, as a test.
//!
//! Checked: no hand-written file over 1,000 lines; each Rust file starts with its module doc; no `todo!`,
//! `unimplemented!`, `dbg!`, and no reminder comment without an issue's number; the list of files with unsafe code; no
//! mutable statics; dependencies between crates point one way.

use std::path::Path;

use crate::command::{output, root};
use crate::{Outcome, unsafe_list};

const MAX_LINES: usize = 1000;

/// Each crate with the crates of the workspace that it may use: the layers of `docs/ARCHITECTURE.md`.
const LAYERS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("compiler", &["taipan-text"]),
    ("vm/macros", &[]),
    ("vm/sre", &["taipan-text"]),
    ("vm/host", &[]),
    (
        "vm",
        &[
            "taipan-text",
            "taipan-compiler",
            "taipan-macros",
            "taipan-host",
            "taipan-lib",
        ],
    ),
    (
        "vm/stdlib",
        &[
            "taipan-text",
            "taipan-compiler",
            "taipan-macros",
            "taipan-host",
            "taipan-sre",
            "taipan-vm",
            "taipan-lib",
        ],
    ),
    ("Lib", &["taipan-text", "taipan-compiler", "taipan-vm"]),
    (
        "session",
        &[
            "taipan-text",
            "taipan-macros",
            "taipan-compiler",
            "taipan-host",
            "taipan-vm",
            "taipan-stdlib",
            "taipan-lib",
        ],
    ),
    (
        "repl",
        &[
            "taipan-session",
            "taipan-compiler",
            "taipan-text",
            "taipan-host",
            "taipan-vm",
        ],
    ),
    (
        "kernel",
        &[
            "taipan-session",
            "taipan-compiler",
            "taipan-text",
            "taipan-host",
            "taipan-vm",
        ],
    ),
    (
        "lsp",
        &[
            "taipan-session",
            "taipan-compiler",
            "taipan-text",
            "taipan-host",
            "taipan-vm",
        ],
    ),
];

/// Prints each breach of a rule.
pub(crate) fn run(_: &[String]) -> Outcome {
    let mut breaches = Vec::new();
    for (file, text) in sources("rs")? {
        check_rust(&file, &text, &mut breaches);
    }
    for extension in ["py", "lua", "ts"] {
        for (file, text) in sources(extension)? {
            check_length(&file, &text, &mut breaches);
        }
    }
    breaches.extend(unsafe_list::differences()?);
    check_layers(&mut breaches)?;
    for breach in &breaches {
        println!("{breach}");
    }
    if breaches.is_empty() {
        println!("tidy");
        Ok(())
    } else {
        Err(format!("{} breaches", breaches.len()))
    }
}

/// The tracked files with this ending, with their text.
pub(crate) fn sources(extension: &str) -> Result<Vec<(String, String)>, String> {
    let pattern = format!("*.{extension}");
    let list = output(
        "git",
        &[
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            &pattern,
        ],
    )?;
    let mut files = Vec::new();
    for file in list.lines() {
        // A file may be deleted but not yet committed.
        if let Ok(text) = std::fs::read_to_string(root().join(file)) {
            files.push((file.to_owned(), text));
        }
    }
    Ok(files)
}

fn is_generated(file: &str) -> bool {
    file.contains("/tables/") || file.contains("/generated/") || file.contains("/golden/")
}

fn check_length(file: &str, text: &str, breaches: &mut Vec<String>) {
    let lines = text.lines().count();
    if lines > MAX_LINES && !is_generated(file) {
        breaches.push(format!("{file}: {lines} lines; split it by what it holds"));
    }
}

fn check_rust(file: &str, text: &str, breaches: &mut Vec<String>) {
    check_length(file, text, breaches);
    if !text.starts_with("//!") {
        breaches.push(format!("{file}: starts without a module doc"));
    }
    if file.starts_with("xtask/") {
        return;
    }
    for (number, line) in text.lines().enumerate() {
        let place = || format!("{file}:{}", number + 1);
        let code = line.split("//").next().unwrap_or_default();
        for word in ["todo!(", "unimplemented!(", "dbg!("] {
            if code.contains(word) {
                breaches.push(format!("{}: {word}...)", place()));
            }
        }
        if code.trim_start().starts_with("static mut ") {
            breaches.push(format!("{}: a mutable static", place()));
        }
        let comment = line.find("//").map_or("", |at| &line[at..]);
        for word in ["TODO", "FIXME", "XXX", "HACK"] {
            if comment
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|found| found == word)
                && !comment.contains(&format!("{word}(#"))
            {
                breaches.push(format!("{}: {word} without an issue's number", place()));
            }
        }
    }
}

fn check_layers(breaches: &mut Vec<String>) -> Outcome {
    for (folder, allowed) in LAYERS {
        let manifest = Path::new(folder).join("Cargo.toml");
        let text = std::fs::read_to_string(root().join(&manifest))
            .map_err(|error| format!("{}: {error}", manifest.display()))?;
        let mut in_dependencies = false;
        for line in text.lines() {
            if line.starts_with('[') {
                // What only tests use may come from above.
                in_dependencies = matches!(line, "[dependencies]" | "[build-dependencies]");
                continue;
            }
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if in_dependencies && name.starts_with("taipan-") && !allowed.contains(&name) {
                breaches.push(format!(
                    "{}: {folder} must not use {name}",
                    manifest.display()
                ));
            }
        }
    }
    Ok(())
}
