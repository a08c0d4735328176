//! What an unpickler reads: bytes in memory, refilled from a file where there is one.
//!
//! CPython 3.14: `_Unpickler_ReadImpl`, `_Unpickler_ReadFromFile` (`Modules/_pickle.c`). A file that can `peek` is read
//! ahead without moving its position, so that nothing behind the pickle is consumed.

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::Bytes;
use taipan_vm::value::{Py, Value};

use super::unpickling_error;

/// How much is read ahead.
const PREFETCH: usize = 128 * 1024;

/// The methods of a file.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) read: Value,
    pub(super) readline: Value,
    pub(super) peek: Option<Value>,
}

/// See the module.
pub(super) struct Input {
    source: Option<Source>,
    buffer: Py<Bytes>,
    next: usize,
    /// Where the bytes begin that were only peeked at.
    peeked: usize,
    /// Where the frame ends that is being read; [`NO_FRAME`] outside.
    frame_end: usize,
}

const NO_FRAME: usize = usize::MAX;

fn truncated(cx: &Ctx) -> PyErr {
    unpickling_error(cx, "pickle data was truncated")
}

impl Source {
    /// # Errors
    /// `TypeError` if the file lacks a method.
    pub(super) fn of(cx: &Ctx, file: &Value) -> PyResult<Self> {
        let find = |name: &str| cx.find_attr(file, &cx.intern(name));
        let peek = find("peek")?;
        let (Some(read), Some(readline)) = (find("read")?, find("readline")?) else {
            return Err(cx.type_error("file must have 'read' and 'readline' attributes"));
        };
        Ok(Self {
            read,
            readline,
            peek,
        })
    }
}

/// `bytes` that a file returned.
fn bytes_of(cx: &Ctx, value: Value) -> PyResult<Py<Bytes>> {
    match value.downcast::<Bytes>() {
        Ok(bytes) => Ok(bytes),
        Err(value) => {
            let content = cx.bytes_of(&value)?.into_owned();
            as_bytes(cx, &content)
        }
    }
}

fn as_bytes(cx: &Ctx, content: &[u8]) -> PyResult<Py<Bytes>> {
    cx.new_bytes(content)?
        .downcast::<Bytes>()
        .map_err(|_| cx.system_error("bytes are no bytes"))
}

impl Input {
    /// # Errors
    /// `TypeError` if the value has no bytes.
    pub(super) fn of_bytes(cx: &Ctx, data: &Value) -> PyResult<Self> {
        Ok(Self {
            source: None,
            buffer: bytes_of(cx, data.clone())?,
            next: 0,
            peeked: 0,
            frame_end: NO_FRAME,
        })
    }

    /// # Errors
    /// `TypeError` if the file lacks a method.
    pub(super) fn of_file(cx: &Ctx, file: &Value) -> PyResult<Self> {
        Self::of_source(cx, Source::of(cx, file)?)
    }

    /// # Errors
    /// `MemoryError`.
    pub(super) fn of_source(cx: &Ctx, source: Source) -> PyResult<Self> {
        Ok(Self {
            source: Some(source),
            buffer: as_bytes(cx, b"")?,
            next: 0,
            peeked: 0,
            frame_end: NO_FRAME,
        })
    }

    fn available(&self) -> usize {
        self.buffer.as_slice().len() - self.next
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// `UnpicklingError` if there are fewer; what the file raises.
    #[inline]
    pub(super) fn read(&mut self, cx: &Ctx, count: usize) -> PyResult<&[u8]> {
        if self.next + count > self.frame_end {
            self.leave_frame(cx)?;
        }
        if self.available() < count {
            self.refill(cx, count)?;
        }
        let start = self.next;
        self.next += count;
        Ok(&self.buffer.as_slice()[start..start + count])
    }

    #[cold]
    fn refill(&mut self, cx: &Ctx, count: usize) -> PyResult<()> {
        let Some(source) = self.source.clone() else {
            return Err(truncated(cx));
        };
        self.skip_consumed(cx)?;
        if let Some(peek) = &source.peek
            && count < PREFETCH
        {
            match cx.call(peek, &[Value::int32(PREFETCH as i32)]) {
                Ok(ahead) => {
                    self.buffer = bytes_of(cx, ahead)?;
                    self.next = 0;
                    self.peeked = 0;
                    if self.available() >= count {
                        return Ok(());
                    }
                }
                Err(error) if cx.matches(&error, &cx.types().not_implemented_error) => {
                    if let Some(source) = &mut self.source {
                        source.peek = None;
                    }
                }
                Err(error) => return Err(error),
            }
        }
        let size = cx.new_int(count as i64);
        let data = cx.call(&source.read, &[size])?;
        self.fill(bytes_of(cx, data)?);
        if self.available() < count {
            return Err(truncated(cx));
        }
        Ok(())
    }

    /// Takes bytes that the file gave away.
    fn fill(&mut self, bytes: Py<Bytes>) {
        self.peeked = bytes.as_slice().len();
        self.buffer = bytes;
        self.next = 0;
    }

    /// Moves the file behind what was peeked at and used.
    ///
    /// # Errors
    /// What the file raises.
    pub(super) fn skip_consumed(&mut self, cx: &Ctx) -> PyResult<()> {
        let Some(source) = self.source.clone() else {
            return Ok(());
        };
        if self.next <= self.peeked {
            return Ok(());
        }
        let used = cx.new_int((self.next - self.peeked) as i64);
        cx.call(&source.read, &[used])?;
        self.peeked = self.next;
        Ok(())
    }

    /// The bytes up to the end of the line, without it.
    ///
    /// # Errors
    /// `UnpicklingError` if the line has no end; what the file raises.
    pub(super) fn line(&mut self, cx: &Ctx) -> PyResult<Vec<u8>> {
        loop {
            let rest = &self.buffer.as_slice()[self.next..];
            if let Some(length) = memchr::memchr(b'\n', rest) {
                let line = rest[..length].to_vec();
                if self.next + length + 1 > self.frame_end {
                    self.leave_frame(cx)?;
                }
                self.next += length + 1;
                return Ok(line);
            }
            let Some(source) = self.source.clone() else {
                return Err(truncated(cx));
            };
            self.skip_consumed(cx)?;
            let line = cx.call(&source.readline, &[])?;
            let line = bytes_of(cx, line)?;
            if line.as_slice().last() != Some(&b'\n') {
                return Err(truncated(cx));
            }
            self.fill(line);
        }
    }

    /// An instruction goes beyond the frame: it must start behind it.
    #[cold]
    fn leave_frame(&mut self, cx: &Ctx) -> PyResult<()> {
        if self.next != self.frame_end {
            return Err(unpickling_error(cx, "pickle exhausted before end of frame"));
        }
        self.frame_end = NO_FRAME;
        Ok(())
    }

    /// Begins a frame: all of it is read now.
    ///
    /// # Errors
    /// `UnpicklingError` inside a frame; as for [`Input::read`].
    pub(super) fn enter_frame(&mut self, cx: &Ctx, length: usize) -> PyResult<()> {
        if self.frame_end != NO_FRAME && self.next != self.frame_end {
            return Err(unpickling_error(
                cx,
                "beginning of a new frame before end of current frame",
            ));
        }
        self.frame_end = NO_FRAME;
        if self.available() < length {
            self.refill(cx, length)?;
        }
        self.frame_end = self.next + length;
        Ok(())
    }
}
