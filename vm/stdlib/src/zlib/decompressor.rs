//! `_ZlibDecompressor`: decompression as `gzip` reads, with the same interface as the other compression modules.

use std::cell::RefCell;

use libz_rs_sys as z;
use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::Type;
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::{Py, Value};

use super::decompress_object::{dictionary, no_dictionary, opened};
use super::stream::Stream;
use super::{MAX_WBITS, failed};
use crate::incremental::{Incremental, Step};

/// Create a decompressor object for decompressing data incrementally.
///
///   wbits = 15
///   zdict
///      The predefined compression dictionary. This is a sequence of bytes
///      (such as a bytes object) containing subsequences that are expected
///      to occur frequently in the data that is to be compressed. Those
///      subsequences that are expected to be most common should come at the
///      end of the dictionary. This must be the same dictionary as used by the
///      compressor that produced the input data.
#[pyclass(
    name = "_ZlibDecompressor",
    module = "zlib",
    text_signature = "(wbits=15, zdict=b'')"
)]
pub(super) struct ZlibDecompressor {
    stream: RefCell<Stream>,
    zdict: Option<Vec<u8>>,
    input: RefCell<Incremental>,
}

#[pymethods]
impl ZlibDecompressor {
    #[new(signature = (wbits = MAX_WBITS, zdict = Optional::Missing))]
    fn new(cx: &Ctx, cls: &Py<Type>, wbits: i32, zdict: Optional<&Value>) -> PyResult<Value> {
        let zdict = dictionary(cx, zdict)?;
        let stream = opened(cx, wbits, zdict.as_deref())?;
        let object = Self {
            stream: stream.into(),
            zdict,
            input: RefCell::default(),
        };
        Ok(cx.heap().allocate(cls, object).into_value())
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
        let mut stream = self.stream.borrow_mut();
        let mut input = self.input.borrow_mut();
        let output = input.feed(cx, &data, max_length, |data, room| {
            let mut step = stream.run(data, room, z::Z_SYNC_FLUSH);
            if let (z::Z_NEED_DICT, Some(zdict)) = (step.code, &self.zdict) {
                stream
                    .set_dictionary(zdict)
                    .map_err(|failure| no_dictionary(cx, failure))?;
                let next = stream.run(
                    &data[step.read..],
                    &mut room[step.written..],
                    z::Z_SYNC_FLUSH,
                );
                step.read += next.read;
                step.written += next.written;
                step.code = next.code;
            }
            match step.code {
                z::Z_OK | z::Z_BUF_ERROR | z::Z_STREAM_END => Ok(Step {
                    read: step.read,
                    written: step.written,
                    is_end: step.code == z::Z_STREAM_END,
                }),
                code => Err(failed(cx, stream.failure(code), "while decompressing data")),
            }
        })?;
        cx.new_bytes(&output)
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
