//! The object and its Python interface.
//!
//! Invariants
//! 1. `decoded[used..]` is text that was decoded and not handed out; `used` stands at a boundary.
//! 2. `snapshot` is the decoder's state before the bytes that gave `decoded`, and those bytes.
//! 3. No borrow is held while Python code may run.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use taipan_macros::{pyclass, pymethods};
use taipan_text::Wtf8Buf;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::bind::Optional;
use taipan_vm::objects::{Str, Type};
use taipan_vm::value::{Py, Value};

use super::codec::{Decoder, Encoder, is_closed};
use super::setup::{Options, Reconfiguration};
use crate::_io::base::{Size, TextIoBase, call, cannot_pickle, is_exact, repr_start};
use crate::_io::buffered::{BufferedRandom, BufferedReader, BufferedWriter, Core};
use crate::_io::newline::NewlineMode;
use crate::_io::state::unsupported;

/// Character and line based layer over a BufferedIOBase object, buffer.
///
/// encoding gives the name of the encoding that the stream will be
/// decoded or encoded with. It defaults to locale.getencoding().
///
/// errors determines the strictness of encoding and decoding (see
/// help(codecs.Codec) or the documentation for codecs.register) and
/// defaults to "strict".
///
/// newline controls how line endings are handled. It can be None, '',
/// '\n', '\r', and '\r\n'.  It works as follows:
///
/// * On input, if newline is None, universal newlines mode is
///   enabled. Lines in the input can end in '\n', '\r', or '\r\n', and
///   these are translated into '\n' before being returned to the
///   caller. If it is '', universal newline mode is enabled, but line
///   endings are returned to the caller untranslated. If it has any of
///   the other legal values, input lines are only terminated by the given
///   string, and the line ending is returned to the caller untranslated.
///
/// * On output, if newline is None, any '\n' characters written are
///   translated to the system default line separator, os.linesep. If
///   newline is '' or '\n', no translation takes place. If newline is any
///   of the other legal values, any '\n' characters written are translated
///   to the given string.
///
/// If line_buffering is True, a call to flush is implied when a call to
/// write contains a newline character.
#[pyclass(name = "TextIOWrapper", module = "_io", base = TextIoBase, subclassable, traverse,
    text_signature = "(buffer, encoding=None, errors=None, newline=None,\n              line_buffering=False, write_through=False)")]
#[repr(C)]
pub(crate) struct TextIoWrapper {
    base: TextIoBase,
    pub(super) buffer: RefCell<Option<Value>>,
    pub(super) detached: Cell<bool>,
    pub(super) finalizing: Cell<bool>,
    pub(super) encoding: RefCell<Value>,
    pub(super) errors: RefCell<Value>,
    pub(super) mode: Cell<Option<NewlineMode>>,
    pub(super) encoder: RefCell<Option<Rc<Encoder>>>,
    pub(super) decoder: RefCell<Option<Rc<Decoder>>>,
    pub(super) line_buffering: Cell<bool>,
    pub(super) write_through: Cell<bool>,
    pub(super) seekable: Cell<bool>,
    pub(super) telling: Cell<bool>,
    pub(super) has_read1: Cell<bool>,
    pub(super) chunk_size: Cell<usize>,
    pub(super) decoded: RefCell<Wtf8Buf>,
    pub(super) used: Cell<usize>,
    pub(super) snapshot: RefCell<Option<(i64, Vec<u8>)>>,
    pub(super) bytes_per_char: Cell<f64>,
    pub(super) pending: RefCell<Vec<u8>>,
}

impl Traverse for TextIoWrapper {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.buffer.borrow().iter().for_each(&mut *visit);
        visit(&self.encoding.borrow());
        visit(&self.errors.borrow());
        if let Some(encoder) = &*self.encoder.borrow() {
            encoder.traverse(visit);
        }
        if let Some(decoder) = &*self.decoder.borrow() {
            decoder.traverse(visit);
        }
    }

    fn clear(&self) {
        let old = (self.buffer.take(), self.encoder.take(), self.decoder.take());
        drop(old);
    }
}

/// Bytes read at a time.
pub(super) const CHUNK: usize = 8192;

impl TextIoWrapper {
    fn blank() -> Self {
        Self {
            base: TextIoBase::default(),
            buffer: RefCell::default(),
            detached: Cell::new(false),
            finalizing: Cell::new(false),
            encoding: RefCell::new(Value::NONE),
            errors: RefCell::new(Value::NONE),
            mode: Cell::new(None),
            encoder: RefCell::default(),
            decoder: RefCell::default(),
            line_buffering: Cell::new(false),
            write_through: Cell::new(false),
            seekable: Cell::new(false),
            telling: Cell::new(false),
            has_read1: Cell::new(false),
            chunk_size: Cell::new(CHUNK),
            decoded: RefCell::new(Wtf8Buf::new()),
            used: Cell::new(0),
            snapshot: RefCell::default(),
            bytes_per_char: Cell::new(0.0),
            pending: RefCell::default(),
        }
    }

    /// The binary stream.
    pub(super) fn buffer(&self, cx: &Ctx) -> PyResult<Value> {
        self.buffer.borrow().clone().ok_or_else(|| {
            cx.value_error(if self.detached.get() {
                "underlying buffer has been detached"
            } else {
                "I/O operation on uninitialized object"
            })
        })
    }

    /// Refuses a closed stream.
    pub(super) fn check_open(&self, cx: &Ctx) -> PyResult<Value> {
        let buffer = self.buffer(cx)?;
        let closed = match core_of(cx, &buffer) {
            Some(core) => core.is_closed(cx)?,
            None => is_closed(cx, &buffer)?,
        };
        if closed {
            return Err(cx.value_error("I/O operation on closed file."));
        }
        Ok(buffer)
    }

    pub(super) fn decoder(&self, cx: &Ctx) -> PyResult<Rc<Decoder>> {
        self.decoder
            .borrow()
            .clone()
            .ok_or_else(|| unsupported(cx, "not readable"))
    }

    pub(super) fn call_buffer(&self, cx: &Ctx, name: &str, args: &[Value]) -> PyResult<Value> {
        call(cx, &self.buffer(cx)?, name, args)
    }

    /// Forgets decoded text.
    pub(super) fn forget_decoded(&self) {
        self.decoded.borrow_mut().clear();
        self.used.set(0);
    }

    fn closed(&self, cx: &Ctx) -> PyResult<bool> {
        is_closed(cx, &self.buffer(cx)?)
    }
}

/// The buffer of a native buffered stream, if `stream` is one itself.
pub(super) fn core_of<'a>(cx: &Ctx, stream: &'a Value) -> Option<&'a Core> {
    if is_exact(cx, stream, BufferedReader::class()) {
        return Some(&stream.downcast_ref::<BufferedReader>()?.core);
    }
    if is_exact(cx, stream, BufferedWriter::class()) {
        return Some(&stream.downcast_ref::<BufferedWriter>()?.core);
    }
    if is_exact(cx, stream, BufferedRandom::class()) {
        return Some(&stream.downcast_ref::<BufferedRandom>()?.core);
    }
    None
}

#[pymethods]
impl TextIoWrapper {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: taipan_vm::native::Args<'_>) -> PyResult<Value> {
        let _ = args;
        Ok(cx.heap().allocate(cls, TextIoWrapper::blank()).into_value())
    }

    #[init(signature = (buffer, encoding = None, errors = None, newline = None, line_buffering = false, write_through = false))]
    fn init(
        this: &Py<TextIoWrapper>,
        cx: &Ctx,
        buffer: &Value,
        encoding: Option<&Value>,
        errors: Option<&Value>,
        newline: Option<&Value>,
        line_buffering: bool,
        write_through: bool,
    ) -> PyResult<()> {
        this.set_up(
            cx,
            buffer,
            Options {
                encoding,
                errors,
                newline,
                line_buffering,
                write_through,
            },
        )
    }

    /// Reconfigure the text stream with new parameters.
    ///
    /// This also does an implicit stream flush.
    #[pymethod(
        signature = (*, encoding = None, errors = None, newline = Optional::Missing, line_buffering = None, write_through = None),
        text_signature = "($self, /, *, encoding=None, errors=None, newline=None,\n            line_buffering=None, write_through=None)"
    )]
    fn reconfigure(
        this: &Py<TextIoWrapper>,
        cx: &Ctx,
        encoding: Option<&Value>,
        errors: Option<&Value>,
        newline: Optional<&Value>,
        line_buffering: Option<bool>,
        write_through: Option<bool>,
    ) -> PyResult<()> {
        this.change(
            cx,
            Reconfiguration {
                encoding,
                errors,
                newline: newline.given(),
                line_buffering,
                write_through,
            },
        )
    }

    fn detach(this: &Py<TextIoWrapper>, cx: &Ctx) -> PyResult<Value> {
        this.buffer(cx)?;
        call(cx, this.as_value(), "flush", &[])?;
        let buffer = this.buffer(cx)?;
        drop(this.buffer.take());
        this.detached.set(true);
        Ok(buffer)
    }

    fn write(this: &Py<TextIoWrapper>, cx: &Ctx, text: &Py<Str>) -> PyResult<usize> {
        this.write_text(cx, text)
    }

    #[pymethod(signature = (size = Size(-1), /), text_signature = "($self, size=-1, /)")]
    fn read(this: &Py<TextIoWrapper>, cx: &Ctx, size: Size) -> PyResult<Value> {
        this.check_open(cx)?;
        this.decoder(cx)?;
        this.flush_pending(cx)?;
        match usize::try_from(size.0) {
            Ok(count) => this.read_count(cx, count),
            Err(_) => this.read_all(cx),
        }
    }

    #[pymethod(signature = (size = -1, /))]
    fn readline(this: &Py<TextIoWrapper>, cx: &Ctx, size: isize) -> PyResult<Value> {
        this.check_open(cx)?;
        this.flush_pending(cx)?;
        this.read_line(cx, usize::try_from(size).ok())
    }

    fn __next__(this: &Py<TextIoWrapper>, cx: &Ctx) -> PyResult<Option<Value>> {
        this.buffer(cx)?;
        // Positions are too expensive to keep track of line by line.
        this.telling.set(false);
        let line = if this.header().class().is_heap_type() {
            let line = call(cx, this.as_value(), "readline", &[])?;
            if line.downcast_ref::<Str>().is_none() {
                return Err(cx.error(
                    &cx.types().os_error,
                    format!(
                        "readline() should have returned a str object, not '{}'",
                        cx.type_name(&line)
                    ),
                ));
            }
            line
        } else {
            this.check_open(cx)?;
            this.flush_pending(cx)?;
            this.read_line(cx, None)?
        };
        let is_end = line
            .downcast_ref::<Str>()
            .is_none_or(|line| line.as_wtf8().is_empty());
        if is_end {
            drop(this.snapshot.take());
            this.telling.set(this.seekable.get());
            return Ok(None);
        }
        Ok(Some(line))
    }

    fn flush(this: &Py<TextIoWrapper>, cx: &Ctx) -> PyResult<Value> {
        let buffer = this.check_open(cx)?;
        this.telling.set(this.seekable.get());
        this.flush_pending(cx)?;
        call(cx, &buffer, "flush", &[])
    }

    fn close(this: &Py<TextIoWrapper>, cx: &Ctx) -> PyResult<Value> {
        let buffer = this.buffer(cx)?;
        if is_closed(cx, &buffer)? {
            return Ok(Value::NONE);
        }
        if this.finalizing.get()
            && let Err(error) = call(cx, &buffer, "_dealloc_warn", &[this.to_value()])
            && !cx.matches(&error, &cx.types().attribute_error)
        {
            cx.report_unraisable(&error, None, this.as_value());
        }
        let flushed = call(cx, this.as_value(), "flush", &[]);
        let closed = call(cx, &buffer, "close", &[]);
        match (flushed, closed) {
            (Err(first), Err(second)) => {
                drop(
                    second
                        .exception()
                        .context
                        .replace(Some(first.value().clone())),
                );
                Err(second)
            }
            (Err(error), Ok(_)) => Err(error),
            (Ok(_), closed) => closed,
        }
    }

    #[pymethod(signature = (cookie, whence = 0, /), text_signature = "($self, cookie, whence=os.SEEK_SET, /)")]
    fn seek(this: &Py<TextIoWrapper>, cx: &Ctx, cookie: &Value, whence: i32) -> PyResult<Value> {
        this.seek_to(cx, cookie, whence)
    }

    /// Return the stream position as an opaque number.
    ///
    /// The return value of tell() can be given as input to seek(), to restore a
    /// previous stream position.
    fn tell(this: &Py<TextIoWrapper>, cx: &Ctx) -> PyResult<Value> {
        this.position(cx)
    }

    #[pymethod(signature = (pos = None, /))]
    fn truncate(this: &Py<TextIoWrapper>, cx: &Ctx, pos: Option<&Value>) -> PyResult<Value> {
        this.buffer(cx)?;
        call(cx, this.as_value(), "flush", &[])?;
        this.call_buffer(cx, "truncate", &[pos.cloned().unwrap_or(Value::NONE)])
    }

    fn fileno(&self, cx: &Ctx) -> PyResult<Value> {
        self.call_buffer(cx, "fileno", &[])
    }

    fn isatty(&self, cx: &Ctx) -> PyResult<Value> {
        self.call_buffer(cx, "isatty", &[])
    }

    fn seekable(&self, cx: &Ctx) -> PyResult<Value> {
        self.call_buffer(cx, "seekable", &[])
    }

    fn readable(&self, cx: &Ctx) -> PyResult<Value> {
        self.call_buffer(cx, "readable", &[])
    }

    fn writable(&self, cx: &Ctx) -> PyResult<Value> {
        self.call_buffer(cx, "writable", &[])
    }

    #[member(name = "buffer")]
    fn buffer_object(&self) -> Value {
        self.buffer.borrow().clone().unwrap_or(Value::NONE)
    }

    #[member]
    fn encoding(&self) -> Value {
        self.encoding.borrow().clone()
    }

    #[getter]
    fn errors(&self, cx: &Ctx) -> PyResult<Value> {
        self.buffer(cx)?;
        Ok(self.errors.borrow().clone())
    }

    #[member]
    fn line_buffering(&self) -> bool {
        self.line_buffering.get()
    }

    #[member]
    fn write_through(&self) -> bool {
        self.write_through.get()
    }

    #[member]
    fn _finalizing(&self) -> bool {
        self.finalizing.get()
    }

    #[setter(name = "_finalizing")]
    fn set_finalizing(&self, cx: &Ctx, value: &Value) -> PyResult<()> {
        let Some(value) = value.as_bool() else {
            return Err(cx.type_error("attribute value type must be bool"));
        };
        self.finalizing.set(value);
        Ok(())
    }

    #[getter(name = "_CHUNK_SIZE")]
    fn chunk_size(&self, cx: &Ctx) -> PyResult<usize> {
        self.buffer(cx)?;
        Ok(self.chunk_size.get())
    }

    #[setter(name = "_CHUNK_SIZE")]
    fn set_chunk_size(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        self.buffer(cx)?;
        let Some(value) = value else {
            return Err(cx.attribute_error("cannot delete attribute"));
        };
        match usize::try_from(cx.to_index_size(value)?) {
            Ok(size) if size > 0 => {
                self.chunk_size.set(size);
                Ok(())
            }
            _ => Err(cx.value_error("a strictly positive integer is required")),
        }
    }

    #[getter(name = "closed")]
    fn closed_attribute(&self, cx: &Ctx) -> PyResult<bool> {
        self.closed(cx)
    }

    #[getter]
    fn name(&self, cx: &Ctx) -> PyResult<Value> {
        cx.get_attr(&self.buffer(cx)?, &cx.names().name)
    }

    #[getter]
    fn newlines(&self, cx: &Ctx) -> PyResult<Value> {
        self.buffer(cx)?;
        let decoder = self.decoder.borrow().clone();
        decoder.map_or(Ok(Value::NONE), |decoder| decoder.newlines(cx))
    }

    fn __getstate__(this: &Value, cx: &Ctx) -> PyResult<()> {
        Err(cannot_pickle(cx, this))
    }

    fn __repr__(this: &Py<TextIoWrapper>, cx: &Ctx) -> PyResult<Value> {
        let mut text = Wtf8Buf::from(repr_start(cx, this.as_value()));
        let Some(_guard) = cx.enter_repr(this.as_value()) else {
            return Err(cx.runtime_error(format!(
                "reentrant call inside {}.__repr__",
                cx.type_name(this.as_value())
            )));
        };
        for (attribute, shown) in [(&cx.names().name, " name="), (&cx.names().mode, " mode=")] {
            let value = match cx.find_attr(this.as_value(), attribute) {
                Err(error) if cx.matches(&error, &cx.types().value_error) => None,
                value => value?,
            };
            if let Some(value) = value {
                text.push_str(shown);
                text.push_wtf8(cx.repr(&value)?.as_wtf8());
            }
        }
        text.push_str(" encoding=");
        let encoding = this.encoding.borrow().clone();
        text.push_wtf8(cx.repr(&encoding)?.as_wtf8());
        text.push_str(">");
        Ok(cx.new_str(&*text)?.into_value())
    }
}
