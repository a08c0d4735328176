//! `BytesIO`: a binary stream in memory.
//!
//! CPython 3.14: `Modules/_io/bytesio.c`. The contents are shared with the views that `getbuffer` gives; while there are
//! any, the size is fixed. Tests: `tests/run/_io/`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::buffer::{Buffer, Export};
use taipan_vm::objects::{Dict, Tuple, Type};
use taipan_vm::value::{Py, Value};

use super::base::{BufferedIoBase, Size, instance_dict};
use crate::bytes_arg::{Data, Room};

/// The contents, and how many views there are.
#[derive(Default)]
struct Contents {
    bytes: RefCell<Vec<u8>>,
    views: Cell<usize>,
}

/// A view's hold on the contents.
struct View(Rc<Contents>);

impl View {
    fn new(contents: &Rc<Contents>) -> Self {
        contents.views.set(contents.views.get() + 1);
        Self(contents.clone())
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.0.views.set(self.0.views.get() - 1);
    }
}

impl Export for View {
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8])) {
        f(&self.0.bytes.borrow());
    }

    fn with_bytes_mut(&self, f: &mut dyn FnMut(&mut [u8])) -> bool {
        f(&mut self.0.bytes.borrow_mut());
        true
    }

    fn visit(&self, _: &mut Visitor<'_>) {}
}

/// Buffered I/O implementation using an in-memory bytes buffer.
#[pyclass(name = "BytesIO", module = "_io", base = BufferedIoBase, subclassable, traverse,
    text_signature = "(initial_bytes=b'')")]
#[repr(C)]
pub(crate) struct BytesIo {
    base: BufferedIoBase,
    contents: Rc<Contents>,
    position: Cell<usize>,
    closed: Cell<bool>,
}

impl Traverse for BytesIo {
    fn traverse(&self, _: &mut Visitor<'_>) {}
}

impl BytesIo {
    fn check_open(&self, cx: &Ctx) -> PyResult<()> {
        if self.closed.get() {
            return Err(cx.value_error("I/O operation on closed file."));
        }
        Ok(())
    }

    fn check_resizable(&self, cx: &Ctx) -> PyResult<()> {
        if self.contents.views.get() > 0 {
            return Err(cx.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    /// At most `count` bytes from the position, which moves behind them.
    fn take(&self, cx: &Ctx, count: usize) -> PyResult<Value> {
        let bytes = self.contents.bytes.borrow();
        let start = self.position.get().min(bytes.len());
        let end = start + count.min(bytes.len() - start);
        if end > start {
            self.position.set(end);
        }
        cx.new_bytes(&bytes[start..end])
    }

    fn line_length(&self, limit: Option<usize>) -> usize {
        let bytes = self.contents.bytes.borrow();
        let rest = bytes.get(self.position.get()..).unwrap_or_default();
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        limit.map_or(length, |limit| length.min(limit))
    }

    fn write_bytes(&self, cx: &Ctx, data: &[u8]) -> PyResult<usize> {
        self.check_open(cx)?;
        self.check_resizable(cx)?;
        if data.is_empty() {
            return Ok(0);
        }
        let position = self.position.get();
        let Some(end) = position
            .checked_add(data.len())
            .filter(|end| *end <= isize::MAX as usize)
        else {
            return Err(cx.overflow_error("new buffer size too large"));
        };
        let mut bytes = self.contents.bytes.borrow_mut();
        if end > bytes.len() {
            let more = end - bytes.len();
            if bytes.try_reserve(more).is_err() {
                return Err(cx.memory_error());
            }
            bytes.truncate(position);
            // A gap behind the old end is filled with zeros.
            bytes.resize(position, 0);
            bytes.extend_from_slice(data);
        } else {
            bytes[position..end].copy_from_slice(data);
        }
        self.position.set(end);
        Ok(data.len())
    }
}

#[pymethods]
impl BytesIo {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: taipan_vm::native::Args<'_>) -> PyResult<Value> {
        let _ = args;
        let new = BytesIo {
            base: BufferedIoBase::default(),
            contents: Rc::default(),
            position: Cell::new(0),
            closed: Cell::new(false),
        };
        Ok(cx.heap().allocate(cls, new).into_value())
    }

    #[init(signature = (initial_bytes = None))]
    fn init(this: &Py<BytesIo>, cx: &Ctx, initial_bytes: Option<&Value>) -> PyResult<()> {
        this.check_resizable(cx)?;
        let initial = match initial_bytes {
            Some(initial) => Data::of(cx, initial)?.to_vec(),
            None => Vec::new(),
        };
        this.position.set(0);
        this.contents.bytes.replace(initial);
        Ok(())
    }

    /// Returns True if the IO object can be read.
    fn readable(&self, cx: &Ctx) -> PyResult<bool> {
        self.check_open(cx).map(|()| true)
    }

    /// Returns True if the IO object can be written.
    fn writable(&self, cx: &Ctx) -> PyResult<bool> {
        self.check_open(cx).map(|()| true)
    }

    /// Returns True if the IO object can be seeked.
    fn seekable(&self, cx: &Ctx) -> PyResult<bool> {
        self.check_open(cx).map(|()| true)
    }

    /// Does nothing.
    fn flush(&self, cx: &Ctx) -> PyResult<()> {
        self.check_open(cx)
    }

    /// Always returns False.
    ///
    /// BytesIO objects are not connected to a TTY-like device.
    fn isatty(&self, cx: &Ctx) -> PyResult<bool> {
        self.check_open(cx).map(|()| false)
    }

    /// Get a read-write view over the contents of the BytesIO object.
    fn getbuffer(this: &Py<BytesIo>, cx: &Ctx) -> PyResult<Value> {
        this.check_open(cx)?;
        let class = cx.native_class(BytesIoBuffer::class());
        let source = cx.heap().allocate(
            &class,
            BytesIoBuffer {
                source: this.clone(),
            },
        );
        cx.call(&cx.builtin("memoryview")?, &[source.into_value()])
    }

    /// Retrieve the entire contents of the BytesIO object.
    fn getvalue(&self, cx: &Ctx) -> PyResult<Value> {
        self.check_open(cx)?;
        cx.new_bytes(&self.contents.bytes.borrow())
    }

    /// Current file position, an integer.
    fn tell(&self, cx: &Ctx) -> PyResult<usize> {
        self.check_open(cx)?;
        Ok(self.position.get())
    }

    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative, read until EOF is reached.
    /// Return an empty bytes object at EOF.
    #[pymethod(signature = (size = Size(-1), /), text_signature = "($self, size=-1, /)")]
    fn read(&self, cx: &Ctx, size: Size) -> PyResult<Value> {
        self.check_open(cx)?;
        self.take(cx, usize::try_from(size.0).unwrap_or(usize::MAX))
    }

    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative or omitted, read until EOF is reached.
    /// Return an empty bytes object at EOF.
    #[pymethod(signature = (size = Size(-1), /), text_signature = "($self, size=-1, /)")]
    fn read1(&self, cx: &Ctx, size: Size) -> PyResult<Value> {
        self.check_open(cx)?;
        self.take(cx, usize::try_from(size.0).unwrap_or(usize::MAX))
    }

    /// Next line from the file, as a bytes object.
    ///
    /// Retain newline.  A non-negative size argument limits the maximum
    /// number of bytes to return (an incomplete line may be returned then).
    /// Return an empty bytes object at EOF.
    #[pymethod(signature = (size = Size(-1), /), text_signature = "($self, size=-1, /)")]
    fn readline(&self, cx: &Ctx, size: Size) -> PyResult<Value> {
        self.check_open(cx)?;
        self.take(cx, self.line_length(usize::try_from(size.0).ok()))
    }

    /// List of bytes objects, each a line from the file.
    ///
    /// Call readline() repeatedly and return a list of the lines so read.
    /// The optional size argument, if given, is an approximate bound on the
    /// total number of bytes in the lines returned.
    #[pymethod(signature = (size = None, /))]
    fn readlines(&self, cx: &Ctx, size: Option<Size>) -> PyResult<Value> {
        self.check_open(cx)?;
        let limit = size.and_then(|size| usize::try_from(size.0).ok());
        let mut lines = Vec::new();
        let mut total = 0;
        loop {
            let length = self.line_length(None);
            if length == 0 {
                break;
            }
            lines.push(self.take(cx, length)?);
            total += length;
            if limit.is_some_and(|limit| limit > 0 && total >= limit) {
                break;
            }
        }
        Ok(cx.new_list(lines).into_value())
    }

    /// Read bytes into buffer.
    ///
    /// Returns number of bytes read (0 for EOF), or None if the object
    /// is set not to block and has no data to read.
    fn readinto(&self, cx: &Ctx, buffer: Room) -> PyResult<usize> {
        self.check_open(cx)?;
        let data = {
            let bytes = self.contents.bytes.borrow();
            let rest = bytes.get(self.position.get()..).unwrap_or_default();
            // A copy: the room may be a view of these very contents.
            rest[..rest.len().min(buffer.length())].to_vec()
        };
        buffer.put(0, &data);
        self.position.set(self.position.get() + data.len());
        Ok(data.len())
    }

    fn __iter__(this: &Py<BytesIo>, cx: &Ctx) -> PyResult<Value> {
        this.check_open(cx)?;
        Ok(this.to_value())
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        self.check_open(cx)?;
        match self.line_length(None) {
            0 => Ok(None),
            length => self.take(cx, length).map(Some),
        }
    }

    /// Change stream position.
    ///
    /// Seek to byte offset pos relative to position indicated by whence:
    ///      0  Start of stream (the default).  pos should be >= 0;
    ///      1  Current position - pos may be negative;
    ///      2  End of stream - pos usually negative.
    /// Returns the new absolute position.
    #[pymethod(signature = (pos, whence = 0, /))]
    fn seek(&self, cx: &Ctx, pos: isize, whence: i32) -> PyResult<usize> {
        self.check_open(cx)?;
        let base = match whence {
            0 if pos < 0 => {
                return Err(cx.value_error(format!("negative seek value {pos}")));
            }
            0 => 0,
            1 => self.position.get(),
            2 => self.contents.bytes.borrow().len(),
            _ => {
                return Err(
                    cx.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))
                );
            }
        };
        let Some(target) = (base as isize).checked_add(pos) else {
            return Err(cx.overflow_error("new position too large"));
        };
        let position = usize::try_from(target).unwrap_or(0);
        self.position.set(position);
        Ok(position)
    }

    /// Truncate the file to at most size bytes.
    ///
    /// Size defaults to the current file position, as returned by tell().
    /// The current file position is unchanged.  Returns the new size.
    #[pymethod(signature = (size = None, /))]
    fn truncate(&self, cx: &Ctx, size: Option<Size>) -> PyResult<usize> {
        self.check_open(cx)?;
        self.check_resizable(cx)?;
        let size = match size {
            None => self.position.get(),
            Some(Size(size)) => usize::try_from(size)
                .map_err(|_| cx.value_error(format!("negative size value {size}")))?,
        };
        self.contents.bytes.borrow_mut().truncate(size);
        Ok(size)
    }

    /// Write bytes to file.
    ///
    /// Return the number of bytes written.
    fn write(&self, cx: &Ctx, b: &Value) -> PyResult<usize> {
        self.check_open(cx)?;
        self.check_resizable(cx)?;
        let data = Data::of(cx, b)?;
        self.write_bytes(cx, &data)
    }

    /// Write lines to the file.
    ///
    /// Note that newlines are not added.  lines can be any iterable object
    /// producing bytes-like objects. This is equivalent to calling write() for
    /// each element.
    fn writelines(&self, cx: &Ctx, lines: &Value) -> PyResult<()> {
        self.check_open(cx)?;
        let mut iteration = cx.iterate(lines)?;
        while let Some(line) = iteration.next(cx)? {
            let data = Data::of(cx, &line)?;
            self.write_bytes(cx, &data)?;
        }
        Ok(())
    }

    /// Disable all I/O operations.
    fn close(&self, cx: &Ctx) -> PyResult<()> {
        self.check_resizable(cx)?;
        self.closed.set(true);
        drop(self.contents.bytes.take());
        Ok(())
    }

    /// True if the file is closed.
    #[getter]
    fn closed(&self) -> bool {
        self.closed.get()
    }

    fn __getstate__(this: &Py<BytesIo>, cx: &Ctx) -> PyResult<Value> {
        this.check_open(cx)?;
        let contents = cx.new_bytes(&this.contents.bytes.borrow())?;
        let position = cx.new_int(this.position.get() as i64);
        let dict = instance_dict(cx, this.as_value());
        Ok(cx.new_tuple(vec![contents, position, dict]).into_value())
    }

    #[pymethod(text_signature = "($self, object, /)")]
    fn __setstate__(this: &Py<BytesIo>, cx: &Ctx, state: &Value) -> PyResult<()> {
        this.check_resizable(cx)?;
        let Some([contents, position, dict]) =
            state.downcast_ref::<Tuple>().map(Py::<Tuple>::as_slice)
        else {
            return Err(cx.type_error(format!(
                "_io.BytesIO.__setstate__ argument should be 3-tuple, got {}",
                cx.type_name(state)
            )));
        };
        let contents = Data::of(cx, contents)?.to_vec();
        if position.as_int().is_none() {
            return Err(cx.type_error(format!(
                "second item of state must be an integer, not {}",
                cx.type_name(position)
            )));
        }
        let Ok(position) = usize::try_from(cx.to_index_size(position)?) else {
            return Err(cx.value_error("position value cannot be negative"));
        };
        this.contents.bytes.replace(contents);
        this.position.set(position);
        restore_dict(cx, this.as_value(), dict)
    }

    fn __sizeof__(&self) -> usize {
        size_of::<BytesIo>() + self.contents.bytes.borrow().capacity()
    }
}

/// Puts the third item of a pickled state into the instance's attributes.
pub(super) fn restore_dict(cx: &Ctx, this: &Value, dict: &Value) -> PyResult<()> {
    if dict.is_none() {
        return Ok(());
    }
    let Some(dict) = dict.downcast_ref::<Dict>() else {
        return Err(cx.type_error(format!(
            "third item of state should be a dict, got a {}",
            cx.type_name(dict)
        )));
    };
    for (name, value) in dict.items() {
        match name.downcast_ref::<taipan_vm::objects::Str>() {
            Some(name) => cx.set_attr(this, name, Some(&value))?,
            None => return Err(cx.type_error("attribute name must be string")),
        }
    }
    Ok(())
}

/// What `getbuffer` shows: it keeps the stream alive, and its size fixed while there are views.
#[pyclass(name = "_BytesIOBuffer", module = "_io", no_new, traverse)]
pub(crate) struct BytesIoBuffer {
    source: Py<BytesIo>,
}

impl Traverse for BytesIoBuffer {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.source.as_value());
    }
}

#[pymethods]
impl BytesIoBuffer {
    fn __release_buffer__(this: &Py<BytesIoBuffer>, cx: &Ctx, view: &Value) -> PyResult<()> {
        cx.release_view(this.as_value(), view)
    }

    fn __buffer__(this: &Py<BytesIoBuffer>, cx: &Ctx, flags: i32) -> PyResult<Buffer> {
        let _ = (cx, flags);
        let length = this.source.contents.bytes.borrow().len();
        Ok(Buffer {
            owner: this.to_value(),
            export: Rc::new(View::new(&this.source.contents)),
            readonly: false,
            format: Rc::from("B"),
            item_size: 1,
            shape: vec![length],
            strides: vec![1],
            offset: 0,
        })
    }
}
