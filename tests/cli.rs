//! Runs the command lines of `tests/cli/*.txt` and compares what they print; `xtask/scripts/cli_golden.py` tells the format.
#![allow(
    clippy::disallowed_methods,
    reason = "a test looks at the real machine"
)]

use std::io::Write;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// One command line and what comes of it.
struct Case {
    line: usize,
    command: String,
    stdin: String,
    files: Vec<(String, String)>,
    expected: Vec<String>,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut files: Vec<(String, String)> = Vec::new();
    let mut in_case = false;
    for (index, line) in text.lines().enumerate() {
        if let Some(command) = line.strip_prefix('$') {
            in_case = true;
            cases.push(Case {
                line: index + 1,
                command: command.trim().to_owned(),
                stdin: String::new(),
                files: files.clone(),
                expected: Vec::new(),
            });
        } else if let Some(name) = line.strip_prefix("@ ") {
            in_case = false;
            files.push((name.to_owned(), String::new()));
        } else if line.starts_with('#') || line.is_empty() && !in_case {
            in_case = false;
        } else if let Some(case) = cases.last_mut().filter(|_| in_case) {
            match line.strip_prefix('<') {
                Some(input) if case.expected.is_empty() => {
                    case.stdin
                        .push_str(input.strip_prefix(' ').unwrap_or(input));
                    case.stdin.push('\n');
                }
                _ => case.expected.push(line.to_owned()),
            }
        } else if let (Some(text), Some((_, file))) = (line.strip_prefix('|'), files.last_mut()) {
            file.push_str(text.strip_prefix(' ').unwrap_or(text));
            file.push('\n');
        }
    }
    for case in &mut cases {
        while case.expected.last().is_some_and(String::is_empty) {
            case.expected.pop();
        }
    }
    cases
}

/// Splits a command line as a shell does: quotes and backslashes, no more. `⏎` stands for a line end.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = command.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\'' | '"', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (_, Some(open)) if character == open => quote = None,
            ('\\', None | Some('"')) => {
                let escaped = characters.next().unwrap_or('\\');
                let word = word.get_or_insert_default();
                if quote.is_some() && !matches!(escaped, '"' | '\\') {
                    word.push('\\');
                }
                word.push(escaped);
            }
            (' ', None) => words.extend(word.take()),
            ('⏎', _) => word.get_or_insert_default().push('\n'),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

fn is_variable(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    })
}

/// Writes addresses, numbers with at least six digits behind `0x`, as ADDRESS.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split("0x");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part
            .find(|c: char| !matches!(c, '0'..='9' | 'a'..='f'))
            .unwrap_or(part.len());
        if digits >= 6 {
            result.push_str("ADDRESS");
            result.push_str(&part[digits..]);
        } else {
            result.push_str("0x");
            result.push_str(part);
        }
    }
    result
}

/// Writes the number of an object's owners, which is nobody's promise, as OWNERS.
fn without_owners(text: &str) -> String {
    const HEAD: &str = "object refcount : ";
    match text.split_once(HEAD) {
        Some((before, after)) => {
            let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{before}{HEAD}OWNERS{}", without_owners(rest))
        }
        None => text.to_owned(),
    }
}

/// The folder that the library inside the binary stands in for.
fn library(program: &Path) -> PathBuf {
    let home = program.parent().and_then(Path::parent);
    home.expect("in the target folder").join("lib/python3.14")
}

fn run(case: &Case, folder: &Path) -> Vec<String> {
    for (name, text) in &case.files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("in the folder")).expect("a new folder");
        std::fs::write(path, text).expect("a new file");
    }
    let program = env!("CARGO_BIN_EXE_taipan");
    let words = words(&case.command);
    let variables = words.iter().take_while(|word| is_variable(word)).count();
    let mut child = Command::new(program)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("LC_ALL", "C.UTF-8")
        .envs(
            words[..variables]
                .iter()
                .filter_map(|word| word.split_once('=')),
        )
        .args(&words[variables..])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("taipan starts");
    let mut stdin = child.stdin.take().expect("piped");
    // A program that does not read its input closes the pipe.
    let _ = stdin.write_all(case.stdin.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("taipan ends");
    let clean = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes)
            .replace("usage: taipan ", "usage: PYTHON ")
            .replace(&*library(Path::new(program)).to_string_lossy(), "LIBRARY")
            .replace(program, "PYTHON")
            .replace(&*folder.to_string_lossy(), "HERE");
        without_owners(&without_addresses(&text))
    };
    let mut lines: Vec<String> = clean(&output.stdout).lines().map(str::to_owned).collect();
    lines.extend(
        clean(&output.stderr)
            .lines()
            .map(|line| format!("2> {line}")),
    );
    match output.status.code() {
        Some(0) => {}
        Some(code) => lines.push(format!("[exit {code}]")),
        None => lines.push(format!("[exit -{}]", output.status.signal().unwrap_or(0))),
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

#[test]
fn command_lines_print_what_cpython_prints() {
    check_folder("tests/cli");
}

/// What CPython has no counterpart of.
#[test]
fn command_lines_of_our_own_print_what_they_did() {
    check_folder("tests/cli/own");
}

fn check_folder(root: &str) {
    let scratch = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(root);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
    let only = std::env::var("CLI").unwrap_or_default();
    let mut failures = String::new();
    let mut found: Vec<PathBuf> = std::fs::read_dir(&root)
        .expect("the folder is in the repository")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .filter(|path| path.to_string_lossy().contains(&only))
        .collect();
    found.sort();
    for path in found {
        let text = std::fs::read_to_string(&path).expect("readable");
        for case in cases(&text) {
            let folder = scratch.join(format!("{}", case.line));
            // Whatever a run before left behind.
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).expect("a new folder");
            let folder = folder.canonicalize().expect("it exists");
            let printed = run(&case, &folder);
            if printed != case.expected {
                failures.push_str(&format!(
                    "{}:{}: {}\n  expected:\n    {}\n  printed:\n    {}\n",
                    path.display(),
                    case.line,
                    case.command,
                    case.expected.join("\n    "),
                    printed.join("\n    ")
                ));
            }
        }
    }
    let _ = std::fs::remove_dir_all(&scratch);
    assert!(failures.is_empty(), "{failures}");
}

/// CPython has no library inside, so this is Taipan's own.
#[test]
fn a_real_folder_in_the_librarys_place_adds_modules() {
    let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("home");
    let library = home.join("lib/python3.14");
    // Whatever a run before left behind.
    let _ = std::fs::remove_dir_all(&home);
    for (name, text) in [
        ("extra.py", "name = 'extra'"),
        ("more/__init__.py", "name = 'more'"),
        ("more/inner.py", "name = 'inner'"),
        ("json/addition.py", "name = 'addition'"),
        ("json/decoder.py", "raise SystemError"),
    ] {
        let path = library.join(name);
        std::fs::create_dir_all(path.parent().expect("in the folder")).expect("a new folder");
        std::fs::write(path, text).expect("a new file");
    }
    let code = "import extra, more.inner, json.addition, json.decoder, pkgutil\n\
                print(extra.name, more.name, more.inner.name, json.addition.name)\n\
                names = {module.name for module in pkgutil.iter_modules()}\n\
                print(names >= {'extra', 'more', 'json', 'os'})";
    let output = Command::new(env!("CARGO_BIN_EXE_taipan"))
        .env("PYTHONHOME", &home)
        .args(["-c", code])
        .output()
        .expect("taipan starts");
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(printed, "extra more inner addition\nTrue\n", "{errors}");
    let _ = std::fs::remove_dir_all(&home);
}
