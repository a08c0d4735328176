//! Bytes of any kind as a serialised object.
//!
//! Oracle: reading never panics; what could be read is written and read again to the same bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taipan_compiler::marshal;

fuzz_target!(|input: &[u8]| {
    let Ok(object) = marshal::load(input) else {
        return;
    };
    let bytes = marshal::dump(&object);
    let again = marshal::load(&bytes).expect("our own bytes can be read");
    assert_eq!(marshal::dump(&again), bytes);
});
