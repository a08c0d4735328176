//! Compares errors and warnings with CPython's.
//!
//! The goldens are renewed with CPython 3.14: `xtask/scripts/diagnostics_golden.py compiler/tests/diagnostics`.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use taipan_compiler::compile::{CompileOptions, Failure, Output, compile_str};
use taipan_text::wtf8::Wtf8Buf;

/// What the compiler says about `source`, in the golden's form.
fn describe(source: &str) -> String {
    let filename = Arc::new(Wtf8Buf::from("<string>"));
    let result = compile_str(source, &filename, CompileOptions::default());
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
    let place = error.place.unwrap();
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
    let sources: Vec<&str> = sources.split("====\n").collect();
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
