//! `_IOBase` and the abstract classes below it: what every stream has, in terms of its other methods.
//!
//! CPython 3.14: `Modules/_io/iobase.c`, the first parts of `bufferedio.c` and `textio.c`. The payloads hold nothing; they
//! are the layouts that streams begin with. Tests: `tests/run/_io/`.

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::ClassDef;
use taipan_vm::objects::{Bytes, attrs};
use taipan_vm::value::Value;

use super::state::unsupported;
use crate::bytes_arg::{Data, Room};

/// The abstract base class for all I/O classes.
///
/// This class provides dummy implementations for many methods that
/// derived classes can override selectively; the default implementations
/// represent a file that cannot be read, written or seeked.
///
/// Even though IOBase does not declare read, readinto, or write because
/// their signatures will vary, implementations and clients should
/// consider those methods part of the interface. Also, implementations
/// may raise UnsupportedOperation when operations they do not support are
/// called.
///
/// The basic type used for binary data read from or written to a file is
/// bytes. Other bytes-like objects are accepted as method arguments too.
/// In some cases (such as readinto), a writable object is required. Text
/// I/O classes work with str data.
///
/// Note that calling any method (except additional calls to close(),
/// which are ignored) on a closed stream should raise a ValueError.
///
/// IOBase (and its subclasses) support the iterator protocol, meaning
/// that an IOBase object can be iterated over yielding the lines in a
/// stream.
///
/// IOBase also supports the :keyword:`with` statement. In this example,
/// fp is closed after the suite of the with statement is complete:
///
/// with open('spam.txt', 'r') as fp:
///     fp.write('Spam and eggs!')
#[pyclass(
    name = "_IOBase",
    module = "_io",
    subclassable,
    weakref,
    dict,
    traverse
)]
#[repr(C)]
#[derive(Default)]
pub(crate) struct IoBase {
    /// Zero-sized payloads have no address of their own.
    reserved: u64,
}

impl Traverse for IoBase {
    fn traverse(&self, _: &mut Visitor<'_>) {}
}

/// Whether `value` is an instance of a native class itself, not of a subclass.
#[inline]
pub(super) fn is_exact(cx: &Ctx, value: &Value, def: &'static ClassDef) -> bool {
    let class = cx.class_of(value);
    class.def.is_some_and(|known| std::ptr::eq(known, def)) && !class.is_heap_type()
}

/// `value.name()`.
pub(super) fn call(cx: &Ctx, value: &Value, name: &str, args: &[Value]) -> PyResult<Value> {
    cx.call_method(value, &cx.intern(name), args)
}

/// `bool(value.name)`.
pub(super) fn flag(cx: &Ctx, value: &Value, name: &str) -> PyResult<bool> {
    cx.is_true(&cx.get_attr(value, &cx.intern(name))?)
}

/// Refuses a closed stream.
pub(super) fn check_closed(cx: &Ctx, stream: &Value) -> PyResult<()> {
    if flag(cx, stream, "closed")? {
        return Err(cx.value_error("I/O operation on closed file."));
    }
    Ok(())
}

fn check_able(cx: &Ctx, stream: &Value, method: &str, message: &str) -> PyResult<()> {
    let able = call(cx, stream, method, &[])?;
    if able.as_bool() != Some(true) {
        return Err(unsupported(cx, message));
    }
    Ok(())
}

/// Refuses a stream that does not say that it can be read.
pub(super) fn check_readable(cx: &Ctx, stream: &Value) -> PyResult<()> {
    check_able(cx, stream, "readable", "File or stream is not readable.")
}

/// Refuses a stream that does not say that it can be written.
pub(super) fn check_writable(cx: &Ctx, stream: &Value) -> PyResult<()> {
    check_able(cx, stream, "writable", "File or stream is not writable.")
}

/// Refuses a stream that does not say that it can be positioned.
pub(super) fn check_seekable(cx: &Ctx, stream: &Value) -> PyResult<()> {
    check_able(cx, stream, "seekable", "File or stream is not seekable.")
}

/// An optional size: `None` is -1.
pub(super) struct Size(pub(super) isize);

impl taipan_vm::native::FromArg<'_> for Size {
    fn from_arg(cx: &Ctx, value: &Value, _: &taipan_vm::native::ArgSite) -> PyResult<Self> {
        if let Some(small) = value.as_small_int() {
            return Ok(Self(small as isize));
        }
        if value.is_none() {
            return Ok(Self(-1));
        }
        if cx.class_of(value).slots.index.get().is_none() {
            return Err(cx.type_error(format!(
                "argument should be integer or None, not '{}'",
                cx.type_name(value)
            )));
        }
        cx.to_index_size(value).map(Self)
    }
}

/// Closes a stream that nobody holds any more.
fn finalize(cx: &Ctx, stream: &Value) -> PyResult<()> {
    let closed = match cx.find_attr(stream, &cx.intern("closed")) {
        Ok(Some(closed)) => cx.is_true(&closed),
        // Without a `closed` that works the stream is unusable: there is nothing to close.
        Ok(None) | Err(_) => return Ok(()),
    };
    if !matches!(closed, Ok(false)) {
        return Ok(());
    }
    // Tells `close` that nobody closed the stream; a stream without such an attribute does not care.
    let _ = cx.set_attr(stream, &cx.intern("_finalizing"), Some(&Value::TRUE));
    if let Err(error) = call(cx, stream, "close", &[]) {
        cx.report_unraisable(
            &error,
            Some("Exception ignored while finalizing file"),
            stream,
        );
    }
    Ok(())
}

const CLOSED_MARK: &str = "__IOBase_closed";

#[pymethods]
impl IoBase {
    #[new]
    fn new(
        cx: &Ctx,
        cls: &taipan_vm::value::Py<taipan_vm::objects::Type>,
        args: taipan_vm::native::Args<'_>,
    ) -> PyResult<Value> {
        let _ = args;
        Ok(cx.heap().allocate(cls, IoBase::default()).into_value())
    }

    #[init]
    fn init(this: &Value, cx: &Ctx, args: taipan_vm::native::Args<'_>) -> PyResult<()> {
        let _ = (this, cx, args);
        Ok(())
    }

    /// Change the stream position to the given byte offset.
    #[pymethod(signature = (offset, whence = 0, /), text_signature = "($self, offset, whence=os.SEEK_SET, /)")]
    fn seek(this: &Value, cx: &Ctx, offset: &Value, whence: i32) -> PyResult<()> {
        let _ = (this, offset, whence);
        Err(unsupported(cx, "seek"))
    }

    /// Return current stream position.
    fn tell(this: &Value, cx: &Ctx) -> PyResult<Value> {
        call(cx, this, "seek", &[Value::int32(0), Value::int32(1)])
    }

    /// Truncate file to size bytes.
    ///
    /// File pointer is left unchanged. Size defaults to the current IO position
    /// as reported by tell(). Return the new size.
    #[pymethod(signature = (size = None, /))]
    fn truncate(this: &Value, cx: &Ctx, size: Option<&Value>) -> PyResult<()> {
        let _ = (this, size);
        Err(unsupported(cx, "truncate"))
    }

    /// Flush write buffers, if applicable.
    ///
    /// This is not implemented for read-only and non-blocking streams.
    fn flush(this: &Value, cx: &Ctx) -> PyResult<()> {
        if marked_closed(cx, this)? {
            return Err(cx.value_error("I/O operation on closed file."));
        }
        Ok(())
    }

    /// Flush and close the IO object.
    ///
    /// This method has no effect if the file is already closed.
    fn close(this: &Value, cx: &Ctx) -> PyResult<()> {
        if marked_closed(cx, this)? {
            return Ok(());
        }
        let flushed = call(cx, this, "flush", &[]);
        let marked = cx.set_attr(this, &cx.intern(CLOSED_MARK), Some(&Value::TRUE));
        flushed?;
        marked
    }

    #[getter]
    fn closed(this: &Value, cx: &Ctx) -> PyResult<bool> {
        marked_closed(cx, this)
    }

    /// Return whether object supports random access.
    ///
    /// If False, seek(), tell() and truncate() will raise OSError.
    /// This method may need to do a test seek().
    fn seekable(this: &Value) -> bool {
        let _ = this;
        false
    }

    /// Return whether object was opened for reading.
    ///
    /// If False, read() will raise OSError.
    fn readable(this: &Value) -> bool {
        let _ = this;
        false
    }

    /// Return whether object was opened for writing.
    ///
    /// If False, write() will raise OSError.
    fn writable(this: &Value) -> bool {
        let _ = this;
        false
    }

    #[pymethod(name = "_checkClosed", signature = ())]
    fn check_closed_method(this: &Value, cx: &Ctx) -> PyResult<()> {
        check_closed(cx, this)
    }

    #[pymethod(name = "_checkSeekable", signature = ())]
    fn check_seekable_method(this: &Value, cx: &Ctx) -> PyResult<bool> {
        check_seekable(cx, this).map(|()| true)
    }

    #[pymethod(name = "_checkReadable", signature = ())]
    fn check_readable_method(this: &Value, cx: &Ctx) -> PyResult<bool> {
        check_readable(cx, this).map(|()| true)
    }

    #[pymethod(name = "_checkWritable", signature = ())]
    fn check_writable_method(this: &Value, cx: &Ctx) -> PyResult<bool> {
        check_writable(cx, this).map(|()| true)
    }

    /// Return underlying file descriptor if one exists.
    ///
    /// Raise OSError if the IO object does not use a file descriptor.
    fn fileno(this: &Value, cx: &Ctx) -> PyResult<()> {
        let _ = this;
        Err(unsupported(cx, "fileno"))
    }

    /// Return whether this is an 'interactive' stream.
    ///
    /// Return False if it can't be determined.
    fn isatty(this: &Value, cx: &Ctx) -> PyResult<bool> {
        check_closed(cx, this)?;
        Ok(false)
    }

    fn __enter__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        check_closed(cx, this)?;
        Ok(this.clone())
    }

    #[pymethod(signature = (*args), text_signature = None)]
    fn __exit__(this: &Value, cx: &Ctx, args: &[Value]) -> PyResult<Value> {
        let _ = args;
        call(cx, this, "close", &[])
    }

    fn __iter__(this: &Value, cx: &Ctx) -> PyResult<Value> {
        check_closed(cx, this)?;
        Ok(this.clone())
    }

    fn __next__(this: &Value, cx: &Ctx) -> PyResult<Option<Value>> {
        let line = call(cx, this, "readline", &[])?;
        Ok((cx.len(&line)? > 0).then_some(line))
    }

    fn __del__(this: &Value, cx: &Ctx) -> PyResult<()> {
        finalize(cx, this)
    }

    /// Read and return a line from the stream.
    ///
    /// If size is specified, at most size bytes will be read.
    ///
    /// The line terminator is always b'\n' for binary files; for text
    /// files, the newlines argument to open can be used to select the line
    /// terminator(s) recognized.
    #[pymethod(signature = (size = Size(-1), /), text_signature = "($self, size=-1, /)")]
    fn readline(this: &Value, cx: &Ctx, size: Size) -> PyResult<Value> {
        let limit = usize::try_from(size.0).ok();
        let peek = cx.find_attr(this, &cx.intern("peek"))?;
        let mut line = Vec::new();
        while limit.is_none_or(|limit| line.len() < limit) {
            let mut wanted = 1;
            if let Some(peek) = &peek {
                let ahead = cx.call(peek, &[Value::int32(1)])?;
                let Some(ahead) = ahead.downcast_ref::<Bytes>() else {
                    return Err(cx.error(
                        &cx.types().os_error,
                        format!(
                            "peek() should have returned a bytes object, not '{}'",
                            cx.type_name(&ahead)
                        ),
                    ));
                };
                let ahead = ahead.as_slice();
                if !ahead.is_empty() {
                    let room = limit.map_or(usize::MAX, |limit| limit - line.len());
                    let ahead = &ahead[..ahead.len().min(room)];
                    wanted = match ahead.iter().position(|byte| *byte == b'\n') {
                        Some(at) => at + 1,
                        None => ahead.len(),
                    };
                }
            }
            let piece = call(cx, this, "read", &[cx.new_int(wanted as i64)])?;
            let Some(piece) = piece.downcast_ref::<Bytes>() else {
                return Err(cx.error(
                    &cx.types().os_error,
                    format!(
                        "read() should have returned a bytes object, not '{}'",
                        cx.type_name(&piece)
                    ),
                ));
            };
            let piece = piece.as_slice();
            if piece.is_empty() {
                break;
            }
            line.extend_from_slice(piece);
            if line.last() == Some(&b'\n') {
                break;
            }
        }
        cx.new_bytes(&line)
    }

    /// Return a list of lines from the stream.
    ///
    /// hint can be specified to control the number of lines read: no more
    /// lines will be read if the total size (in bytes/characters) of all
    /// lines so far exceeds hint.
    #[pymethod(signature = (hint = Size(-1), /), text_signature = "($self, hint=-1, /)")]
    fn readlines(this: &Value, cx: &Ctx, hint: Size) -> PyResult<Value> {
        if hint.0 <= 0 {
            return cx.list_from(this).map(|list| list.into_value());
        }
        let mut lines = Vec::new();
        let mut length = 0;
        let mut iteration = cx.iterate(this)?;
        while let Some(line) = iteration.next(cx)? {
            length += cx.len(&line)?;
            lines.push(line);
            if length > hint.0 as usize {
                break;
            }
        }
        Ok(cx.new_list(lines).into_value())
    }

    /// Write a list of lines to stream.
    ///
    /// Line separators are not added, so it is usual for each of the
    /// lines provided to have a line separator at the end.
    fn writelines(this: &Value, cx: &Ctx, lines: &Value) -> PyResult<()> {
        check_closed(cx, this)?;
        let write = cx.intern("write");
        let mut iteration = cx.iterate(lines)?;
        while let Some(line) = iteration.next(cx)? {
            loop {
                match cx.call_method(this, &write, std::slice::from_ref(&line)) {
                    Err(error) if is_interrupted(cx, &error) => cx.check_signals()?,
                    result => {
                        result?;
                        break;
                    }
                }
            }
        }
        Ok(())
    }
}

/// A call that a signal interrupted, whose handler raised nothing: it is made again (PEP 475).
pub(super) fn is_interrupted(cx: &Ctx, error: &PyErr) -> bool {
    cx.matches(error, &cx.types().interrupted_error)
}

/// Whether `_IOBase.close` ran.
fn marked_closed(cx: &Ctx, stream: &Value) -> PyResult<bool> {
    Ok(cx.find_attr(stream, &cx.intern(CLOSED_MARK))?.is_some())
}

/// Base class for raw binary I/O.
#[pyclass(name = "_RawIOBase", module = "_io", base = IoBase, subclassable, traverse)]
#[repr(C)]
#[derive(Default)]
pub(crate) struct RawIoBase {
    base: IoBase,
}

impl Traverse for RawIoBase {
    fn traverse(&self, _: &mut Visitor<'_>) {}
}

#[pymethods]
impl RawIoBase {
    #[new]
    fn new(
        cx: &Ctx,
        cls: &taipan_vm::value::Py<taipan_vm::objects::Type>,
        args: taipan_vm::native::Args<'_>,
    ) -> PyResult<Value> {
        let _ = args;
        Ok(cx.heap().allocate(cls, RawIoBase::default()).into_value())
    }

    #[pymethod(signature = (size = -1, /))]
    fn read(this: &Value, cx: &Ctx, size: isize) -> PyResult<Value> {
        let Ok(size) = usize::try_from(size) else {
            return call(cx, this, "readall", &[]);
        };
        let room = cx.call(&cx.builtin("bytearray")?, &[cx.new_int(size as i64)])?;
        let count = call(cx, this, "readinto", std::slice::from_ref(&room))?;
        if count.is_none() {
            return Ok(count);
        }
        let count = cx.to_index_size(&count)?;
        let data = Data::of(cx, &room)?;
        match usize::try_from(count)
            .ok()
            .and_then(|count| data.get(..count))
        {
            Some(data) => cx.new_bytes(data),
            None => Err(cx.value_error(format!(
                "readinto returned {count} outside buffer size {}",
                data.len()
            ))),
        }
    }

    /// Read until EOF, using multiple read() call.
    fn readall(this: &Value, cx: &Ctx) -> PyResult<Value> {
        let mut all = Vec::new();
        let mut is_first = true;
        loop {
            let size = [cx.new_int(super::DEFAULT_BUFFER_SIZE as i64)];
            let data = match call(cx, this, "read", &size) {
                Err(error) if is_interrupted(cx, &error) => {
                    cx.check_signals()?;
                    continue;
                }
                data => data?,
            };
            if data.is_none() {
                if is_first {
                    return Ok(data);
                }
                break;
            }
            let Some(piece) = data.downcast_ref::<Bytes>() else {
                return Err(cx.type_error("read() should return bytes"));
            };
            if piece.as_slice().is_empty() {
                break;
            }
            is_first = false;
            all.extend_from_slice(piece.as_slice());
        }
        cx.new_bytes(&all)
    }

    #[pymethod(signature = (buffer, /), text_signature = None)]
    fn readinto(this: &Value, cx: &Ctx, buffer: &Value) -> PyResult<()> {
        let _ = (this, buffer);
        Err(cx.not_implemented_error(""))
    }

    #[pymethod(signature = (b, /), text_signature = None)]
    fn write(this: &Value, cx: &Ctx, b: &Value) -> PyResult<()> {
        let _ = (this, b);
        Err(cx.not_implemented_error(""))
    }
}

/// Base class for buffered IO objects.
///
/// The main difference with RawIOBase is that the read() method
/// supports omitting the size argument, and does not have a default
/// implementation that defers to readinto().
///
/// In addition, read(), readinto() and write() may raise
/// BlockingIOError if the underlying raw stream is in non-blocking
/// mode and not ready; unlike their raw counterparts, they will never
/// return None.
///
/// A typical implementation should not inherit from a RawIOBase
/// implementation, but wrap one.
#[pyclass(name = "_BufferedIOBase", module = "_io", base = IoBase, subclassable, traverse)]
#[repr(C)]
#[derive(Default)]
pub(crate) struct BufferedIoBase {
    base: IoBase,
}

impl Traverse for BufferedIoBase {
    fn traverse(&self, _: &mut Visitor<'_>) {}
}

/// `readinto` in terms of another method.
fn read_into(cx: &Ctx, this: &Value, room: &Room, method: &str) -> PyResult<usize> {
    let size = room.length();
    let data = call(cx, this, method, &[cx.new_int(size as i64)])?;
    let Some(data) = data.downcast_ref::<Bytes>() else {
        return Err(cx.type_error("read() should return bytes"));
    };
    let data = data.as_slice();
    if data.len() > size {
        return Err(cx.value_error(format!(
            "read() returned too much data: {size} bytes requested, {} returned",
            data.len()
        )));
    }
    room.put(0, data);
    Ok(data.len())
}

#[pymethods]
impl BufferedIoBase {
    #[new]
    fn new(
        cx: &Ctx,
        cls: &taipan_vm::value::Py<taipan_vm::objects::Type>,
        args: taipan_vm::native::Args<'_>,
    ) -> PyResult<Value> {
        let _ = args;
        Ok(cx
            .heap()
            .allocate(cls, BufferedIoBase::default())
            .into_value())
    }

    fn readinto(this: &Value, cx: &Ctx, buffer: Room) -> PyResult<usize> {
        read_into(cx, this, &buffer, "read")
    }

    fn readinto1(this: &Value, cx: &Ctx, buffer: Room) -> PyResult<usize> {
        read_into(cx, this, &buffer, "read1")
    }

    /// Disconnect this buffer from its underlying raw stream and return it.
    ///
    /// After the raw stream has been detached, the buffer is in an unusable
    /// state.
    fn detach(this: &Value, cx: &Ctx) -> PyResult<()> {
        let _ = this;
        Err(unsupported(cx, "detach"))
    }

    /// Read and return up to n bytes.
    ///
    /// If the size argument is omitted, None, or negative, read and
    /// return all data until EOF.
    ///
    /// If the size argument is positive, and the underlying raw stream is
    /// not 'interactive', multiple raw reads may be issued to satisfy
    /// the byte count (unless EOF is reached first).
    /// However, for interactive raw streams (as well as sockets and pipes),
    /// at most one raw read will be issued, and a short result does not
    /// imply that EOF is imminent.
    ///
    /// Return an empty bytes object on EOF.
    ///
    /// Return None if the underlying raw stream was open in non-blocking
    /// mode and no data is available at the moment.
    #[pymethod(signature = (*args), text_signature = "($self, size=-1, /)")]
    fn read(this: &Value, cx: &Ctx, args: &[Value]) -> PyResult<()> {
        let _ = (this, args);
        Err(unsupported(cx, "read"))
    }

    /// Read and return up to size bytes, with at most one read() call to the underlying raw stream.
    ///
    /// Return an empty bytes object on EOF.
    /// A short result does not imply that EOF is imminent.
    #[pymethod(signature = (*args), text_signature = "($self, size=-1, /)")]
    fn read1(this: &Value, cx: &Ctx, args: &[Value]) -> PyResult<()> {
        let _ = (this, args);
        Err(unsupported(cx, "read1"))
    }

    /// Write buffer b to the IO stream.
    ///
    /// Return the number of bytes written, which is always
    /// the length of b in bytes.
    ///
    /// Raise BlockingIOError if the buffer is full and the
    /// underlying raw stream cannot accept more data at the moment.
    fn write(this: &Value, cx: &Ctx, b: &Value) -> PyResult<()> {
        let _ = (this, b);
        Err(unsupported(cx, "write"))
    }
}

/// Base class for text I/O.
///
/// This class provides a character and line based interface to stream
/// I/O. There is no readinto method because Python's character strings
/// are immutable.
#[pyclass(name = "_TextIOBase", module = "_io", base = IoBase, subclassable, traverse)]
#[repr(C)]
#[derive(Default)]
pub(crate) struct TextIoBase {
    base: IoBase,
}

impl Traverse for TextIoBase {
    fn traverse(&self, _: &mut Visitor<'_>) {}
}

#[pymethods]
impl TextIoBase {
    #[new]
    fn new(
        cx: &Ctx,
        cls: &taipan_vm::value::Py<taipan_vm::objects::Type>,
        args: taipan_vm::native::Args<'_>,
    ) -> PyResult<Value> {
        let _ = args;
        Ok(cx.heap().allocate(cls, TextIoBase::default()).into_value())
    }

    /// Separate the underlying buffer from the TextIOBase and return it.
    ///
    /// After the underlying buffer has been detached, the TextIO is in an unusable state.
    fn detach(this: &Value, cx: &Ctx) -> PyResult<()> {
        let _ = this;
        Err(unsupported(cx, "detach"))
    }

    /// Read at most size characters from stream.
    ///
    /// Read from underlying buffer until we have size characters or we hit EOF.
    /// If size is negative or omitted, read until EOF.
    #[pymethod(signature = (*args), text_signature = "($self, size=-1, /)")]
    fn read(this: &Value, cx: &Ctx, args: &[Value]) -> PyResult<()> {
        let _ = (this, args);
        Err(unsupported(cx, "read"))
    }

    /// Read until newline or EOF.
    ///
    /// Return an empty string if EOF is hit immediately.
    /// If size is specified, at most size characters will be read.
    #[pymethod(signature = (*args), text_signature = "($self, size=-1, /)")]
    fn readline(this: &Value, cx: &Ctx, args: &[Value]) -> PyResult<()> {
        let _ = (this, args);
        Err(unsupported(cx, "readline"))
    }

    /// Write string s to stream.
    ///
    /// Return the number of characters written
    /// (which is always equal to the length of the string).
    fn write(this: &Value, cx: &Ctx, s: &Value) -> PyResult<()> {
        let _ = (this, s);
        Err(unsupported(cx, "write"))
    }

    /// Encoding of the text stream.
    ///
    /// Subclasses should override.
    #[getter]
    fn encoding(this: &Value) -> Value {
        let _ = this;
        Value::NONE
    }

    /// Line endings translated so far.
    ///
    /// Only line endings translated during reading are considered.
    ///
    /// Subclasses should override.
    #[getter]
    fn newlines(this: &Value) -> Value {
        let _ = this;
        Value::NONE
    }

    /// The error setting of the decoder or encoder.
    ///
    /// Subclasses should override.
    #[getter]
    fn errors(this: &Value) -> Value {
        let _ = this;
        Value::NONE
    }
}

/// "<module.Class", the start of a stream's `repr`.
pub(super) fn repr_start(cx: &Ctx, stream: &Value) -> String {
    let class = cx.class_of(stream);
    match class.def {
        Some(def) if !class.is_heap_type() => format!("<{}.{}", def.module, def.name),
        _ => {
            let module = class.dict().get_str(&cx.names().__module__);
            let module = module
                .and_then(|module| cx.str(&module).ok())
                .map(|module| format!("{}.", module.to_string_lossy()))
                .unwrap_or_default();
            format!("<{module}{}", cx.type_name(stream))
        }
    }
}

/// " name='x'" if the stream has a name; a stream whose `repr` needs its own is an error.
pub(super) fn repr_name(cx: &Ctx, stream: &Value) -> PyResult<String> {
    match cx.find_attr(stream, &cx.names().name) {
        Ok(Some(name)) => {
            let name = cx.repr(&name)?;
            Ok(format!(" name={}", name.to_string_lossy()))
        }
        Ok(None) => Ok(String::new()),
        // A detached stream has no name to tell.
        Err(error) if cx.matches(&error, &cx.types().value_error) => Ok(String::new()),
        Err(error) => Err(error),
    }
}

/// `TypeError` of everything that cannot be pickled.
pub(super) fn cannot_pickle(cx: &Ctx, stream: &Value) -> PyErr {
    cx.type_error(format!(
        "cannot pickle '{}' instances",
        cx.type_name(stream)
    ))
}

/// The instance's attributes as a dict, or `None`.
pub(super) fn instance_dict(cx: &Ctx, stream: &Value) -> Value {
    attrs::dict(cx, stream).map_or(Value::NONE, |dict| {
        cx.new_dict_from(dict.duplicate()).into_value()
    })
}
