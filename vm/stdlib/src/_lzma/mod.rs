//! `_lzma`: compression as xz has it.
//!
//! CPython 3.14: `Modules/_lzmamodule.c`. `coders` holds the classes, `filter` the filters, `stream` what liblzma does.
//! Tests: `tests/run/lzma/`.

mod coders;
mod filter;
mod stream;

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::ModuleBuilder;
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::Value;

use crate::exception_class::{exception_class, raise};

fn error(cx: &Ctx, message: impl AsRef<str>) -> PyErr {
    raise(cx, "_lzma.LZMAError", &cx.types().exception, message)
}

/// The exception for a number of liblzma.
fn failed(cx: &Ctx, code: u32) -> PyErr {
    match code {
        3 => error(cx, "Unsupported integrity check"),
        5 => cx.error(&cx.types().memory_error, ""),
        6 => error(cx, "Memory usage limit exceeded"),
        7 => error(cx, "Input format not supported by decoder"),
        8 => error(cx, "Invalid or unsupported options"),
        9 => error(cx, "Corrupt input data"),
        10 => error(cx, "Insufficient buffer space"),
        11 => error(cx, "Internal error"),
        code => error(cx, format!("Unrecognized error from liblzma: {code}")),
    }
}

/// Test whether the given integrity check is supported.
///
/// Always returns True for CHECK_NONE and CHECK_CRC32.
#[pyfunction]
fn is_check_supported(check_id: i32) -> bool {
    stream::is_check_supported(check_id as u32)
}

/// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
///
/// The result does not include the filter ID itself, only the options.
#[pyfunction(signature = (filter, /))]
fn _encode_filter_properties(cx: &Ctx, filter: &Value) -> PyResult<Value> {
    let filter = filter::Filter::of(cx, filter)?;
    cx.new_bytes(&filter.properties(cx)?)
}

/// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
///
/// The result does not include the filter ID itself, only the options.
#[pyfunction(signature = (filter_id, encoded_props, /))]
fn _decode_filter_properties(
    cx: &Ctx,
    filter_id: &Value,
    encoded_props: BytesLike<'_>,
) -> PyResult<Value> {
    let id = coders::unsigned(cx, filter_id, "unsigned long long")?;
    filter::described(cx, id, &encoded_props)
}

#[pymodule]
pub(crate) fn _lzma(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    m.class(coders::LzmaCompressor::class())?;
    m.class(coders::LzmaDecompressor::class())?;
    let class = exception_class(cx, "_lzma.LZMAError", &cx.types().exception)?;
    let doc = cx.new_str("Call to liblzma failed.")?.into_value();
    class.dict().set_str(&cx.intern("__doc__"), doc);
    class.modified();
    m.add("LZMAError", class)?;
    m.function(&is_check_supported::DEF)?;
    m.function(&_encode_filter_properties::DEF)?;
    m.function(&_decode_filter_properties::DEF)?;
    given_constants! { m;
        FORMAT_AUTO = coders::FORMAT_AUTO,
        FORMAT_XZ = coders::FORMAT_XZ,
        FORMAT_ALONE = coders::FORMAT_ALONE,
        FORMAT_RAW = coders::FORMAT_RAW,
        CHECK_NONE = coders::CHECK_NONE,
        CHECK_CRC32 = 1,
        CHECK_CRC64 = coders::CHECK_CRC64,
        CHECK_SHA256 = 10,
        CHECK_ID_MAX = 15,
        CHECK_UNKNOWN = coders::CHECK_UNKNOWN,
        FILTER_LZMA1 = filter::LZMA1,
        FILTER_LZMA2 = filter::LZMA2,
        FILTER_DELTA = filter::DELTA,
        FILTER_X86 = 4,
        FILTER_POWERPC = 5,
        FILTER_IA64 = 6,
        FILTER_ARM = 7,
        FILTER_ARMTHUMB = 8,
        FILTER_SPARC = 9,
        MF_HC3 = 3,
        MF_HC4 = 4,
        MF_BT2 = 18,
        MF_BT3 = 19,
        MF_BT4 = 20,
        MODE_FAST = 1,
        MODE_NORMAL = 2,
        PRESET_DEFAULT = 6,
        PRESET_EXTREME = 1_u32 << 31,
    }
    Ok(())
}
