//! `_codecs`: the registry of codecs, and the codecs that are written natively.
//!
//! Reference: CPython 3.14 `Modules/_codecsmodule.c`. The conversions are in `taipan_text::codecs`, registry and error
//! handlers in `taipan_vm::codecs`. Tests: `tests/run/codecs/`. Deviations: no codecs of Windows (`mbcs`, `oem`).

mod charmap;
mod decoders;
mod encoders;

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::Str;
use taipan_vm::value::{Py, Value};

#[pymodule]
pub(crate) fn _codecs(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&register::DEF)?;
    m.function(&unregister::DEF)?;
    m.function(&lookup::DEF)?;
    m.function(&encode::DEF)?;
    m.function(&decode::DEF)?;
    m.function(&register_error::DEF)?;
    m.function(&_unregister_error::DEF)?;
    m.function(&lookup_error::DEF)?;
    charmap::add(m)?;
    decoders::add(m)?;
    encoders::add(m)
}

/// Adds a function that is asked for codecs by name: it returns a tuple of encoder, decoder, stream reader and stream
/// writer, or None.
#[pyfunction]
fn register(cx: &Ctx, search_function: &Value) -> PyResult<()> {
    cx.register_codec_search(search_function)
}

/// Forgets a search function, and all codecs found so far.
#[pyfunction]
fn unregister(cx: &Ctx, search_function: &Value) {
    cx.unregister_codec_search(search_function);
}

/// The codec for an encoding.
#[pyfunction]
fn lookup(cx: &Ctx, encoding: &Py<Str>) -> PyResult<Value> {
    cx.lookup_codec(encoding.as_wtf8())
}

/// Encodes an object with the codec of that name.
#[pyfunction(signature = (obj, encoding = None, errors = None), text_signature = "($module, /, obj, encoding='utf-8', errors='strict')")]
fn encode(
    cx: &Ctx,
    obj: &Value,
    encoding: Option<&Py<Str>>,
    errors: Option<&Py<Str>>,
) -> PyResult<Value> {
    let name = encoding.map_or("utf-8".as_ref(), |name| name.as_wtf8());
    cx.encode_any(obj, name, errors)
}

/// Decodes an object with the codec of that name.
#[pyfunction(signature = (obj, encoding = None, errors = None), text_signature = "($module, /, obj, encoding='utf-8', errors='strict')")]
fn decode(
    cx: &Ctx,
    obj: &Value,
    encoding: Option<&Py<Str>>,
    errors: Option<&Py<Str>>,
) -> PyResult<Value> {
    let name = encoding.map_or("utf-8".as_ref(), |name| name.as_wtf8());
    cx.decode_any(obj, name, errors)
}

/// Registers an error handler: it gets the exception and returns a replacement and a position to go on from.
#[pyfunction]
fn register_error(cx: &Ctx, errors: &Py<Str>, handler: &Value) -> PyResult<()> {
    cx.register_error_handler(errors, handler)
}

/// Forgets an error handler; returns whether there was one.
#[pyfunction]
fn _unregister_error(cx: &Ctx, errors: &Py<Str>) -> PyResult<bool> {
    cx.unregister_error_handler(errors.as_wtf8())
}

/// The error handler of that name.
#[pyfunction]
fn lookup_error(cx: &Ctx, name: &Py<Str>) -> PyResult<Value> {
    cx.lookup_error_handler(name.as_wtf8())
}
