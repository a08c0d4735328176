//! The image that the build made can be read whole: later, nobody asks.

use std::sync::Arc;

use taipan_compiler::code_object::CodeObject;
use taipan_compiler::constant::Constant;
use taipan_lib::Frozen;
use taipan_text::Wtf8Buf;
use taipan_vm::import::Library;

/// Reads a code object and all within it; returns their number.
fn count(code: &CodeObject) -> usize {
    let inner = code.consts.iter().map(|constant| match constant {
        Constant::Code(code) => count(code),
        _ => 0,
    });
    1 + inner.sum::<usize>()
}

#[test]
fn all_code_can_be_read() {
    let filename = Arc::new(Wtf8Buf::from_string("a.py".to_owned()));
    let mut total = 0;
    for path in Frozen.paths() {
        if let Some(code) = Frozen.code(path, &filename) {
            assert_eq!(code.filename, filename);
            total += count(&code);
        }
    }
    assert!(total > 10_000, "only {total} code objects");
}

#[test]
fn content_is_as_long_as_promised() {
    let source = Frozen.content("os.py").expect("os.py is in the library");
    assert!(source.starts_with(b"r\"\"\"OS routines"));
    assert!(Frozen.content("no_such_file.py").is_none());
    assert!(!Frozen.is_file("os"));
}

#[test]
fn folders_are_listed() {
    let names = Frozen.list("json").expect("json is a package");
    assert!(names.contains(&"decoder.py".to_owned()));
    assert!(Frozen.list("no_such_folder").is_none());
}
