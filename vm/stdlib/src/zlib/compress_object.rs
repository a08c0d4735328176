//! `Compress`: compression of data that comes in pieces.

use std::cell::RefCell;

use libz_rs_sys as z;
use taipan_macros::{pyclass, pyfunction, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::bind::Optional;
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::{Py, Value};

use super::stream::{STREAM_ERROR, Setup, Stream};
use super::{DEF_MEM_LEVEL, MAX_WBITS, deflate_all, failed};

#[pyclass(name = "Compress", module = "zlib", no_new)]
pub(super) struct Compress {
    stream: RefCell<Stream>,
}

/// Return a compressor object.
///
///   level
///     The compression level (an integer in the range 0-9 or -1; default is
///     currently equivalent to 6).  Higher compression levels are slower,
///     but produce smaller results.
///   method
///     The compression algorithm.  If given, this must be DEFLATED.
///   wbits
///     +9 to +15: The base-two logarithm of the window size.  Include a zlib
///         container.
///     -9 to -15: Generate a raw stream.
///     +25 to +31: Include a gzip container.
///   memLevel
///     Controls the amount of memory used for internal compression state.
///     Valid values range from 1 to 9.  Higher values result in higher memory
///     usage, faster compression, and smaller output.
///   strategy
///     Used to tune the compression algorithm.  Possible values are
///     Z_DEFAULT_STRATEGY, Z_FILTERED, and Z_HUFFMAN_ONLY.
///   zdict
///     The predefined compression dictionary - a sequence of bytes
///     containing subsequences that are likely to occur in the input data.
#[pyfunction(
    signature = (level = z::Z_DEFAULT_COMPRESSION, method = z::Z_DEFLATED, wbits = MAX_WBITS, memLevel = DEF_MEM_LEVEL,
        strategy = z::Z_DEFAULT_STRATEGY, zdict = Optional::Missing),
    text_signature = "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)"
)]
#[expect(non_snake_case, reason = "the parameter's name for Python")]
pub(super) fn compressobj(
    cx: &Ctx,
    level: i32,
    method: i32,
    wbits: i32,
    memLevel: i32,
    strategy: i32,
    zdict: Optional<BytesLike<'_>>,
) -> PyResult<Value> {
    let zdict = zdict.given();
    if zdict
        .as_ref()
        .is_some_and(|zdict| zdict.len() > u32::MAX as usize)
    {
        return Err(cx.overflow_error("zdict length does not fit in an unsigned int"));
    }
    let setup = Setup {
        level,
        method,
        wbits,
        mem_level: memLevel,
        strategy,
    };
    let mut stream = Stream::deflate(setup).map_err(|failure| match failure.code {
        z::Z_MEM_ERROR => cx.error(
            &cx.types().memory_error,
            "Can't allocate memory for compression object",
        ),
        STREAM_ERROR => cx.value_error("Invalid initialization option"),
        _ => failed(cx, failure, "while creating compression object"),
    })?;
    if let Some(zdict) = zdict {
        stream
            .set_dictionary(&zdict)
            .map_err(|failure| match failure.code {
                STREAM_ERROR => cx.value_error("Invalid dictionary"),
                _ => cx.value_error("deflateSetDictionary()"),
            })?;
    }
    let class = cx.native_class(Compress::class());
    let object = Compress {
        stream: stream.into(),
    };
    Ok(cx.heap().allocate(&class, object).into_value())
}

#[pymethods]
impl Compress {
    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///
    /// After calling this function, some of the input data may still
    /// be stored in internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    fn compress(&self, cx: &Ctx, data: BytesLike<'_>) -> PyResult<Value> {
        let mut stream = self.stream.borrow_mut();
        let mut output = Vec::new();
        let code = deflate_all(&mut stream, &data, z::Z_NO_FLUSH, &mut output);
        if code == STREAM_ERROR {
            return Err(failed(cx, stream.failure(code), "while compressing data"));
        }
        cx.new_bytes(&output)
    }

    /// Return a bytes object containing any remaining compressed data.
    ///
    ///   mode
    ///     One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH.
    ///     If mode == Z_FINISH, the compressor object can no longer be
    ///     used after calling the flush() method.  Otherwise, more data
    ///     can still be compressed.
    #[pymethod(
        signature = (mode = z::Z_FINISH, /),
        text_signature = "($self, mode=zlib.Z_FINISH, /)"
    )]
    fn flush(&self, cx: &Ctx, mode: i32) -> PyResult<Value> {
        if mode == z::Z_NO_FLUSH {
            return cx.new_bytes(&[]);
        }
        let mut stream = self.stream.borrow_mut();
        let mut output = Vec::new();
        match deflate_all(&mut stream, &[], mode, &mut output) {
            z::Z_STREAM_END if mode == z::Z_FINISH => stream
                .end()
                .map_err(|failure| failed(cx, failure, "while finishing compression"))?,
            z::Z_OK | z::Z_BUF_ERROR => {}
            code => return Err(failed(cx, stream.failure(code), "while flushing")),
        }
        cx.new_bytes(&output)
    }

    /// Return a copy of the compression object.
    fn copy(this: &Py<Compress>, cx: &Ctx) -> PyResult<Value> {
        copied(this, cx)
    }

    fn __copy__(this: &Py<Compress>, cx: &Ctx) -> PyResult<Value> {
        copied(this, cx)
    }

    fn __deepcopy__(this: &Py<Compress>, cx: &Ctx, memo: &Value) -> PyResult<Value> {
        let _ = memo;
        copied(this, cx)
    }
}

fn copied(this: &Py<Compress>, cx: &Ctx) -> PyResult<Value> {
    let copy = this.stream.borrow_mut().try_clone();
    let stream = copy.map_err(|failure| match failure.code {
        STREAM_ERROR => cx.value_error("Inconsistent stream state"),
        z::Z_MEM_ERROR => cx.error(
            &cx.types().memory_error,
            "Can't allocate memory for compression object",
        ),
        _ => failed(cx, failure, "while copying compression object"),
    })?;
    let object = Compress {
        stream: stream.into(),
    };
    Ok(cx
        .heap()
        .allocate(this.header().class(), object)
        .into_value())
}
