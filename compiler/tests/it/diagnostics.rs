//! Compares errors and warnings with CPython's.
//!
//! The goldens are renewed with CPython 3.14: `xtask/scripts/diagnostics_golden.py compiler/tests/diagnostics`.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use taipan_compiler::compile::{CompileOptions, Failure, Output, compile_str};
use taipan_compiler::future::CompilerFlags;
use taipan_compiler::parse::Mode;
use taipan_text::wtf8::Wtf8Buf;

/// A source, and how it is compiled.
struct Case {
    options: CompileOptions,
    source: String,
}

/// The cases of a file; `xtask/scripts/diagnostics_golden.py` tells the notation.
fn sources(text: &str) -> Vec<Case> {
    let empty = |options| Case {
        options,
        source: String::new(),
    };
    let mut cases = vec![empty(CompileOptions::default())];
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let Some(how) = line.strip_prefix("====") else {
            cases.last_mut().unwrap().source.push_str(line);
            continue;
        };
        if number == 0 {
            cases.clear();
        }
        let mut how = how.split_whitespace();
        let mode = match how.next() {
            None | Some("exec") => Mode::Exec,
            Some("single") => Mode::Single,
            Some("eval") => Mode::Eval,
            Some(other) => panic!("no mode {other}"),
        };
        let flags = how.next().map_or(0, |flags| {
            u32::from_str_radix(flags.trim_start_matches("0x"), 16).unwrap()
        });
        cases.push(empty(CompileOptions {
            mode,
            flags: CompilerFlags::from_bits(flags).unwrap(),
            ..CompileOptions::default()
        }));
    }
    cases
}

/// `source` with each `%{text*5}` replaced by that text five times.
fn expanded(source: &str) -> String {
    let mut parts = source.split("%{");
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let repeated = |(star, _)| {
            let (count, rest) = part[star + 1..].split_once('}')?;
            Some((&part[..star], count.parse().ok()?, rest))
        };
        let (text, count, rest) = part.match_indices('*').find_map(repeated).unwrap();
        out.push_str(&text.repeat(count));
        out.push_str(rest);
    }
    out
}

/// What the compiler says about a source, in the golden's form.
fn describe(case: &Case) -> String {
    let filename = Arc::new(Wtf8Buf::from("<string>"));
    let result = compile_str(&expanded(&case.source), &filename, case.options);
    let (warnings, error) = match result {
        Ok(Output { warnings, .. }) => (warnings, None),
        Err(Failure {
            warnings, error, ..
        }) => (warnings, Some(error)),
    };
    let mut out = String::new();
    for warning in warnings {
        writeln!(
            out,
            "  warning line {}: {}",
            warning.place.lineno, warning.msg
        )
        .unwrap();
    }
    let Some(error) = error else {
        out.push_str("  ok\n");
        return out;
    };
    writeln!(out, "  {}: {}", error.kind.class_name(), error.msg).unwrap();
    let Some(place) = error.place else {
        return out;
    };
    writeln!(
        out,
        "  at {}:{} to {}:{}",
        place.lineno, place.offset, place.end_lineno, place.end_offset
    )
    .unwrap();
    if let Some(text) = error.text {
        writeln!(out, "  text {}", serde_json::to_string(&text).unwrap()).unwrap();
    }
    out
}

/// The golden's cases: heading and what CPython says.
fn cases(golden: &str) -> Vec<(String, String)> {
    let mut cases: Vec<(String, String)> = Vec::new();
    for line in golden.lines() {
        match cases.last_mut() {
            Some((_, expected)) if line.starts_with("  ") => {
                expected.push_str(line);
                expected.push('\n');
            }
            _ => cases.push((line.to_owned(), String::new())),
        }
    }
    cases
}

fn check_diagnostics(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/diagnostics")
        .join(name);
    let sources = std::fs::read_to_string(path.with_extension("cases")).unwrap();
    let golden = std::fs::read_to_string(path.with_extension("golden")).unwrap();
    let sources = self::sources(&sources);
    let cases = cases(&golden);
    assert_eq!(sources.len(), cases.len(), "{name}: the golden is stale");
    let mut differing = String::new();
    for (source, (heading, expected)) in sources.iter().zip(cases) {
        let actual = describe(source);
        if actual != expected {
            write!(differing, "{heading}\nexpected\n{expected}actual\n{actual}").unwrap();
        }
    }
    assert!(differing.is_empty(), "{name}:\n{differing}");
}

#[test]
fn scopes() {
    check_diagnostics("scopes");
}

#[test]
fn codegen() {
    check_diagnostics("codegen");
}

#[test]
fn warnings() {
    check_diagnostics("warnings");
}

#[test]
fn tokens() {
    check_diagnostics("tokens");
}

#[test]
fn grammar() {
    check_diagnostics("grammar");
}

#[test]
fn fields() {
    check_diagnostics("fields");
}

#[test]
fn brackets() {
    check_diagnostics("brackets");
}

#[test]
fn second_look() {
    check_diagnostics("second_look");
}

#[test]
fn nesting() {
    check_diagnostics("nesting");
}

#[test]
fn type_comments() {
    check_diagnostics("type_comments");
}

#[test]
fn incomplete() {
    check_diagnostics("incomplete");
}

#[test]
fn flufl() {
    check_diagnostics("flufl");
}

#[test]
fn patterns() {
    check_diagnostics("patterns");
}
