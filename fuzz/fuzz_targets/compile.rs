//! Source text of any kind, through all stages of the compiler.
//!
//! The length of the source picks mode, level of optimization and flags. Oracle: nothing panics or overflows the stack; the
//! code that comes out survives being written and read again.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use taipan_compiler::compile::{CompileOptions, compile};
use taipan_compiler::constant::Constant;
use taipan_compiler::dump::canonical_json;
use taipan_compiler::future::CompilerFlags;
use taipan_compiler::marshal;
use taipan_compiler::parse::Mode;
use taipan_text::Wtf8Buf;

/// How a source of that length is compiled.
fn options(length: usize) -> CompileOptions {
    const MODES: [Mode; 4] = [Mode::Exec, Mode::Exec, Mode::Single, Mode::Eval];
    const FLAGS: [CompilerFlags; 6] = [
        CompilerFlags::empty(),
        CompilerFlags::TYPE_COMMENTS,
        CompilerFlags::ALLOW_TOP_LEVEL_AWAIT,
        CompilerFlags::ALLOW_INCOMPLETE_INPUT,
        CompilerFlags::FUTURE_ANNOTATIONS,
        CompilerFlags::FUTURE_BARRY_AS_BDFL,
    ];
    CompileOptions {
        mode: MODES[length % 4],
        optimize: (length / 4 % 3) as u8,
        flags: FLAGS[length / 12 % 6],
        ..CompileOptions::default()
    }
}

fuzz_target!(|source: &[u8]| {
    let filename = Arc::new(Wtf8Buf::from("fuzz.py"));
    let Ok(output) = compile(source, &filename, options(source.len())) else {
        return;
    };
    let bytes = marshal::dump(&Constant::Code(output.code.clone().into()));
    match marshal::load(&bytes) {
        Ok(Constant::Code(read)) => {
            assert_eq!(canonical_json(&read), canonical_json(&output.code));
        }
        other => panic!("code that was written reads as {other:?}"),
    }
});
