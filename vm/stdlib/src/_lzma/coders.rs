//! `LZMACompressor` and `LZMADecompressor`.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Type;
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::{Py, Value};

use super::failed;
use super::filter::{Filter, LZMA1, LzmaOptions, preset_options};
use super::stream::{Coder, Stream};
use crate::incremental::{Incremental, Step};

pub(super) const FORMAT_AUTO: i32 = 0;
pub(super) const FORMAT_XZ: i32 = 1;
pub(super) const FORMAT_ALONE: i32 = 2;
pub(super) const FORMAT_RAW: i32 = 3;
pub(super) const CHECK_NONE: i32 = 0;
pub(super) const CHECK_CRC64: i32 = 4;
pub(super) const CHECK_UNKNOWN: u32 = 16;
const PRESET_DEFAULT: u32 = 6;

const OK: u32 = 0;
const STREAM_END: u32 = 1;
const NO_CHECK: u32 = 2;
const GET_CHECK: u32 = 4;
const BUF_ERROR: u32 = 10;

/// Room for output per step.
const ROOM: usize = 32 * 1024;

/// LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)
///
/// Create a compressor object for compressing data incrementally.
///
/// format specifies the container format to use for the output. This can
/// be FORMAT_XZ (default), FORMAT_ALONE, or FORMAT_RAW.
///
/// check specifies the integrity check to use. For FORMAT_XZ, the default
/// is CHECK_CRC64. FORMAT_ALONE and FORMAT_RAW do not support integrity
/// checks; for these formats, check must be omitted, or be CHECK_NONE.
///
/// The settings used by the compressor can be specified either as a
/// preset compression level (with the 'preset' argument), or in detail
/// as a custom filter chain (with the 'filters' argument). For FORMAT_XZ
/// and FORMAT_ALONE, the default is to use the PRESET_DEFAULT preset
/// level. For FORMAT_RAW, the caller must always specify a filter chain;
/// the raw compressor does not support preset compression levels.
///
/// preset (if provided) should be an integer in the range 0-9, optionally
/// OR-ed with the constant PRESET_EXTREME.
///
/// filters (if provided) should be a sequence of dicts. Each dict should
/// have an entry for "id" indicating the ID of the filter, plus
/// additional entries for options to the filter.
///
/// For one-shot compression, use the compress() function instead.
#[pyclass(name = "LZMACompressor", module = "_lzma", text_signature = None)]
pub(super) struct LzmaCompressor {
    stream: RefCell<Stream>,
    is_flushed: Cell<bool>,
}

fn encoder(
    cx: &Ctx,
    format: i32,
    check: i32,
    preset: Option<u32>,
    filters: Option<&Value>,
) -> PyResult<Stream> {
    let chosen = preset.unwrap_or(PRESET_DEFAULT);
    let made = match (format, filters) {
        (FORMAT_XZ, None) => Stream::new(&Coder::EasyEncoder {
            preset: chosen,
            check: check as u32,
        }),
        (FORMAT_XZ, Some(filters)) => Stream::new(&Coder::StreamEncoder {
            filters: &Filter::chain(cx, filters)?,
            check: check as u32,
        }),
        (FORMAT_ALONE, None) => Stream::new(&Coder::AloneEncoder(&preset_options(cx, chosen)?)),
        (FORMAT_ALONE, Some(filters)) => {
            let options: LzmaOptions = match Filter::chain(cx, filters)?.as_slice() {
                [Filter::Lzma { id: LZMA1, options }] => options.clone(),
                _ => {
                    return Err(cx.value_error(
                        "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter",
                    ));
                }
            };
            Stream::new(&Coder::AloneEncoder(&options))
        }
        (FORMAT_RAW, Some(filters)) => {
            Stream::new(&Coder::RawEncoder(&Filter::chain(cx, filters)?))
        }
        (FORMAT_RAW, None) => return Err(cx.value_error("Must specify filters for FORMAT_RAW")),
        _ => return Err(cx.value_error(format!("Invalid container format: {format}"))),
    };
    made.map_err(|code| failed(cx, code))
}

impl LzmaCompressor {
    /// Lets the stream take all the data.
    fn run(&self, cx: &Ctx, data: &[u8], finish: bool) -> PyResult<Value> {
        let mut stream = self.stream.borrow_mut();
        let (mut rest, mut output, mut room) = (data, Vec::new(), vec![0; ROOM]);
        loop {
            let step = stream.run(rest, &mut room, finish);
            output.extend_from_slice(&room[..step.written]);
            rest = &rest[step.read..];
            match step.code {
                STREAM_END => break,
                OK => {}
                // Nothing to read, and nothing to write: no harm.
                BUF_ERROR if rest.is_empty() && step.written < ROOM => {}
                code => return Err(failed(cx, code)),
            }
            if !finish && rest.is_empty() && step.written < ROOM {
                break;
            }
        }
        cx.new_bytes(&output)
    }
}

/// An unsigned argument.
pub(super) fn unsigned<T: for<'a> TryFrom<&'a num_bigint::BigInt>>(
    cx: &Ctx,
    value: &Value,
    name: &str,
) -> PyResult<T> {
    let number = cx.to_bigint(value)?;
    if number.sign() == num_bigint::Sign::Minus {
        return Err(cx.value_error("Cannot convert negative int"));
    }
    T::try_from(&number)
        .map_err(|_| cx.overflow_error(format!("Python int too large for C {name}")))
}

#[pymethods]
impl LzmaCompressor {
    #[new(signature = (format = FORMAT_XZ, check = -1, preset = None, filters = None))]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        format: i32,
        check: i32,
        preset: Option<&Value>,
        filters: Option<&Value>,
    ) -> PyResult<Value> {
        if preset.is_some() && filters.is_some() {
            return Err(cx.value_error("Cannot specify both preset and filter chain"));
        }
        let preset = match preset {
            Some(preset) => Some(unsigned(cx, preset, "uint32_t")?),
            None => None,
        };
        if format != FORMAT_XZ && check != -1 && check != CHECK_NONE {
            return Err(cx.value_error("Integrity checks are only supported by FORMAT_XZ"));
        }
        let check = if check == -1 { CHECK_CRC64 } else { check };
        let object = Self {
            stream: RefCell::new(encoder(cx, format, check, preset, filters)?),
            is_flushed: Cell::new(false),
        };
        Ok(cx.heap().allocate(cls, object).into_value())
    }

    /// Provide data to the compressor object.
    ///
    /// Returns a chunk of compressed data if possible, or b'' otherwise.
    ///
    /// When you have finished providing data to the compressor, call the
    /// flush() method to finish the compression process.
    fn compress(&self, cx: &Ctx, data: BytesLike<'_>) -> PyResult<Value> {
        if self.is_flushed.get() {
            return Err(cx.value_error("Compressor has been flushed"));
        }
        self.run(cx, &data, false)
    }

    /// Finish the compression process.
    ///
    /// Returns the compressed data left in internal buffers.
    ///
    /// The compressor object may not be used after this method is called.
    fn flush(&self, cx: &Ctx) -> PyResult<Value> {
        if self.is_flushed.replace(true) {
            return Err(cx.value_error("Repeated call to flush()"));
        }
        self.run(cx, &[], true)
    }
}

/// Create a decompressor object for decompressing data incrementally.
///
///   format
///     Specifies the container format of the input stream.  If this is
///     FORMAT_AUTO (the default), the decompressor will automatically detect
///     whether the input is FORMAT_XZ or FORMAT_ALONE.  Streams created with
///     FORMAT_RAW cannot be autodetected.
///   memlimit
///     Limit the amount of memory used by the decompressor.  This will cause
///     decompression to fail if the input cannot be decompressed within the
///     given limit.
///   filters
///     A custom filter chain.  This argument is required for FORMAT_RAW, and
///     not accepted with any other format.  When provided, this should be a
///     sequence of dicts, each indicating the ID and options for a single
///     filter.
///
/// For one-shot decompression, use the decompress() function instead.
#[pyclass(
    name = "LZMADecompressor",
    module = "_lzma",
    text_signature = "(format=FORMAT_AUTO, memlimit=None, filters=None)"
)]
pub(super) struct LzmaDecompressor {
    stream: RefCell<Stream>,
    input: RefCell<Incremental>,
    check: Cell<u32>,
}

#[pymethods]
impl LzmaDecompressor {
    #[new(signature = (format = FORMAT_AUTO, memlimit = None, filters = None))]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        format: i32,
        memlimit: Option<&Value>,
        filters: Option<&Value>,
    ) -> PyResult<Value> {
        if memlimit.is_some() && format == FORMAT_RAW {
            return Err(cx.value_error("Cannot specify memory limit with FORMAT_RAW"));
        }
        let memlimit = match memlimit {
            Some(memlimit) => unsigned(cx, memlimit, "unsigned long long")?,
            None => u64::MAX,
        };
        let chain = match filters {
            None if format == FORMAT_RAW => {
                return Err(cx.value_error("Must specify filters for FORMAT_RAW"));
            }
            Some(_) if format != FORMAT_RAW => {
                return Err(cx.value_error("Cannot specify filters except with FORMAT_RAW"));
            }
            Some(filters) => Filter::chain(cx, filters)?,
            None => Vec::new(),
        };
        let (coder, check) = match format {
            FORMAT_AUTO => (Coder::AutoDecoder { memlimit }, CHECK_UNKNOWN),
            FORMAT_XZ => (Coder::StreamDecoder { memlimit }, CHECK_UNKNOWN),
            FORMAT_ALONE => (Coder::AloneDecoder { memlimit }, CHECK_NONE as u32),
            FORMAT_RAW => (Coder::RawDecoder(&chain), CHECK_NONE as u32),
            _ => return Err(cx.value_error(format!("Invalid container format: {format}"))),
        };
        let stream = Stream::new(&coder).map_err(|code| failed(cx, code))?;
        let object = Self {
            stream: RefCell::new(stream),
            input: RefCell::default(),
            check: Cell::new(check),
        };
        Ok(cx.heap().allocate(cls, object).into_value())
    }

    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes
    /// of decompressed data. If this limit is reached and further output
    /// can be produced, *self.needs_input* will be set to ``False``.  In
    /// this case, the next call to *decompress()* may provide *data* as b''
    /// to obtain more of the output.
    ///
    /// If all of the input data was decompressed and returned (either
    /// because this was less than *max_length* bytes, or because
    /// *max_length* was negative), *self.needs_input* will be set to True.
    ///
    /// Attempting to decompress data after the end of stream is reached
    /// raises an EOFError.  Any data found after the end of the stream is
    /// ignored and saved in the unused_data attribute.
    #[pymethod(signature = (data, max_length = -1))]
    fn decompress(&self, cx: &Ctx, data: BytesLike<'_>, max_length: isize) -> PyResult<Value> {
        let mut stream = self.stream.borrow_mut();
        let mut input = self.input.borrow_mut();
        if input.eof {
            return Err(cx.error(&cx.types().eof_error, "Already at end of stream"));
        }
        let output = input.feed(cx, &data, max_length, |data, room| {
            let mut step = stream.run(data, room, false);
            // To be told of the check is no step: it may come before anything is read.
            while step.code == GET_CHECK || step.code == NO_CHECK {
                self.check.set(stream.check());
                let next = stream.run(&data[step.read..], &mut room[step.written..], false);
                step.read += next.read;
                step.written += next.written;
                step.code = next.code;
            }
            match step.code {
                OK | STREAM_END | BUF_ERROR => {}
                code => return Err(failed(cx, code)),
            }
            Ok(Step {
                read: step.read,
                written: step.written,
                is_end: step.code == STREAM_END,
            })
        })?;
        cx.new_bytes(&output)
    }

    /// ID of the integrity check used by the input stream.
    #[member]
    fn check(&self) -> u32 {
        self.check.get()
    }

    /// True if the end-of-stream marker has been reached.
    #[member]
    fn eof(&self) -> bool {
        self.input.borrow().eof
    }

    /// True if more input is needed before more decompressed data can be produced.
    #[member]
    fn needs_input(&self) -> bool {
        self.input.borrow().needs_input
    }

    /// Data found after the end of the compressed stream.
    #[member]
    fn unused_data(&self, cx: &Ctx) -> PyResult<Value> {
        cx.new_bytes(&self.input.borrow().unused_data)
    }
}
