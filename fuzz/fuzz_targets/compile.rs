//! Source text of any kind, through all stages of the compiler.
//!
//! Oracle: nothing panics or overflows the stack; the code that comes out survives being written and read again.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use taipan_compiler::compile::{CompileOptions, compile};
use taipan_compiler::constant::Constant;
use taipan_compiler::dump::canonical_json;
use taipan_compiler::marshal;
use taipan_text::Wtf8Buf;

fuzz_target!(|source: &[u8]| {
    let filename = Arc::new(Wtf8Buf::from("fuzz.py"));
    let Ok(output) = compile(source, &filename, CompileOptions::default()) else {
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
