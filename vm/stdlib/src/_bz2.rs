//! `_bz2`: compression as bzip2 has it.
//!
//! CPython 3.14: `Modules/_bz2module.c`. The algorithm is that of the crate `bzip2`. Tests: `tests/run/bz2/`.

use std::cell::{Cell, RefCell};

use bzip2::{Action, Compress, Compression, Decompress, Error, Status};
use taipan_macros::{pyclass, pymethods, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::Type;
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::{Py, Value};

use crate::incremental::{Incremental, Step};

fn failed(cx: &Ctx, error: Error) -> PyErr {
    match error {
        Error::Param => cx.value_error("Internal error - invalid parameters passed to libbzip2"),
        Error::Data | Error::DataMagic => cx.error(&cx.types().os_error, "Invalid data stream"),
        Error::Sequence => {
            cx.runtime_error("Internal error - Invalid sequence of commands sent to libbzip2")
        }
    }
}

/// Room for output per step.
const ROOM: usize = 32 * 1024;

/// Create a compressor object for compressing data incrementally.
///
///   compresslevel
///     Compression level, as a number between 1 and 9.
///
/// For one-shot compression, use the compress() function instead.
#[pyclass(
    name = "BZ2Compressor",
    module = "_bz2",
    text_signature = "(compresslevel=9, /)"
)]
struct Bz2Compressor {
    stream: RefCell<Compress>,
    is_flushed: Cell<bool>,
}

impl Bz2Compressor {
    /// Lets the stream take all the data.
    fn run(&self, cx: &Ctx, data: &[u8], action: Action) -> PyResult<Value> {
        let mut stream = self.stream.borrow_mut();
        let (mut rest, mut output, mut room) = (data, Vec::new(), vec![0; ROOM]);
        loop {
            // The library counts with 32 bits.
            let now = &rest[..rest.len().min(i32::MAX as usize)];
            let (read, written) = (stream.total_in(), stream.total_out());
            let status = stream
                .compress(now, &mut room, action)
                .map_err(|error| failed(cx, error))?;
            rest = &rest[(stream.total_in() - read) as usize..];
            let written = (stream.total_out() - written) as usize;
            output.extend_from_slice(&room[..written]);
            let is_done = match action {
                Action::Run => rest.is_empty() && written < ROOM,
                _ => status == Status::StreamEnd,
            };
            if is_done {
                return cx.new_bytes(&output);
            }
        }
    }
}

#[pymethods]
impl Bz2Compressor {
    #[new(signature = (compresslevel = 9, /))]
    fn new(cx: &Ctx, cls: &Py<Type>, compresslevel: i32) -> PyResult<Value> {
        let Some(level) = u32::try_from(compresslevel)
            .ok()
            .filter(|l| (1..=9).contains(l))
        else {
            return Err(cx.value_error("compresslevel must be between 1 and 9"));
        };
        let object = Self {
            stream: RefCell::new(Compress::new(Compression::new(level), 0)),
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
        if data.is_empty() {
            return cx.new_bytes(&[]);
        }
        self.run(cx, &data, Action::Run)
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
        self.run(cx, &[], Action::Finish)
    }
}

/// Create a decompressor object for decompressing data incrementally.
///
/// For one-shot decompression, use the decompress() function instead.
#[pyclass(name = "BZ2Decompressor", module = "_bz2", text_signature = "()")]
struct Bz2Decompressor {
    stream: RefCell<Decompress>,
    input: RefCell<Incremental>,
    /// After an error the library's state makes no sense any more.
    is_broken: Cell<bool>,
}

#[pymethods]
impl Bz2Decompressor {
    #[new(signature = ())]
    fn new(cx: &Ctx, cls: &Py<Type>) -> Value {
        let object = Self {
            stream: RefCell::new(Decompress::new(false)),
            input: RefCell::default(),
            is_broken: Cell::new(false),
        };
        cx.heap().allocate(cls, object).into_value()
    }

    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes
    /// of decompressed data.  If this limit is reached and further output
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
        if self.is_broken.get() {
            return Err(cx.value_error("Decompressor is unusable after a previous error"));
        }
        let mut stream = self.stream.borrow_mut();
        let mut input = self.input.borrow_mut();
        let output = input.feed(cx, &data, max_length, |data, room| {
            let data = &data[..data.len().min(i32::MAX as usize)];
            let (read, written) = (stream.total_in(), stream.total_out());
            let status = stream.decompress(data, room).map_err(|error| {
                self.is_broken.set(true);
                failed(cx, error)
            })?;
            if status == Status::MemNeeded {
                self.is_broken.set(true);
                return Err(cx.error(&cx.types().memory_error, ""));
            }
            Ok(Step {
                read: (stream.total_in() - read) as usize,
                written: (stream.total_out() - written) as usize,
                is_end: status == Status::StreamEnd,
            })
        });
        if output.is_err() {
            input.needs_input = false;
        }
        cx.new_bytes(&output?)
    }

    /// True if the end-of-stream marker has been reached.
    #[member]
    fn eof(&self) -> bool {
        self.input.borrow().eof
    }

    /// Data found after the end of the compressed stream.
    #[member]
    fn unused_data(&self, cx: &Ctx) -> PyResult<Value> {
        cx.new_bytes(&self.input.borrow().unused_data)
    }

    /// True if more input is needed before more decompressed data can be produced.
    #[member]
    fn needs_input(&self) -> bool {
        self.input.borrow().needs_input
    }
}

#[pymodule]
pub(crate) fn _bz2(_cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    m.class(Bz2Compressor::class())?;
    m.class(Bz2Decompressor::class())?;
    Ok(())
}
