//! `Decompress`: decompression of data that comes in pieces.

use std::cell::{Cell, RefCell};

use libz_rs_sys as z;
use taipan_macros::{pyclass, pyfunction, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::bind::Optional;
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::{Py, Value};

use super::stream::{Failure, STREAM_ERROR, Stream};
use super::{DEF_BUF_SIZE, FIRST_ROOM, MAX_WBITS, MOST_ROOM, failed};

#[pyclass(name = "Decompress", module = "zlib", no_new)]
pub(super) struct Decompress {
    stream: RefCell<Stream>,
    zdict: Option<Vec<u8>>,
    /// What came behind the end of the compressed data.
    unused_data: RefCell<Vec<u8>>,
    /// What was not looked at, because there was no more room.
    unconsumed_tail: RefCell<Vec<u8>>,
    eof: Cell<bool>,
}

/// The bytes of the argument `zdict`, if it is given.
///
/// # Errors
/// `TypeError`, `OverflowError`.
pub(super) fn dictionary(cx: &Ctx, zdict: Optional<&Value>) -> PyResult<Option<Vec<u8>>> {
    let Some(zdict) = zdict.given() else {
        return Ok(None);
    };
    if !cx.has_buffer(zdict) {
        return Err(cx.type_error("zdict argument must support the buffer protocol"));
    }
    let zdict = cx.bytes_of(zdict)?.into_owned();
    if zdict.len() > u32::MAX as usize {
        return Err(cx.overflow_error("zdict length does not fit in an unsigned int"));
    }
    Ok(Some(zdict))
}

/// A stream for decompression. Raw streams get the dictionary at once, others when they ask for it.
///
/// # Errors
/// `ValueError`, `MemoryError`, `zlib.error`.
pub(super) fn opened(cx: &Ctx, wbits: i32, zdict: Option<&[u8]>) -> PyResult<Stream> {
    let mut stream = Stream::inflate(wbits).map_err(|failure| match failure.code {
        STREAM_ERROR => cx.value_error("Invalid initialization option"),
        z::Z_MEM_ERROR => cx.error(
            &cx.types().memory_error,
            "Can't allocate memory for decompression object",
        ),
        _ => failed(cx, failure, "while creating decompression object"),
    })?;
    if let Some(zdict) = zdict
        && wbits < 0
    {
        stream
            .set_dictionary(zdict)
            .map_err(|failure| no_dictionary(cx, failure))?;
    }
    Ok(stream)
}

pub(super) fn no_dictionary(cx: &Ctx, failure: Failure) -> PyErr {
    failed(cx, failure, "while setting zdict")
}

/// Return a decompressor object.
///
///   wbits
///     The window buffer size and container format.
///   zdict
///     The predefined compression dictionary.  This must be the same
///     dictionary as used by the compressor that produced the input data.
#[pyfunction(
    signature = (wbits = MAX_WBITS, zdict = Optional::Missing),
    text_signature = "($module, /, wbits=MAX_WBITS, zdict=b'')"
)]
pub(super) fn decompressobj(cx: &Ctx, wbits: i32, zdict: Optional<&Value>) -> PyResult<Value> {
    let zdict = dictionary(cx, zdict)?;
    let stream = opened(cx, wbits, zdict.as_deref())?;
    let class = cx.native_class(Decompress::class());
    let object = Decompress {
        stream: stream.into(),
        zdict,
        unused_data: RefCell::default(),
        unconsumed_tail: RefCell::default(),
        eof: Cell::new(false),
    };
    Ok(cx.heap().allocate(&class, object).into_value())
}

impl Decompress {
    /// Decompresses into at most `most` bytes; returns them, the last result, and how much of the input is left.
    fn inflate(
        &self,
        cx: &Ctx,
        data: &[u8],
        first: usize,
        most: usize,
        flush: i32,
    ) -> PyResult<(Vec<u8>, i32)> {
        let mut stream = self.stream.borrow_mut();
        let (mut input, mut output) = (data, Vec::new());
        let mut size = first;
        let mut room = Vec::new();
        let code = loop {
            let now = size.min(most - output.len());
            room.resize(now, 0);
            let step = stream.run(input, &mut room, flush);
            output.extend_from_slice(&room[..step.written]);
            input = &input[step.read..];
            match (step.code, &self.zdict) {
                (z::Z_NEED_DICT, Some(zdict)) => {
                    stream
                        .set_dictionary(zdict)
                        .map_err(|failure| no_dictionary(cx, failure))?;
                    continue;
                }
                (z::Z_OK | z::Z_BUF_ERROR, _) => {}
                (code, _) => break code,
            }
            let is_full = step.written == now;
            if output.len() == most || (!is_full && input.is_empty()) {
                break step.code;
            }
            if step.code == z::Z_BUF_ERROR && step.read == 0 && step.written == 0 {
                break step.code;
            }
            if is_full && size < MOST_ROOM {
                size *= 2;
            }
        };
        self.keep_rest(input, code);
        Ok((output, code))
    }

    fn keep_rest(&self, rest: &[u8], code: i32) {
        let mut tail = self.unconsumed_tail.borrow_mut();
        tail.clear();
        if code == z::Z_STREAM_END {
            self.unused_data.borrow_mut().extend_from_slice(rest);
        } else {
            tail.extend_from_slice(rest);
        }
    }
}

#[pymethods]
impl Decompress {
    /// Return a bytes object containing the decompressed version of the data.
    ///
    ///   data
    ///     The binary data to decompress.
    ///   max_length
    ///     The maximum allowable length of the decompressed data.
    ///     Unconsumed input data will be stored in
    ///     the unconsumed_tail attribute.
    ///
    /// After calling this function, some of the input data may still be
    /// stored in internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[pymethod(signature = (data, /, max_length = 0))]
    fn decompress(&self, cx: &Ctx, data: BytesLike<'_>, max_length: isize) -> PyResult<Value> {
        let most = match usize::try_from(max_length) {
            Ok(0) => usize::MAX,
            Ok(most) => most,
            Err(_) => return Err(cx.value_error("max_length must be non-negative")),
        };
        let (output, code) = self.inflate(cx, &data, FIRST_ROOM, most, z::Z_SYNC_FLUSH)?;
        match code {
            z::Z_STREAM_END => self.eof.set(true),
            z::Z_OK | z::Z_BUF_ERROR => {}
            code => {
                let failure = self.stream.borrow().failure(code);
                return Err(failed(cx, failure, "while decompressing data"));
            }
        }
        cx.new_bytes(&output)
    }

    /// Return a bytes object containing any remaining decompressed data.
    ///
    ///   length
    ///     the initial size of the output buffer.
    #[pymethod(
        signature = (length = DEF_BUF_SIZE as isize, /),
        text_signature = "($self, length=zlib.DEF_BUF_SIZE, /)"
    )]
    fn flush(&self, cx: &Ctx, length: isize) -> PyResult<Value> {
        let first = match usize::try_from(length) {
            Ok(first) if first > 0 => first.min(MOST_ROOM),
            _ => return Err(cx.value_error("length must be greater than zero")),
        };
        let data = self.unconsumed_tail.take();
        let (output, code) = self.inflate(cx, &data, first, usize::MAX, z::Z_FINISH)?;
        match code {
            z::Z_STREAM_END => {
                self.eof.set(true);
                self.stream
                    .borrow_mut()
                    .end()
                    .map_err(|failure| failed(cx, failure, "while finishing decompression"))?;
            }
            z::Z_OK | z::Z_BUF_ERROR => {}
            // An ended stream has nothing left.
            STREAM_ERROR if self.eof.get() => {}
            code => {
                let failure = self.stream.borrow().failure(code);
                return Err(failed(cx, failure, "while decompressing data"));
            }
        }
        cx.new_bytes(&output)
    }

    /// Return a copy of the decompression object.
    fn copy(this: &Py<Decompress>, cx: &Ctx) -> PyResult<Value> {
        copied(this, cx)
    }

    fn __copy__(this: &Py<Decompress>, cx: &Ctx) -> PyResult<Value> {
        copied(this, cx)
    }

    fn __deepcopy__(this: &Py<Decompress>, cx: &Ctx, memo: &Value) -> PyResult<Value> {
        let _ = memo;
        copied(this, cx)
    }

    #[member]
    fn unused_data(&self, cx: &Ctx) -> PyResult<Value> {
        cx.new_bytes(&self.unused_data.borrow())
    }

    #[member]
    fn unconsumed_tail(&self, cx: &Ctx) -> PyResult<Value> {
        cx.new_bytes(&self.unconsumed_tail.borrow())
    }

    #[member]
    fn eof(&self) -> bool {
        self.eof.get()
    }
}

fn copied(this: &Py<Decompress>, cx: &Ctx) -> PyResult<Value> {
    let copy = this.stream.borrow_mut().try_clone();
    let stream = copy.map_err(|failure| match failure.code {
        STREAM_ERROR => cx.value_error("Inconsistent stream state"),
        z::Z_MEM_ERROR => cx.error(
            &cx.types().memory_error,
            "Can't allocate memory for decompression object",
        ),
        _ => failed(cx, failure, "while copying decompression object"),
    })?;
    let object = Decompress {
        stream: stream.into(),
        zdict: this.zdict.clone(),
        unused_data: this.unused_data.clone(),
        unconsumed_tail: this.unconsumed_tail.clone(),
        eof: this.eof.clone(),
    };
    Ok(cx
        .heap()
        .allocate(this.header().class(), object)
        .into_value())
}
