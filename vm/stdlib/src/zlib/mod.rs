//! `zlib`: compression as gzip and PNG have it.
//!
//! CPython 3.14: `Modules/zlibmodule.c`. The algorithm is `zlib-rs`; its compressed bytes differ from those of the C library,
//! what they decompress to does not. `stream` holds the state, `compress_object`, `decompress_object` and `decompressor` the classes.
//! Tests: `tests/run/zlib/`.

mod compress_object;
mod decompress_object;
mod decompressor;
mod stream;

use libz_rs_sys as z;
use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::ModuleBuilder;
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::Value;

use self::stream::{Failure, STREAM_ERROR, Setup, Stream};
use crate::exception_class::{exception_class, raise};
use crate::mask32::Mask32;

/// The first room for output; it doubles up to [`MOST_ROOM`].
const FIRST_ROOM: usize = 16 * 1024;
const MOST_ROOM: usize = 1 << 20;

fn error(cx: &Ctx, message: impl AsRef<str>) -> PyErr {
    raise(cx, "zlib.error", &cx.types().exception, message)
}

/// `zlib.error` for a result, with what was being done.
fn failed(cx: &Ctx, failure: Failure, doing: &str) -> PyErr {
    let Failure { code, message } = failure;
    let words = match code {
        z::Z_VERSION_ERROR => Some("library version mismatch"),
        _ if message.is_some() => message,
        z::Z_BUF_ERROR => Some("incomplete or truncated stream"),
        z::Z_STREAM_ERROR => Some("inconsistent stream state"),
        z::Z_DATA_ERROR => Some("invalid input data"),
        _ => None,
    };
    match words {
        Some(words) => error(cx, format!("Error {code} {doing}: {words}")),
        None => error(cx, format!("Error {code} {doing}")),
    }
}

/// Lets a compressor take all the input, and collects what it gives.
fn deflate_all(stream: &mut Stream, mut input: &[u8], flush: i32, output: &mut Vec<u8>) -> i32 {
    let mut room = vec![0; FIRST_ROOM];
    loop {
        // What is beyond 4 GiB comes with a later call, so it is no end yet.
        let now = if input.len() > u32::MAX as usize {
            z::Z_NO_FLUSH
        } else {
            flush
        };
        let step = stream.run(input, &mut room, now);
        output.extend_from_slice(&room[..step.written]);
        input = &input[step.read..];
        let is_done = input.is_empty() && step.written < room.len();
        if step.code == STREAM_ERROR || step.code == z::Z_STREAM_END || is_done {
            return step.code;
        }
        if step.written == room.len() && room.len() < MOST_ROOM {
            room.resize(room.len() * 2, 0);
        }
    }
}

/// Returns a bytes object containing compressed data.
///
///   data
///     Binary data to be compressed.
///   level
///     Compression level, in 0-9 or -1.
///   wbits
///     The window buffer size and container format.
#[pyfunction(
    signature = (data, /, level = z::Z_DEFAULT_COMPRESSION, wbits = MAX_WBITS),
    text_signature = "($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)"
)]
fn compress(cx: &Ctx, data: BytesLike<'_>, level: i32, wbits: i32) -> PyResult<Value> {
    let mut stream = Stream::deflate(Setup {
        level,
        method: z::Z_DEFLATED,
        wbits,
        mem_level: DEF_MEM_LEVEL,
        strategy: z::Z_DEFAULT_STRATEGY,
    })
    .map_err(|failure| match failure.code {
        z::Z_MEM_ERROR => cx.error(
            &cx.types().memory_error,
            "Out of memory while compressing data",
        ),
        z::Z_STREAM_ERROR => error(cx, "Bad compression level"),
        _ => failed(cx, failure, "while compressing data"),
    })?;
    let mut output = Vec::new();
    let code = deflate_all(&mut stream, &data, z::Z_FINISH, &mut output);
    if code != z::Z_STREAM_END {
        return Err(failed(cx, stream.failure(code), "while compressing data"));
    }
    stream
        .end()
        .map_err(|failure| failed(cx, failure, "while finishing compression"))?;
    cx.new_bytes(&output)
}

/// Returns a bytes object containing the uncompressed data.
///
///   data
///     Compressed data.
///   wbits
///     The window buffer size and container format.
///   bufsize
///     The initial output buffer size.
#[pyfunction(
    signature = (data, /, wbits = MAX_WBITS, bufsize = DEF_BUF_SIZE as isize),
    text_signature = "($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)"
)]
fn decompress(cx: &Ctx, data: BytesLike<'_>, wbits: i32, bufsize: isize) -> PyResult<Value> {
    let Ok(first) = usize::try_from(bufsize) else {
        return Err(cx.value_error("bufsize must be non-negative"));
    };
    let mut stream = Stream::inflate(wbits).map_err(|failure| match failure.code {
        z::Z_MEM_ERROR => cx.error(
            &cx.types().memory_error,
            "Out of memory while decompressing data",
        ),
        _ => failed(cx, failure, "while preparing to decompress data"),
    })?;
    let mut room = vec![0; first.clamp(1, MOST_ROOM)];
    let (mut input, mut output) = (&*data, Vec::new());
    let code = loop {
        let step = stream.run(input, &mut room, z::Z_SYNC_FLUSH);
        output.extend_from_slice(&room[..step.written]);
        input = &input[step.read..];
        match step.code {
            z::Z_OK | z::Z_BUF_ERROR => {}
            code => break code,
        }
        if step.written < room.len() && input.is_empty() {
            break z::Z_BUF_ERROR;
        }
        if step.written == room.len() && room.len() < MOST_ROOM {
            room.resize(room.len() * 2, 0);
        }
    };
    if code != z::Z_STREAM_END {
        return Err(failed(cx, stream.failure(code), "while decompressing data"));
    }
    stream
        .end()
        .map_err(|failure| failed(cx, failure, "while finishing decompression"))?;
    cx.new_bytes(&output)
}

/// Compute an Adler-32 checksum of data.
///
///   value
///     Starting value of the checksum.
///
/// The returned checksum is an integer.
#[pyfunction(signature = (data, value = Mask32(1), /), text_signature = "($module, data, value=1, /)")]
fn adler32(data: BytesLike<'_>, value: Mask32) -> u32 {
    zlib_rs::adler32::adler32(value.0, &data)
}

/// Compute a CRC-32 checksum of data.
///
///   value
///     Starting value of the checksum.
///
/// The returned checksum is an integer.
#[pyfunction(signature = (data, value = Mask32(0), /), text_signature = "($module, data, value=0, /)")]
fn crc32(data: BytesLike<'_>, value: Mask32) -> u32 {
    zlib_rs::crc32::crc32(value.0, &data)
}

/// The room that is made for output at first.
const DEF_BUF_SIZE: i32 = 16 * 1024;
const DEF_MEM_LEVEL: i32 = 8;
const MAX_WBITS: i32 = 15;
/// The version of zlib whose interface this is.
const VERSION: &str = "1.3.2";

/// The functions in this module allow compression and decompression using the
/// zlib library, which is based on GNU zip.
///
/// adler32(string[, start]) -- Compute an Adler-32 checksum.
/// compress(data[, level]) -- Compress data, with compression level 0-9 or -1.
/// compressobj([level[, ...]]) -- Return a compressor object.
/// crc32(string[, start]) -- Compute a CRC-32 checksum.
/// decompress(string,[wbits],[bufsize]) -- Decompresses a compressed string.
/// decompressobj([wbits[, zdict]]) -- Return a decompressor object.
///
/// 'wbits' is window buffer size and container format.
/// Compressor objects support compress() and flush() methods; decompressor
/// objects support decompress() and flush().
#[pymodule]
pub(crate) fn zlib(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    for def in [
        &adler32::DEF,
        &compress::DEF,
        &compress_object::compressobj::DEF,
        &crc32::DEF,
        &decompress::DEF,
        &decompress_object::decompressobj::DEF,
    ] {
        m.function(def)?;
    }
    m.class(decompressor::ZlibDecompressor::class())?;
    m.add(
        "error",
        exception_class(cx, "zlib.error", &cx.types().exception)?,
    )?;
    given_constants! { m;
        MAX_WBITS = MAX_WBITS,
        DEFLATED = z::Z_DEFLATED,
        DEF_MEM_LEVEL = DEF_MEM_LEVEL,
        DEF_BUF_SIZE = DEF_BUF_SIZE,
        Z_BEST_SPEED = z::Z_BEST_SPEED,
        Z_BEST_COMPRESSION = z::Z_BEST_COMPRESSION,
        Z_DEFAULT_COMPRESSION = z::Z_DEFAULT_COMPRESSION,
        Z_FILTERED = z::Z_FILTERED,
        Z_HUFFMAN_ONLY = z::Z_HUFFMAN_ONLY,
        Z_RLE = z::Z_RLE,
        Z_FIXED = z::Z_FIXED,
        Z_DEFAULT_STRATEGY = z::Z_DEFAULT_STRATEGY,
        Z_FINISH = z::Z_FINISH,
        Z_NO_FLUSH = z::Z_NO_FLUSH,
        Z_PARTIAL_FLUSH = z::Z_PARTIAL_FLUSH,
        Z_SYNC_FLUSH = z::Z_SYNC_FLUSH,
        Z_FULL_FLUSH = z::Z_FULL_FLUSH,
        Z_BLOCK = z::Z_BLOCK,
        Z_TREES = z::Z_TREES,
        Z_NO_COMPRESSION = z::Z_NO_COMPRESSION,
    }
    m.add("__version__", "1.0")?;
    m.add("ZLIB_VERSION", VERSION)?;
    m.add("ZLIB_RUNTIME_VERSION", VERSION)
}
