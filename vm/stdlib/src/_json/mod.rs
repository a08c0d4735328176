//! `_json`: JSON text, read and written.
//!
//! `scanner` reads documents, `scan_string` the strings in them; `encoder` writes documents, `text` the strings.
//! Reference: CPython 3.14 `Modules/_json.c`. Tests: `tests/run/json/`. Deviations: none known.

mod encoder;
mod error;
mod scan_string;
mod scanner;
mod text;

use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;

/// json speedups
#[pymodule]
pub(crate) fn _json(cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&text::encode_basestring::DEF)?;
    m.function(&text::encode_basestring_ascii::DEF)?;
    m.function(&scan_string::scanstring::DEF)?;
    m.add("make_scanner", cx.native_class(scanner::Scanner::class()))?;
    m.add("make_encoder", cx.native_class(encoder::Encoder::class()))
}
