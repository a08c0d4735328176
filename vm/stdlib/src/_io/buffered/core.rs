//! The buffer between a raw stream and its user: state, the raw stream's calls, positions.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::interp::waiters::{Deadline, Waiters, Woken};
use taipan_vm::value::{Py, Value};

use crate::_io::base::{call, flag, is_exact, is_interrupted, repr_name};
use crate::_io::file_io::FileIo;
use crate::bytes_arg::Data;

/// See the module `buffered`.
pub(crate) struct Core {
    raw: RefCell<Option<Value>>,
    detached: Cell<bool>,
    /// `raw` is a `FileIO` itself, so that its methods are known.
    direct: Cell<bool>,
    pub(super) readable: Cell<bool>,
    pub(super) writable: Cell<bool>,
    pub(super) finalizing: Cell<bool>,
    pub(super) size: Cell<usize>,
    pub(super) ahead: RefCell<Vec<u8>>,
    pub(super) taken: Cell<usize>,
    pub(super) pending: RefCell<Vec<u8>>,
    /// `get_ident()` of the thread inside of an operation.
    owner: Cell<Option<u64>>,
    waiters: Waiters,
}

impl Traverse for Core {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.raw.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        drop(self.raw.take());
    }
}

/// How long the end of the program waits for a thread that may never run again.
const AT_THE_END: Duration = Duration::from_secs(1);

/// The operation that a thread is in; ends when dropped.
pub(super) struct Inside<'a>(&'a Core);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.owner.set(None);
        if !self.0.waiters.is_empty() {
            Ctx::with_current(|cx| self.0.waiters.wake_one(cx));
        }
    }
}

/// What a read of the raw stream gave: bytes, or "would block".
pub(super) type RawCount = Option<usize>;

impl Core {
    pub(super) fn blank() -> Self {
        Self {
            raw: RefCell::default(),
            detached: Cell::new(false),
            direct: Cell::new(false),
            readable: Cell::new(false),
            writable: Cell::new(false),
            finalizing: Cell::new(false),
            size: Cell::new(0),
            ahead: RefCell::default(),
            taken: Cell::new(0),
            pending: RefCell::default(),
            owner: Cell::new(None),
            waiters: Waiters::default(),
        }
    }

    /// Attaches the raw stream.
    pub(super) fn attach(&self, cx: &Ctx, raw: &Value, size: isize) -> PyResult<()> {
        let size = match usize::try_from(size) {
            Ok(size) if size > 0 => size,
            _ => return Err(cx.value_error("buffer size must be strictly positive")),
        };
        self.size.set(size);
        self.detached.set(false);
        self.direct.set(is_exact(cx, raw, FileIo::class()));
        self.forget_ahead();
        let old = (self.raw.replace(Some(raw.clone())), self.pending.take());
        drop(old);
        Ok(())
    }

    /// The raw stream.
    pub(super) fn raw(&self, cx: &Ctx) -> PyResult<Value> {
        self.raw.borrow().clone().ok_or_else(|| {
            cx.value_error(if self.detached.get() {
                "raw stream has been detached"
            } else {
                "I/O operation on uninitialized object"
            })
        })
    }

    pub(super) fn raw_or_none(&self) -> Value {
        self.raw.borrow().clone().unwrap_or(Value::NONE)
    }

    /// Gives the raw stream away.
    pub(super) fn detach(&self, cx: &Ctx) -> PyResult<Value> {
        let raw = self.raw(cx)?;
        drop(self.raw.take());
        self.detached.set(true);
        Ok(raw)
    }

    /// Calls a method of the raw stream.
    pub(super) fn call_raw(&self, cx: &Ctx, name: &str, args: &[Value]) -> PyResult<Value> {
        call(cx, &self.raw(cx)?, name, args)
    }

    pub(crate) fn is_closed(&self, cx: &Ctx) -> PyResult<bool> {
        let raw = self.raw(cx)?;
        match self.file(&raw) {
            Some(file) => Ok(file.is_closed()),
            None => flag(cx, &raw, "closed"),
        }
    }

    /// Refuses a closed stream: "read of closed file".
    pub(super) fn check_open(&self, cx: &Ctx, operation: &str) -> PyResult<()> {
        if self.is_closed(cx)? {
            return Err(cx.value_error(format!("{operation} closed file")));
        }
        Ok(())
    }

    /// The raw stream as the `FileIO` that it is.
    pub(super) fn file<'a>(&self, raw: &'a Value) -> Option<&'a Py<FileIo>> {
        if self.direct.get() {
            raw.downcast_ref::<FileIo>()
        } else {
            None
        }
    }

    /// Enters an operation. Threads wait for each other.
    ///
    /// # Errors
    /// `RuntimeError` if this thread is inside one already: a signal handler or a raw stream called back.
    pub(super) fn enter(&self, cx: &Ctx, this: &Value) -> PyResult<Inside<'_>> {
        let me = cx.thread_ident();
        loop {
            match self.owner.get() {
                None => {
                    self.owner.set(Some(me));
                    return Ok(Inside(self));
                }
                Some(owner) if owner == me => {
                    let repr = cx.repr(this)?;
                    return Err(cx.runtime_error(format!(
                        "reentrant call inside {}",
                        repr.to_string_lossy()
                    )));
                }
                Some(_) => {
                    let deadline = if cx.isolate().is_finalizing() {
                        Deadline::after(cx, AT_THE_END)?
                    } else {
                        Deadline::NEVER
                    };
                    if self.waiters.wait(cx, deadline)? == Woken::TimeOver {
                        let repr = cx.repr(this)?;
                        return Err(cx.runtime_error(format!(
                            "could not acquire lock for {} at interpreter shutdown, possibly due to daemon threads",
                            repr.to_string_lossy()
                        )));
                    }
                }
            }
        }
    }

    /// Bytes read ahead and not handed out.
    pub(super) fn unread(&self) -> usize {
        self.ahead.borrow().len() - self.taken.get()
    }

    pub(super) fn forget_ahead(&self) {
        self.taken.set(0);
        self.ahead.borrow_mut().clear();
    }

    /// Hands out at most `count` bytes that were read ahead.
    pub(super) fn take(&self, count: usize, to: &mut Vec<u8>) -> usize {
        let ahead = self.ahead.borrow();
        let unread = &ahead[self.taken.get()..];
        let count = count.min(unread.len());
        to.extend_from_slice(&unread[..count]);
        self.taken.set(self.taken.get() + count);
        count
    }

    /// Reads from the raw stream into `buffer`.
    pub(super) fn raw_read(&self, cx: &Ctx, buffer: &mut [u8]) -> PyResult<RawCount> {
        let raw = self.raw(cx)?;
        if let Some(file) = self.file(&raw) {
            return file.read_into(cx, buffer);
        }
        let room = cx.call(
            &cx.builtin("bytearray")?,
            &[cx.new_int(buffer.len() as i64)],
        )?;
        let view = cx.call(&cx.builtin("memoryview")?, std::slice::from_ref(&room))?;
        let count = loop {
            match call(cx, &raw, "readinto", std::slice::from_ref(&view)) {
                Err(error) if is_interrupted(cx, &error) => cx.check_signals()?,
                count => break count?,
            }
        };
        // Whoever kept the view must not hold the bytes fast.
        call(cx, &view, "release", &[])?;
        if count.is_none() {
            return Ok(None);
        }
        let count = cx.to_index_size(&count).map_err(|error| {
            let wrong = cx.error(&cx.types().os_error, "raw readinto() failed");
            with_cause(cx, wrong, &error)
        })?;
        let data = Data::of(cx, &room)?;
        match usize::try_from(count) {
            Ok(count) if count <= buffer.len() && count <= data.len() => {
                buffer[..count].copy_from_slice(&data[..count]);
                Ok(Some(count))
            }
            _ => Err(cx.error(
                &cx.types().os_error,
                format!(
                    "raw readinto() returned invalid length {count} (should have been between 0 and {})",
                    buffer.len()
                ),
            )),
        }
    }

    /// Writes to the raw stream.
    pub(super) fn raw_write(&self, cx: &Ctx, data: &[u8]) -> PyResult<RawCount> {
        let raw = self.raw(cx)?;
        if let Some(file) = self.file(&raw) {
            return file.write_from(cx, data);
        }
        let bytes = cx.new_bytes(data)?;
        let view = cx.call(&cx.builtin("memoryview")?, &[bytes])?;
        let count = loop {
            match call(cx, &raw, "write", std::slice::from_ref(&view)) {
                Err(error) if is_interrupted(cx, &error) => cx.check_signals()?,
                count => break count?,
            }
        };
        if count.is_none() {
            return Ok(None);
        }
        let count = cx.to_index_size(&count)?;
        match usize::try_from(count) {
            Ok(count) if count <= data.len() => Ok(Some(count)),
            _ => Err(cx.error(
                &cx.types().os_error,
                format!(
                    "raw write() returned invalid length {count} (should have been between 0 and {})",
                    data.len()
                ),
            )),
        }
    }

    /// Moves the raw stream.
    pub(super) fn raw_seek(&self, cx: &Ctx, offset: i64, whence: i32) -> PyResult<i64> {
        let raw = self.raw(cx)?;
        if let Some(file) = self.file(&raw) {
            return file.seek_to(cx, offset, whence);
        }
        let position = call(
            cx,
            &raw,
            "seek",
            &[cx.new_int(offset), Value::int32(whence)],
        )?;
        self.valid_position(cx, &position)
    }

    /// Where the raw stream stands.
    pub(super) fn raw_tell(&self, cx: &Ctx) -> PyResult<i64> {
        let raw = self.raw(cx)?;
        if let Some(file) = self.file(&raw) {
            return file.seek_to(cx, 0, libc::SEEK_CUR);
        }
        let position = call(cx, &raw, "tell", &[])?;
        self.valid_position(cx, &position)
    }

    fn valid_position(&self, cx: &Ctx, position: &Value) -> PyResult<i64> {
        let number = cx.to_bigint(position)?;
        match i64::try_from(&number) {
            Ok(number) if number >= 0 => Ok(number),
            _ => Err(cx.error(
                &cx.types().os_error,
                format!("Raw stream returned invalid position {number}"),
            )),
        }
    }

    /// Brings the raw stream to the position that the user sees, and forgets what was read ahead.
    pub(super) fn rewind(&self, cx: &Ctx) -> PyResult<()> {
        let unread = self.unread();
        self.forget_ahead();
        if unread > 0 {
            self.raw_seek(cx, -(unread as i64), libc::SEEK_CUR)?;
        }
        Ok(())
    }

    /// Writes what is pending, and gives up what was read ahead.
    pub(super) fn flush_and_rewind(&self, cx: &Ctx) -> PyResult<()> {
        self.flush_pending(cx)?;
        if self.readable.get() {
            self.rewind(cx)?;
        }
        Ok(())
    }

    /// `tell`
    pub(super) fn position(&self, cx: &Ctx) -> PyResult<i64> {
        let position = self.raw_tell(cx)?;
        let position = position - self.unread() as i64 + self.pending.borrow().len() as i64;
        Ok(position.max(0))
    }

    /// `seek`
    pub(super) fn seek(
        &self,
        cx: &Ctx,
        this: &Value,
        target: &Value,
        whence: i32,
    ) -> PyResult<i64> {
        let is_known =
            (0..=2).contains(&whence) || whence == libc::SEEK_HOLE || whence == libc::SEEK_DATA;
        if !is_known {
            return Err(cx.value_error(format!("whence value {whence} unsupported")));
        }
        self.check_open(cx, "seek of")?;
        crate::_io::base::check_seekable(cx, &self.raw(cx)?)?;
        let target = cx.to_bigint(target)?;
        let target = i64::try_from(&target).map_err(|_| {
            cx.value_error(format!(
                "cannot fit '{}' into an offset-sized integer",
                "int"
            ))
        })?;
        let _inside = self.enter(cx, this)?;
        if self.readable.get() && (whence == libc::SEEK_SET || whence == libc::SEEK_CUR) {
            // Within what was read ahead no call is needed, but to learn where the raw stream stands.
            let unread = self.unread() as i64;
            if unread > 0 {
                let end = self.raw_tell(cx)?;
                let here = end - unread;
                let offset = match whence {
                    libc::SEEK_SET => target - here,
                    _ => target,
                };
                if offset >= -(self.taken.get() as i64) && offset <= unread {
                    let taken = self.taken.get() as i64 + offset;
                    self.taken.set(usize::try_from(taken).unwrap_or(0));
                    return Ok(here + offset);
                }
            }
        }
        if self.writable.get() {
            self.flush_pending(cx)?;
        }
        let target = if whence == libc::SEEK_CUR {
            target - self.unread() as i64
        } else {
            target
        };
        let position = self.raw_seek(cx, target, whence)?;
        self.forget_ahead();
        Ok(position)
    }

    /// `__repr__`
    pub(super) fn repr(&self, cx: &Ctx, this: &Value) -> PyResult<String> {
        let start = crate::_io::base::repr_start(cx, this);
        let Some(_guard) = cx.enter_repr(this) else {
            return Err(cx.runtime_error(format!(
                "reentrant call inside {}.__repr__",
                cx.type_name(this)
            )));
        };
        Ok(format!("{start}{}>", repr_name(cx, this)?))
    }
}

/// `error`, raised from another.
pub(super) fn with_cause(cx: &Ctx, error: PyErr, cause: &PyErr) -> PyErr {
    let _ = cx;
    drop(error.exception().cause.replace(Some(cause.value().clone())));
    error.exception().suppress_context.set(true);
    error
}

/// What a text stream above a native buffer calls without going through Python.
impl Core {
    pub(crate) fn is_readable(&self) -> bool {
        self.readable.get()
    }

    pub(crate) fn is_writable(&self) -> bool {
        self.writable.get()
    }

    /// `read1(size)` of the stream `this`.
    pub(crate) fn read_once_as_stream(
        &self,
        cx: &Ctx,
        this: &Value,
        size: usize,
    ) -> PyResult<Vec<u8>> {
        self.check_open(cx, "read of")?;
        let _inside = self.enter(cx, this)?;
        self.read_once(cx, size)
    }

    /// `write(data)` of the stream `this`.
    pub(crate) fn write_as_stream(&self, cx: &Ctx, this: &Value, data: &[u8]) -> PyResult<usize> {
        let _inside = self.enter(cx, this)?;
        self.check_open(cx, "write to")?;
        self.write(cx, data)
    }
}
