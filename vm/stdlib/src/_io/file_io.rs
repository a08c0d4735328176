//! `FileIO`: a descriptor as a raw stream.
//!
//! CPython 3.14: `Modules/_io/fileio.c`. Tests: `tests/run/_io/`.

use std::cell::Cell;

use taipan_host::{AT_CWD, Fd, OpenFlags, OsError};
use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::{Str, Type};
use taipan_vm::value::{Py, Value};

use super::base::{RawIoBase, Size, repr_name};
use super::state::unsupported;
use crate::bytes_arg::{Data, Room};

/// What a mode says.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Mode {
    created: bool,
    readable: bool,
    writable: bool,
    appending: bool,
}

impl Mode {
    /// # Errors
    /// `ValueError`.
    fn parse(cx: &Ctx, text: &str) -> PyResult<(Self, i32)> {
        let bad = || {
            cx.value_error(
                "Must have exactly one of create/read/write/append mode and at most one plus",
            )
        };
        let mut mode = Self::default();
        let (mut has_kind, mut plus, mut flags) = (false, false, 0);
        for letter in text.chars() {
            match letter {
                'x' | 'r' | 'w' | 'a' if has_kind => return Err(bad()),
                'x' => {
                    mode.created = true;
                    mode.writable = true;
                    flags |= libc::O_EXCL | libc::O_CREAT;
                }
                'r' => mode.readable = true,
                'w' => {
                    mode.writable = true;
                    flags |= libc::O_CREAT | libc::O_TRUNC;
                }
                'a' => {
                    mode.writable = true;
                    mode.appending = true;
                    flags |= libc::O_APPEND | libc::O_CREAT;
                }
                'b' => continue,
                '+' if plus => return Err(bad()),
                '+' => {
                    plus = true;
                    continue;
                }
                _ => return Err(cx.value_error(format!("invalid mode: {text}"))),
            }
            has_kind = true;
        }
        if !has_kind {
            return Err(bad());
        }
        if plus {
            mode.readable = true;
            mode.writable = true;
        }
        flags |= match (mode.readable, mode.writable) {
            (true, true) => libc::O_RDWR,
            (true, false) => libc::O_RDONLY,
            _ => libc::O_WRONLY,
        };
        Ok((mode, flags | libc::O_CLOEXEC))
    }

    const fn text(self) -> &'static str {
        match self {
            Self {
                created: true,
                readable: true,
                ..
            } => "xb+",
            Self { created: true, .. } => "xb",
            Self {
                appending: true,
                readable: true,
                ..
            } => "ab+",
            Self {
                appending: true, ..
            } => "ab",
            Self {
                readable: true,
                writable: true,
                ..
            } => "rb+",
            Self { readable: true, .. } => "rb",
            _ => "wb",
        }
    }
}

/// Open a file.
///
/// The mode can be 'r' (default), 'w', 'x' or 'a' for reading,
/// writing, exclusive creation or appending.  The file will be created if it
/// doesn't exist when opened for writing or appending; it will be truncated
/// when opened for writing.  A FileExistsError will be raised if it already
/// exists when opened for creating. Opening a file for creating implies
/// writing so this mode behaves in a similar way to 'w'.Add a '+' to the mode
/// to allow simultaneous reading and writing. A custom opener can be used by
/// passing a callable as *opener*. The underlying file descriptor for the file
/// object is then obtained by calling opener with (*name*, *flags*).
/// *opener* must return an open file descriptor (passing os.open as *opener*
/// results in functionality similar to passing None).
#[pyclass(name = "FileIO", module = "_io", base = RawIoBase, subclassable, traverse,
    text_signature = "(file, mode='r', closefd=True, opener=None)")]
#[repr(C)]
pub(crate) struct FileIo {
    base: RawIoBase,
    /// -1 when closed.
    fd: Cell<Fd>,
    mode: Cell<Mode>,
    seekable: Cell<Option<bool>>,
    closefd: Cell<bool>,
    finalizing: Cell<bool>,
    block_size: Cell<usize>,
    /// The size when opened; `read()` makes room for it at once.
    size: Cell<Option<i64>>,
    /// A regular file or a device that is no character device cannot be a terminal.
    maybe_terminal: Cell<bool>,
}

impl Traverse for FileIo {
    fn traverse(&self, _: &mut Visitor<'_>) {}
}

/// The most bytes that `read()` makes room for at once on the word of `stat`.
const MOST_AT_ONCE: i64 = 1 << 30;

impl FileIo {
    fn closed_error(cx: &Ctx) -> PyErr {
        cx.value_error("I/O operation on closed file")
    }

    /// The descriptor of an open file.
    pub(super) fn open_fd(&self, cx: &Ctx) -> PyResult<Fd> {
        match self.fd.get() {
            fd if fd < 0 => Err(Self::closed_error(cx)),
            fd => Ok(fd),
        }
    }

    fn check_mode(&self, cx: &Ctx, able: bool, action: &str) -> PyResult<Fd> {
        let fd = self.open_fd(cx)?;
        if !able {
            return Err(unsupported(cx, &format!("File not open for {action}")));
        }
        Ok(fd)
    }

    pub(super) fn is_readable(&self) -> bool {
        self.mode.get().readable
    }

    pub(super) fn is_writable(&self) -> bool {
        self.mode.get().writable
    }

    pub(super) fn is_closed(&self) -> bool {
        self.fd.get() < 0
    }

    pub(super) fn block_size(&self) -> usize {
        self.block_size.get()
    }

    /// Reads once; `None` if that would block.
    pub(super) fn read_into(&self, cx: &Ctx, buffer: &mut [u8]) -> PyResult<Option<usize>> {
        let fd = self.check_mode(cx, self.is_readable(), "reading")?;
        unless_blocked(cx, cx.retry(|host| host.read(fd, buffer))?)
    }

    /// Writes once; `None` if that would block.
    pub(super) fn write_from(&self, cx: &Ctx, data: &[u8]) -> PyResult<Option<usize>> {
        let fd = self.check_mode(cx, self.is_writable(), "writing")?;
        unless_blocked(cx, cx.retry(|host| host.write(fd, data))?)
    }

    pub(super) fn seek_to(&self, cx: &Ctx, offset: i64, whence: i32) -> PyResult<i64> {
        let fd = self.open_fd(cx)?;
        let moved = cx.blocking(|host| host.lseek(fd, offset, whence));
        if self.seekable.get().is_none() {
            self.seekable.set(Some(moved.is_ok()));
        }
        moved.map_err(|error| cx.os_error(error))
    }

    pub(super) fn can_seek(&self, cx: &Ctx) -> PyResult<bool> {
        self.open_fd(cx)?;
        if let Some(known) = self.seekable.get() {
            return Ok(known);
        }
        match self.seek_to(cx, 0, libc::SEEK_CUR) {
            Ok(_) => Ok(true),
            Err(error) if cx.matches(&error, &cx.types().os_error) => {
                self.seekable.set(Some(false));
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Everything to the end; `None` if nothing is there and reading would block.
    pub(super) fn read_to_end(&self, cx: &Ctx) -> PyResult<Option<Vec<u8>>> {
        let fd = self.check_mode(cx, self.is_readable(), "reading")?;
        let mut expected = match self.size.get() {
            Some(size) if (0..=MOST_AT_ONCE).contains(&size) => {
                let position = if size > i64::from(u16::MAX) {
                    cx.blocking(|host| host.lseek(fd, 0, libc::SEEK_CUR))
                        .unwrap_or(0)
                } else {
                    0
                };
                usize::try_from(size - position).unwrap_or(0) + 1
            }
            _ => 8192,
        };
        let mut data: Vec<u8> = Vec::new();
        loop {
            let start = data.len();
            if data.try_reserve(expected).is_err() {
                return Err(cx.memory_error());
            }
            data.resize(start + expected, 0);
            let count = unless_blocked(cx, cx.retry(|host| host.read(fd, &mut data[start..]))?)?;
            data.truncate(start + count.unwrap_or(0));
            match count {
                Some(0) => return Ok(Some(data)),
                None if data.is_empty() => return Ok(None),
                None => return Ok(Some(data)),
                Some(_) => expected = data.capacity().saturating_sub(data.len()).max(8192),
            }
        }
    }

    /// Closes the descriptor, if it is the object's own.
    fn close_descriptor(&self, cx: &Ctx) -> PyResult<()> {
        let fd = self.fd.replace(-1);
        if fd < 0 {
            return Ok(());
        }
        cx.blocking(|host| host.close(fd))
            .map_err(|error| cx.os_error(error))
    }

    fn blank() -> Self {
        Self {
            base: RawIoBase::default(),
            fd: Cell::new(-1),
            mode: Cell::default(),
            seekable: Cell::new(None),
            closefd: Cell::new(true),
            finalizing: Cell::new(false),
            block_size: Cell::new(super::DEFAULT_BUFFER_SIZE),
            size: Cell::new(None),
            maybe_terminal: Cell::new(true),
        }
    }
}

/// "Would block" as `None`.
fn unless_blocked(cx: &Ctx, result: Result<usize, OsError>) -> PyResult<Option<usize>> {
    match result {
        Ok(count) => Ok(Some(count)),
        Err(error) if error.errno == libc::EAGAIN => Ok(None),
        Err(error) => Err(cx.os_error(error)),
    }
}

fn open_descriptor(
    this: &Py<FileIo>,
    cx: &Ctx,
    file: &Value,
    flags: i32,
    opener: Option<&Value>,
) -> PyResult<()> {
    if let Some(opener) = opener {
        let result = cx.call(opener, &[file.clone(), cx.new_int(i64::from(flags))])?;
        if result.as_int().is_none() {
            return Err(cx.type_error("expected integer from opener"));
        }
        let fd = cx.to_clamped_size(&result)?;
        let fd = Fd::try_from(fd)
            .map_err(|_| cx.overflow_error("Python int too large to convert to C int"))?;
        if fd < 0 {
            return Err(cx.value_error(format!("opener returned {fd}")));
        }
        this.fd.set(fd);
        // The opener may have made it inheritable.
        return cx
            .host()
            .set_inherited(fd, taipan_host::descriptors::Inherit::No)
            .map_err(|error| cx.os_error(error));
    }
    let path = crate::path::fs_bytes(cx, file)?;
    let fd = cx
        .retry(|host| host.open(AT_CWD, &path, OpenFlags(flags), 0o666))?
        .map_err(|error| cx.os_error_with_path(error, file))?;
    this.fd.set(fd);
    Ok(())
}

/// Learns about the open file, and refuses a directory.
fn inspect(this: &Py<FileIo>, cx: &Ctx, file: &Value) -> PyResult<()> {
    let fd = this.fd.get();
    match cx.blocking(|host| host.fstat(fd)) {
        Ok(stat) if stat.is_dir() => {
            return Err(cx.os_error_with_path(OsError::new(libc::EISDIR), file));
        }
        Ok(stat) => {
            if stat.blksize > 1 {
                this.block_size.set(stat.blksize as usize);
            }
            this.size.set(stat.is_file().then_some(stat.size));
            this.maybe_terminal.set(stat.file_type() == libc::S_IFCHR);
        }
        Err(error) if error.errno == libc::EBADF => {
            return Err(cx.os_error_with_path(error, file));
        }
        // Not every descriptor can tell what it is.
        Err(_) => {}
    }
    cx.set_attr(this.as_value(), &cx.names().name, Some(file))?;
    if this.mode.get().appending {
        // A pipe cannot be positioned, and need not be.
        let moved = cx.blocking(|host| host.lseek(fd, 0, libc::SEEK_END));
        this.seekable.set(Some(moved.is_ok()));
    }
    Ok(())
}

#[pymethods]
impl FileIo {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: taipan_vm::native::Args<'_>) -> PyResult<Value> {
        let _ = args;
        Ok(cx.heap().allocate(cls, FileIo::blank()).into_value())
    }

    #[init(signature = (file, mode = None, closefd = true, opener = None))]
    fn init(
        this: &Py<FileIo>,
        cx: &Ctx,
        file: &Value,
        mode: Option<&Py<Str>>,
        closefd: bool,
        opener: Option<&Value>,
    ) -> PyResult<()> {
        if this.fd.get() >= 0 {
            if this.closefd.get() {
                this.close_descriptor(cx)?;
            } else {
                this.fd.set(-1);
            }
        }
        let mut given = None;
        if file.as_int().is_some() {
            let number = cx.to_clamped_size(file)?;
            let fd = Fd::try_from(number)
                .map_err(|_| cx.overflow_error("Python int too large to convert to C int"))?;
            if fd < 0 {
                return Err(cx.value_error("negative file descriptor"));
            }
            if file.as_bool().is_some() {
                cx.warn(
                    &cx.types().runtime_warning,
                    "bool is used as a file descriptor",
                )?;
            }
            given = Some(fd);
        }
        let text = mode.map_or("r".into(), |mode| mode.to_string_lossy());
        let (mode, flags) = Mode::parse(cx, &text)?;
        this.mode.set(mode);
        this.seekable.set(None);
        this.closefd.set(closefd);
        match given {
            Some(fd) => this.fd.set(fd),
            None if !closefd => {
                return Err(cx.value_error("Cannot use closefd=False with file name"));
            }
            None => open_descriptor(this, cx, file, flags, opener)?,
        }
        let inspected = inspect(this, cx, file);
        if inspected.is_err() {
            if given.is_some() {
                // The caller's descriptor stays open.
                this.fd.set(-1);
            } else {
                // The first error is the one to tell.
                let _ = this.close_descriptor(cx);
            }
        }
        inspected
    }

    /// Close the file.
    ///
    /// A closed file cannot be used for further I/O operations.  close() may be
    /// called more than once without error.
    fn close(this: &Py<FileIo>, cx: &Ctx) -> PyResult<()> {
        let base = cx.native_class(super::base::IoBase::class());
        let close = cx.get_attr(base.as_value(), &cx.names().close)?;
        let flushed = cx.call(&close, &[this.to_value()]);
        if !this.closefd.get() {
            this.fd.set(-1);
            return flushed.map(|_| ());
        }
        if this.finalizing.get() {
            warn_unclosed(cx, this.as_value(), this.fd.get());
        }
        let closed = this.close_descriptor(cx);
        flushed?;
        closed
    }

    /// True if file supports random-access.
    fn seekable(&self, cx: &Ctx) -> PyResult<bool> {
        self.can_seek(cx)
    }

    /// True if file was opened in a read mode.
    fn readable(&self, cx: &Ctx) -> PyResult<bool> {
        self.open_fd(cx)?;
        Ok(self.is_readable())
    }

    /// True if file was opened in a write mode.
    fn writable(&self, cx: &Ctx) -> PyResult<bool> {
        self.open_fd(cx)?;
        Ok(self.is_writable())
    }

    /// Return the underlying file descriptor (an integer).
    fn fileno(&self, cx: &Ctx) -> PyResult<Fd> {
        self.open_fd(cx)
    }

    /// True if the file is connected to a TTY device.
    fn isatty(&self, cx: &Ctx) -> PyResult<bool> {
        let fd = self.open_fd(cx)?;
        Ok(cx.host().isatty(fd).unwrap_or(false))
    }

    /// A shortcut for isatty() right after opening a file.
    fn _isatty_open_only(&self, cx: &Ctx) -> PyResult<bool> {
        let fd = self.open_fd(cx)?;
        Ok(self.maybe_terminal.get() && cx.host().isatty(fd).unwrap_or(false))
    }

    /// Same as RawIOBase.readinto().
    fn readinto(&self, cx: &Ctx, buffer: Room) -> PyResult<Option<usize>> {
        let mut data = vec![0; buffer.length()];
        let count = self.read_into(cx, &mut data)?;
        if let Some(count) = count {
            buffer.put(0, &data[..count]);
        }
        Ok(count)
    }

    /// Read all data from the file, returned as bytes.
    ///
    /// Reads until either there is an error or read() returns size 0 (indicates
    /// EOF). If the file is already at EOF, returns an empty bytes object.
    ///
    /// In non-blocking mode, returns as much data as could be read before EAGAIN.
    /// If no data is available (EAGAIN is returned before bytes are read) returns
    /// None.
    fn readall(&self, cx: &Ctx) -> PyResult<Value> {
        match self.read_to_end(cx)? {
            Some(data) => cx.new_bytes(&data),
            None => Ok(Value::NONE),
        }
    }

    /// Read at most size bytes, returned as bytes.
    ///
    /// If size is less than 0, read all bytes in the file making multiple read calls.
    /// See ``FileIO.readall``.
    ///
    /// Attempts to make only one system call, retrying only per PEP 475 (EINTR). This
    /// means less data may be returned than requested.
    ///
    /// In non-blocking mode, returns None if no data is available.
    ///
    /// Return an empty bytes object at EOF.
    #[pymethod(signature = (size = Size(-1), /), text_signature = "($self, size=-1, /)")]
    fn read(this: &Py<FileIo>, cx: &Ctx, size: Size) -> PyResult<Value> {
        this.check_mode(cx, this.is_readable(), "reading")?;
        let Ok(size) = usize::try_from(size.0) else {
            return super::base::call(cx, this.as_value(), "readall", &[]);
        };
        let mut data = Vec::new();
        if data.try_reserve_exact(size).is_err() {
            return Err(cx.memory_error());
        }
        data.resize(size, 0);
        match this.read_into(cx, &mut data)? {
            Some(count) => cx.new_bytes(&data[..count]),
            None => Ok(Value::NONE),
        }
    }

    /// Write buffer b to file, return number of bytes written.
    ///
    /// Only makes one system call, so not all of the data may be written.
    /// The number of bytes actually written is returned.  In non-blocking mode,
    /// returns None if the write would block.
    fn write(&self, cx: &Ctx, b: Data<'_>) -> PyResult<Option<usize>> {
        self.write_from(cx, &b)
    }

    /// Move to new file position and return the file position.
    ///
    /// Argument offset is a byte count.  Optional argument whence defaults to
    /// SEEK_SET or 0 (offset from start of file, offset should be >= 0); other values
    /// are SEEK_CUR or 1 (move relative to current position, positive or negative),
    /// and SEEK_END or 2 (move relative to end of file, usually negative, although
    /// many platforms allow seeking beyond the end of a file).
    ///
    /// Note that not all file objects are seekable.
    #[pymethod(signature = (pos, whence = 0, /))]
    fn seek(&self, cx: &Ctx, pos: i64, whence: i32) -> PyResult<i64> {
        self.seek_to(cx, pos, whence)
    }

    /// Current file position.
    ///
    /// Can raise OSError for non seekable files.
    fn tell(&self, cx: &Ctx) -> PyResult<i64> {
        self.seek_to(cx, 0, libc::SEEK_CUR)
    }

    /// Truncate the file to at most size bytes and return the truncated size.
    ///
    /// Size defaults to the current file position, as returned by tell().
    /// The current file position is changed to the value of size.
    #[pymethod(signature = (size = None, /))]
    fn truncate(&self, cx: &Ctx, size: Option<&Value>) -> PyResult<Value> {
        let fd = self.check_mode(cx, self.is_writable(), "writing")?;
        let size = match size {
            Some(size) => size.clone(),
            None => cx.new_int(self.seek_to(cx, 0, libc::SEEK_CUR)?),
        };
        let length = i64::try_from(&cx.to_bigint(&size)?)
            .map_err(|_| cx.overflow_error("Python int too large to convert to C long"))?;
        cx.retry_os(|host| host.ftruncate(fd, length))?;
        self.size.set(None);
        Ok(size)
    }

    /// True if the file is closed
    #[getter]
    fn closed(&self) -> bool {
        self.is_closed()
    }

    /// True if the file descriptor will be closed by close().
    #[getter]
    fn closefd(&self) -> bool {
        self.closefd.get()
    }

    /// String giving the file mode
    #[getter]
    fn mode(&self) -> &'static str {
        self.mode.get().text()
    }

    /// Stat st_blksize if available
    #[getter]
    fn _blksize(&self) -> usize {
        self.block_size.get()
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

    fn _dealloc_warn(this: &Py<FileIo>, cx: &Ctx, object: &Value) {
        if this.fd.get() >= 0 && this.closefd.get() {
            warn_unclosed(cx, object, this.fd.get());
        }
    }

    fn __getstate__(this: &Value, cx: &Ctx) -> PyResult<()> {
        Err(super::base::cannot_pickle(cx, this))
    }

    fn __repr__(this: &Py<FileIo>, cx: &Ctx) -> PyResult<String> {
        let start = super::base::repr_start(cx, this.as_value());
        if this.is_closed() {
            return Ok(format!("{start} [closed]>"));
        }
        let closefd = if this.closefd.get() { "True" } else { "False" };
        let mode = this.mode.get().text();
        let Some(_guard) = cx.enter_repr(this.as_value()) else {
            return Err(cx.runtime_error(format!(
                "reentrant call inside {}.__repr__",
                cx.type_name(this.as_value())
            )));
        };
        let name = match repr_name(cx, this.as_value())? {
            name if name.is_empty() => format!(" fd={}", this.fd.get()),
            name => name,
        };
        Ok(format!("{start}{name} mode='{mode}' closefd={closefd}>"))
    }
}

/// Warns that `object` was not closed; a warning made an error is told, since nobody can catch it.
fn warn_unclosed(cx: &Ctx, object: &Value, fd: Fd) {
    if fd < 0 {
        return;
    }
    let warned = cx.repr(object).and_then(|repr| {
        cx.warn(
            &cx.types().resource_warning,
            &format!("unclosed file {}", repr.to_string_lossy()),
        )
    });
    if let Err(error) = warned
        && cx.matches(&error, &cx.types().warning)
    {
        cx.report_unraisable(
            &error,
            Some("Exception ignored while finalizing file"),
            object,
        );
    }
}
