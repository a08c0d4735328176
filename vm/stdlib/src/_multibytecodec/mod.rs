//! `_multibytecodec` and `_codecs_cn`, `_hk`, `_iso2022`, `_jp`, `_kr`, `_tw`: encodings of Chinese, Japanese and Korean.
//!
//! `codec` (a codec as an object), `family` (the modules that have them), `coder` (text and bytes that come in parts),
//! `incremental`, `stream`. The conversions are `taipan_text::codecs::CjkCodec`.
//! CPython 3.14: `Modules/cjkcodecs/`. Tests: `tests/programs/multibytecodec/`. Deviation: there are no capsules, so
//! `__create_codec` refuses everything, and the modules show no `__map_*`.

mod codec;
mod coder;
pub(crate) mod family;
mod incremental;
mod stream;

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::value::Value;

#[pymodule]
pub(crate) fn _multibytecodec(m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&__create_codec::DEF)?;
    m.class(incremental::IncrementalEncoder::class())?;
    m.class(incremental::IncrementalDecoder::class())?;
    m.class(stream::StreamReader::class())?;
    m.class(stream::StreamWriter::class())?;
    Ok(())
}

#[pyfunction(signature = (arg, /))]
fn __create_codec(cx: &Ctx, arg: &Value) -> PyResult<Value> {
    let _ = arg;
    Err(cx.value_error("argument type invalid"))
}
