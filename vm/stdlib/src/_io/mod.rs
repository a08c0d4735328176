//! `_io`: streams.
//!
//! CPython 3.14: `Modules/_io/`. `base` has the abstract classes, `file_io` the raw stream over a descriptor, `buffered` the
//! buffers, `text` the text layer with `newline` for line endings, `bytes_io` and `string_io` the streams in memory, `open`
//! puts them together. Tests: `tests/run/_io/`.

mod base;
mod buffered;
mod bytes_io;
mod file_io;
mod newline;
mod open;
mod state;
mod string_io;
mod text;

use taipan_macros::pymodule;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;

/// The size of a buffer when nobody says otherwise.
pub(crate) const DEFAULT_BUFFER_SIZE: usize = 128 * 1024;

/// The io module provides the Python interfaces to stream handling. The
/// builtin open function is defined in this module.
///
/// At the top of the I/O hierarchy is the abstract base class IOBase. It
/// defines the basic interface to a stream. Note, however, that there is no
/// separation between reading and writing to streams; implementations are
/// allowed to raise an OSError if they do not support a given operation.
///
/// Extending IOBase is RawIOBase which deals simply with the reading and
/// writing of raw bytes to a stream. FileIO subclasses RawIOBase to provide
/// an interface to OS files.
///
/// BufferedIOBase deals with buffering on a raw byte stream (RawIOBase). Its
/// subclasses, BufferedWriter, BufferedReader, and BufferedRWPair buffer
/// streams that are readable, writable, and both respectively.
/// BufferedRandom provides a buffered interface to random access
/// streams. BytesIO is a simple stream of in-memory bytes.
///
/// Another IOBase subclass, TextIOBase, deals with the encoding and decoding
/// of streams into text. TextIOWrapper, which extends it, is a buffered text
/// interface to a buffered raw stream (`BufferedIOBase`). Finally, StringIO
/// is an in-memory stream for text.
///
/// Argument names are not part of the specification, and only the arguments
/// of open() are intended to be used as keyword arguments.
#[pymodule]
pub(crate) fn _io(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    m.function(&open::open::DEF)?;
    m.function(&open::open_code::DEF)?;
    m.function(&open::text_encoding::DEF)?;
    m.add("DEFAULT_BUFFER_SIZE", DEFAULT_BUFFER_SIZE)?;
    m.add("UnsupportedOperation", state::unsupported_class(cx)?)?;
    m.add("BlockingIOError", cx.types().blocking_io_error.clone())?;
    for class in [
        base::IoBase::class(),
        base::RawIoBase::class(),
        base::BufferedIoBase::class(),
        base::TextIoBase::class(),
        file_io::FileIo::class(),
        bytes_io::BytesIo::class(),
        bytes_io::BytesIoBuffer::class(),
        string_io::StringIo::class(),
        buffered::BufferedReader::class(),
        buffered::BufferedWriter::class(),
        buffered::BufferedRandom::class(),
        buffered::BufferedRwPair::class(),
        text::TextIoWrapper::class(),
        newline::IncrementalNewlineDecoder::class(),
    ] {
        m.class(class)?;
    }
    Ok(())
}
