//! Compares the code made of `tests/bytecode/*.py` with CPython's, as listings.
//!
//! The goldens are renewed with CPython 3.14: `xtask/scripts/bytecode_golden.py compiler/tests/bytecode`.

use std::path::Path;
use std::sync::Arc;

use taipan_compiler::compile::{CompileOptions, compile};
use taipan_compiler::dump::listing;
use taipan_compiler::marshal::{dump, load};
use taipan_text::wtf8::Wtf8Buf;

/// Compiles the file, compares the listing with the golden, and lets the code survive being serialised.
fn check_bytecode(path: &Path) -> Result<(), String> {
    let source = std::fs::read(path).unwrap();
    let filename = Arc::new(Wtf8Buf::from_string(
        path.file_name().unwrap().to_string_lossy().into_owned(),
    ));
    let output = compile(&source, &filename, CompileOptions::default())
        .map_err(|failure| format!("{}: {}", path.display(), failure.error))?;
    let actual = listing(&output.code);
    let code = taipan_compiler::constant::Constant::Code(output.code.into());
    assert!(
        load(&dump(&code)).unwrap().is_same(&code),
        "{}: differs when read back",
        path.display()
    );
    let expected = std::fs::read_to_string(path.with_extension("golden")).unwrap();
    if actual == expected {
        Ok(())
    } else {
        Err(format!(
            "{}\n{}",
            path.display(),
            first_difference(&expected, &actual)
        ))
    }
}

fn first_difference(expected: &str, actual: &str) -> String {
    let mut owner = "";
    for (expected, actual) in expected.lines().zip(actual.lines()) {
        if expected != actual {
            return format!("in {owner}\n  expected {expected}\n  actual   {actual}");
        }
        if expected.starts_with("code ") {
            owner = expected;
        }
    }
    "one is longer than the other".to_owned()
}

#[test]
fn bytecode_is_cpythons() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bytecode");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    files.sort();
    assert!(!files.is_empty());
    let failures: Vec<String> = files
        .iter()
        .filter_map(|path| check_bytecode(path).err())
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {}\n{}",
        failures.len(),
        files.len(),
        failures.join("\n")
    );
}
