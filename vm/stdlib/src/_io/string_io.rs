//! `StringIO`: a text stream in memory.
//!
//! CPython 3.14: `Modules/_io/stringio.c`. Invariant: `position` counts code points; `offset`, if known, is where it stands
//! in the bytes. Tests: `tests/run/_io/`.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};
use taipan_text::{Wtf8, Wtf8Buf};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::{Str, Tuple, Type};
use taipan_vm::value::{Py, Value};

use super::base::{Size, TextIoBase, call, instance_dict};
use super::bytes_io::restore_dict;
use super::newline::{LineEnd, NewlineMode, Newlines};

/// The text and the place in it.
#[derive(Default)]
struct Contents {
    text: Wtf8Buf,
    /// Code points in `text`.
    length: usize,
    position: usize,
    offset: Option<usize>,
}

impl Contents {
    /// The byte offset of the position; the end if it stands behind.
    fn offset(&mut self) -> usize {
        if let Some(offset) = self.offset {
            return offset;
        }
        let offset = if self.position >= self.length {
            self.text.len()
        } else if self.text.len() == self.length {
            self.position
        } else {
            self.text
                .offset_of(self.position)
                .unwrap_or(self.text.len())
        };
        self.offset = Some(offset);
        offset
    }

    fn go_to(&mut self, position: usize) {
        if self.position != position {
            self.position = position;
            self.offset = None;
        }
    }

    /// Replaces as many code points as `new` has, from the position on.
    fn overwrite(&mut self, new: &Wtf8, count: usize) {
        if self.position > self.length {
            // A gap behind the old end is filled with NULs.
            for _ in self.length..self.position {
                self.text.push_str("\0");
            }
            self.length = self.position;
            self.offset = None;
        }
        let start = self.offset();
        if self.position == self.length {
            self.text.push_wtf8(new);
            self.length += count;
        } else {
            let rest = self.text.slice_from(start);
            let replaced = rest.offset_of(count).unwrap_or(rest.len());
            let tail = {
                let mut tail = Wtf8Buf::new();
                tail.push_wtf8(rest.slice_from(replaced));
                tail
            };
            self.text.truncate(start);
            self.text.push_wtf8(new);
            self.text.push_wtf8(&tail);
            self.length = self.length.max(self.position + count);
        }
        self.position += count;
        self.offset = Some(start + new.len());
    }

    fn truncate(&mut self, size: usize) {
        if size < self.length {
            let end = self.text.offset_of(size).unwrap_or(self.text.len());
            self.text.truncate(end);
            self.length = size;
            self.offset = None;
        }
    }
}

/// Text I/O implementation using an in-memory buffer.
///
/// The initial_value argument sets the value of object.  The newline
/// argument is like the one of TextIOWrapper's constructor.
#[pyclass(name = "StringIO", module = "_io", base = TextIoBase, subclassable, traverse,
    text_signature = "(initial_value='', newline='\\n')")]
#[repr(C)]
pub(crate) struct StringIo {
    base: TextIoBase,
    contents: RefCell<Contents>,
    mode: Cell<NewlineMode>,
    newlines: RefCell<Option<Newlines>>,
    /// What `newline` was given, for pickling.
    newline: RefCell<Value>,
    ready: Cell<bool>,
    closed: Cell<bool>,
}

impl Traverse for StringIo {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.newline.borrow());
    }
}

const PLAIN: NewlineMode = NewlineMode {
    universal: false,
    translate: false,
    line_end: LineEnd::Exactly("\n"),
    write: None,
};

impl StringIo {
    fn check_open(&self, cx: &Ctx) -> PyResult<()> {
        if !self.ready.get() {
            return Err(cx.value_error("I/O operation on uninitialized object"));
        }
        if self.closed.get() {
            return Err(cx.value_error("I/O operation on closed file"));
        }
        Ok(())
    }

    fn write_text(&self, text: &Py<Str>) {
        let mode = self.mode.get();
        let bytes = text.as_wtf8().as_bytes();
        let is_plain = mode.write.is_none()
            && (!mode.universal || memchr::memchr2(b'\r', b'\n', bytes).is_none());
        if is_plain {
            self.contents
                .borrow_mut()
                .overwrite(text.as_wtf8(), text.length());
            return;
        }
        let mut piece = Wtf8Buf::new();
        piece.push_wtf8(text.as_wtf8());
        if let Some(newlines) = &mut *self.newlines.borrow_mut() {
            piece = newlines.feed(piece, true);
        }
        if let Some(ending) = mode.write {
            piece = piece.replace_newlines(ending);
        }
        let count = piece.count_code_points();
        self.contents.borrow_mut().overwrite(&piece, count);
    }

    fn line(&self, cx: &Ctx, limit: Option<usize>) -> PyResult<Value> {
        let mut contents = self.contents.borrow_mut();
        if contents.position >= contents.length {
            return Ok(cx.new_str("")?.into_value());
        }
        let start = contents.offset();
        let line_end = self.mode.get().line_end;
        let rest = contents.text.slice_from(start);
        let mut end = line_end.find(rest.as_bytes()).unwrap_or(rest.len());
        if let Some(limit) = limit {
            end = rest.slice_to(end).offset_of(limit).unwrap_or(end);
        }
        let line = cx.new_str(rest.slice_to(end))?;
        let count = line.length();
        contents.position += count;
        contents.offset = Some(start + end);
        Ok(line.into_value())
    }

    fn set_up(&self, cx: &Ctx, initial: Option<&Value>, newline: Option<&Value>) -> PyResult<()> {
        let text = match newline {
            None => None,
            Some(value) => match value.downcast_ref::<Str>() {
                Some(text) => Some(text.to_string_lossy()),
                None => {
                    return Err(cx.type_error(format!(
                        "newline must be str or None, not {}",
                        cx.type_name(value)
                    )));
                }
            },
        };
        let Some(mut mode) = NewlineMode::of(text.as_deref()) else {
            let repr = match newline {
                Some(newline) => cx.repr(newline)?.to_string_lossy().into_owned(),
                None => String::new(),
            };
            return Err(cx.value_error(format!("illegal newline value: {repr}")));
        };
        let initial = match initial {
            None => None,
            Some(value) => match value.downcast_ref::<Str>() {
                Some(text) => Some(text),
                None => {
                    return Err(cx.type_error(format!(
                        "initial_value must be str or None, not {}",
                        cx.type_name(value)
                    )));
                }
            },
        };
        if mode.translate {
            // On writing everything became "\n" already.
            mode.write = None;
        }
        self.mode.set(mode);
        self.newlines
            .replace(mode.universal.then(|| Newlines::new(mode.translate)));
        let old = self
            .newline
            .replace(newline.cloned().unwrap_or(Value::NONE));
        drop(old);
        self.contents.replace(Contents::default());
        self.ready.set(true);
        self.closed.set(false);
        if let Some(initial) = initial {
            self.write_text(initial);
            self.contents.borrow_mut().go_to(0);
        }
        Ok(())
    }
}

/// Line endings in memory.
trait ReplaceNewlines {
    fn replace_newlines(&self, ending: &str) -> Wtf8Buf;
}

impl ReplaceNewlines for Wtf8Buf {
    fn replace_newlines(&self, ending: &str) -> Wtf8Buf {
        let mut result = Wtf8Buf::with_capacity(self.len());
        let mut start = 0;
        for at in memchr::memchr_iter(b'\n', self.as_bytes()) {
            result.push_wtf8(self.slice(start, at));
            result.push_str(ending);
            start = at + 1;
        }
        result.push_wtf8(self.slice_from(start));
        result
    }
}

#[pymethods]
impl StringIo {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: taipan_vm::native::Args<'_>) -> PyResult<Value> {
        let _ = args;
        let new = StringIo {
            base: TextIoBase::default(),
            contents: RefCell::default(),
            mode: Cell::new(PLAIN),
            newlines: RefCell::default(),
            newline: RefCell::new(Value::NONE),
            ready: Cell::new(false),
            closed: Cell::new(false),
        };
        Ok(cx.heap().allocate(cls, new).into_value())
    }

    #[init]
    fn init(this: &Py<StringIo>, cx: &Ctx, args: taipan_vm::native::Args<'_>) -> PyResult<()> {
        use taipan_vm::native::bind::{Signature, bind_keywords};
        static SIGNATURE: Signature = Signature {
            function: "StringIO",
            parameters: &["initial_value", "newline"],
            positional_only: 0,
            positional: 2,
            required: 0,
            keyword_required: &[],
            rest: false,
            extra: false,
        };
        let bound = bind_keywords::<2>(cx, &SIGNATURE, args)?;
        // `newline=None` is a mode of its own, and not the default.
        let default = cx.intern("\n").into_value();
        let newline = match bound.slots[1] {
            None => Some(&default),
            Some(value) if value.is_none() => None,
            Some(value) => Some(value),
        };
        let initial = bound.slots[0].filter(|value| !value.is_none());
        this.set_up(cx, initial, newline)
    }

    /// Retrieve the entire contents of the object.
    fn getvalue(&self, cx: &Ctx) -> PyResult<Value> {
        self.check_open(cx)?;
        Ok(cx.new_str(&*self.contents.borrow().text)?.into_value())
    }

    /// Tell the current file position.
    fn tell(&self, cx: &Ctx) -> PyResult<usize> {
        self.check_open(cx)?;
        Ok(self.contents.borrow().position)
    }

    /// Read at most size characters, returned as a string.
    ///
    /// If the argument is negative or omitted, read until EOF
    /// is reached. Return an empty string at EOF.
    #[pymethod(signature = (size = Size(-1), /), text_signature = "($self, size=-1, /)")]
    fn read(&self, cx: &Ctx, size: Size) -> PyResult<Value> {
        self.check_open(cx)?;
        let mut contents = self.contents.borrow_mut();
        if contents.position >= contents.length {
            return Ok(cx.new_str("")?.into_value());
        }
        let start = contents.offset();
        let rest = contents.text.slice_from(start);
        let end = match usize::try_from(size.0) {
            Ok(count) => rest.offset_of(count).unwrap_or(rest.len()),
            Err(_) => rest.len(),
        };
        let text = cx.new_str(rest.slice_to(end))?;
        contents.position += text.length();
        contents.offset = Some(start + end);
        Ok(text.into_value())
    }

    /// Read until newline or EOF.
    ///
    /// Returns an empty string if EOF is hit immediately.
    #[pymethod(signature = (size = Size(-1), /), text_signature = "($self, size=-1, /)")]
    fn readline(&self, cx: &Ctx, size: Size) -> PyResult<Value> {
        self.check_open(cx)?;
        self.line(cx, usize::try_from(size.0).ok())
    }

    fn __next__(this: &Py<StringIo>, cx: &Ctx) -> PyResult<Option<Value>> {
        this.check_open(cx)?;
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
            this.line(cx, None)?
        };
        let is_end = line
            .downcast_ref::<Str>()
            .is_none_or(|line| line.as_wtf8().is_empty());
        Ok((!is_end).then_some(line))
    }

    /// Truncate size to pos.
    ///
    /// The pos argument defaults to the current file position, as
    /// returned by tell().  The current file position is unchanged.
    /// Returns the new absolute position.
    #[pymethod(signature = (pos = None, /))]
    fn truncate(&self, cx: &Ctx, pos: Option<Size>) -> PyResult<usize> {
        self.check_open(cx)?;
        let size = match pos {
            None => self.contents.borrow().position,
            Some(Size(size)) => usize::try_from(size)
                .map_err(|_| cx.value_error(format!("Negative size value {size}")))?,
        };
        self.contents.borrow_mut().truncate(size);
        Ok(size)
    }

    /// Change stream position.
    ///
    /// Seek to character offset pos relative to position indicated by whence:
    ///     0  Start of stream (the default).  pos should be >= 0;
    ///     1  Current position - pos must be 0;
    ///     2  End of stream - pos must be 0.
    /// Returns the new absolute position.
    #[pymethod(signature = (pos, whence = 0, /))]
    fn seek(&self, cx: &Ctx, pos: isize, whence: i32) -> PyResult<usize> {
        self.check_open(cx)?;
        if !(0..=2).contains(&whence) {
            return Err(cx.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)")));
        }
        if whence == 0 && pos < 0 {
            return Err(cx.value_error(format!("Negative seek position {pos}")));
        }
        if whence != 0 && pos != 0 {
            return Err(cx.error(&cx.types().os_error, "Can't do nonzero cur-relative seeks"));
        }
        let mut contents = self.contents.borrow_mut();
        let position = match whence {
            0 => pos as usize,
            1 => contents.position,
            _ => contents.length,
        };
        contents.go_to(position);
        Ok(position)
    }

    /// Write string to file.
    ///
    /// Returns the number of characters written, which is always equal to
    /// the length of the string.
    #[pymethod(text_signature = "($self, s, /)")]
    fn write(&self, cx: &Ctx, s: &Value) -> PyResult<usize> {
        self.check_open_for_write(cx)?;
        let Some(text) = s.downcast_ref::<Str>() else {
            return Err(cx.type_error(format!(
                "string argument expected, got '{}'",
                cx.type_name(s)
            )));
        };
        self.check_open(cx)?;
        if text.length() > 0 {
            self.write_text(text);
        }
        Ok(text.length())
    }

    /// Close the IO object.
    ///
    /// Attempting any further operation after the object is closed
    /// will raise a ValueError.
    ///
    /// This method has no effect if the file is already closed.
    fn close(&self) {
        self.closed.set(true);
        drop(self.contents.take());
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

    #[getter]
    fn closed(&self) -> bool {
        self.closed.get()
    }

    #[getter]
    fn line_buffering(&self, cx: &Ctx) -> PyResult<bool> {
        self.check_open(cx).map(|()| false)
    }

    #[getter]
    fn newlines(&self, cx: &Ctx) -> PyResult<Value> {
        self.check_open(cx)?;
        Ok(match &*self.newlines.borrow() {
            Some(newlines) => newlines.seen(cx),
            None => Value::NONE,
        })
    }

    fn __getstate__(this: &Py<StringIo>, cx: &Ctx) -> PyResult<Value> {
        this.check_open(cx)?;
        let (text, position) = {
            let contents = this.contents.borrow();
            (
                cx.new_str(&*contents.text)?.into_value(),
                cx.new_int(contents.position as i64),
            )
        };
        let newline = this.newline.borrow().clone();
        let dict = instance_dict(cx, this.as_value());
        Ok(cx
            .new_tuple(vec![text, newline, position, dict])
            .into_value())
    }

    fn __setstate__(this: &Py<StringIo>, cx: &Ctx, state: &Value) -> PyResult<()> {
        if this.closed.get() {
            return Err(cx.value_error("I/O operation on closed file"));
        }
        let Some([text, newline, position, dict]) =
            state.downcast_ref::<Tuple>().map(Py::<Tuple>::as_slice)
        else {
            return Err(cx.type_error(format!(
                "{}.__setstate__ argument should be 4-tuple, got {}",
                cx.type_name(this.as_value()),
                cx.type_name(state)
            )));
        };
        let Some(text) = text.downcast_ref::<Str>() else {
            return Err(cx.type_error(format!(
                "initial_value must be str or None, not {}",
                cx.type_name(text)
            )));
        };
        let newline = (!newline.is_none()).then_some(newline);
        this.set_up(cx, None, newline)?;
        // The text was translated when it was written first.
        {
            let mut contents = this.contents.borrow_mut();
            contents.overwrite(text.as_wtf8(), text.length());
        }
        if position.as_int().is_none() {
            return Err(cx.type_error(format!(
                "third item of state must be an integer, got {}",
                cx.type_name(position)
            )));
        }
        let Ok(position) = usize::try_from(cx.to_index_size(position)?) else {
            return Err(cx.value_error("position value cannot be negative"));
        };
        this.contents.borrow_mut().go_to(position);
        restore_dict(cx, this.as_value(), dict)
    }

    #[native_only]
    fn check_open_for_write(&self, cx: &Ctx) -> PyResult<()> {
        if self.ready.get() {
            Ok(())
        } else {
            Err(cx.value_error("I/O operation on uninitialized object"))
        }
    }
}
