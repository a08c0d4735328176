//! The type `mmap`, its life and its memory.
//!
//! Views of the memory are counted: as long as there is one, the mapping is neither closed nor resized.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use taipan_host::Fd;
use taipan_host::system::Mapping;
use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::heap::Visitor;
use taipan_vm::objects::Type;
use taipan_vm::objects::buffer::{Buffer, Export};
use taipan_vm::value::{Py, Value};

pub(super) const ACCESS_DEFAULT: i32 = 0;
pub(super) const ACCESS_READ: i32 = 1;
pub(super) const ACCESS_WRITE: i32 = 2;
pub(super) const ACCESS_COPY: i32 = 3;

/// The mapping, and how many views of it there are.
pub(super) struct Memory {
    mapping: RefCell<Option<Box<dyn Mapping>>>,
    views: Cell<usize>,
}

/// A view's hold on the memory.
struct View(Rc<Memory>);

impl View {
    fn new(memory: &Rc<Memory>) -> Self {
        memory.views.set(memory.views.get() + 1);
        Self(memory.clone())
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.0.views.set(self.0.views.get() - 1);
    }
}

impl Export for View {
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8])) {
        if let Some(mapping) = &*self.0.mapping.borrow() {
            mapping.with_bytes(f);
        }
    }

    fn with_bytes_mut(&self, f: &mut dyn FnMut(&mut [u8])) -> bool {
        match &*self.0.mapping.borrow() {
            Some(mapping) => mapping.with_bytes_mut(f),
            None => false,
        }
    }

    fn visit(&self, _: &mut Visitor<'_>) {}
}

/// Windows: mmap(fileno, length[, tagname[, access[, offset]]])
///
/// Maps length bytes from the file specified by the file handle fileno,
/// and returns a mmap object.  If length is larger than the current size
/// of the file, the file is extended to contain length bytes.  If length
/// is 0, the maximum length of the map is the current size of the file,
/// except that if the file is empty Windows raises an exception (you cannot
/// create an empty mapping on Windows).
///
/// Unix: mmap(fileno, length[, flags[, prot[, access[, offset[, trackfd]]]]])
///
/// Maps length bytes from the file specified by the file descriptor fileno,
/// and returns a mmap object.  If length is 0, the maximum length of the map
/// will be the current size of the file when mmap is called.
/// flags specifies the nature of the mapping. MAP_PRIVATE creates a
/// private copy-on-write mapping, so changes to the contents of the mmap
/// object will be private to this process, and MAP_SHARED creates a mapping
/// that's shared with all other processes mapping the same areas of the file.
/// The default value is MAP_SHARED.
///
/// To map anonymous memory, pass -1 as the fileno (both versions).
#[pyclass(
    name = "mmap",
    module = "mmap",
    subclassable,
    weakref,
    parts = 3,
    text_signature = None
)]
pub(super) struct Mmap {
    memory: Rc<Memory>,
    access: i32,
    flags: i32,
    offset: i64,
    is_anonymous: bool,
    tracks_file: bool,
    pub(super) position: Cell<usize>,
}

impl Mmap {
    pub(super) fn closed_error(cx: &Ctx) -> PyErr {
        cx.value_error("mmap closed or invalid")
    }

    /// Calls `f` with the memory. `f` must not run Python code.
    ///
    /// # Errors
    /// `ValueError` if it is closed.
    pub(super) fn read<R>(&self, cx: &Ctx, f: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
        let mapping = self.memory.mapping.borrow();
        let mapping = mapping.as_ref().ok_or_else(|| Self::closed_error(cx))?;
        let (mut f, mut result) = (Some(f), None);
        mapping.with_bytes(&mut |bytes| {
            if let Some(f) = f.take() {
                result = Some(f(bytes));
            }
        });
        result.ok_or_else(|| Self::closed_error(cx))
    }

    /// Calls `f` with the memory for change. `f` must not run Python code.
    ///
    /// # Errors
    /// `ValueError` if it is closed, `TypeError` if it may only be read.
    pub(super) fn change<R>(&self, cx: &Ctx, f: impl FnOnce(&mut [u8]) -> R) -> PyResult<R> {
        let mapping = self.memory.mapping.borrow();
        let mapping = mapping.as_ref().ok_or_else(|| Self::closed_error(cx))?;
        let (mut f, mut result) = (Some(f), None);
        if self.access != ACCESS_READ {
            mapping.with_bytes_mut(&mut |bytes| {
                if let Some(f) = f.take() {
                    result = Some(f(bytes));
                }
            });
        }
        result.ok_or_else(|| cx.type_error("mmap can't modify a readonly memory map."))
    }

    /// # Errors
    /// `ValueError` if it is closed, `TypeError` if it may only be read.
    pub(super) fn check_writable(&self, cx: &Ctx) -> PyResult<()> {
        self.len(cx)?;
        if self.access == ACCESS_READ {
            return Err(cx.type_error("mmap can't modify a readonly memory map."));
        }
        Ok(())
    }

    /// # Errors
    /// `ValueError` if it is closed.
    pub(super) fn len(&self, cx: &Ctx) -> PyResult<usize> {
        match &*self.memory.mapping.borrow() {
            Some(mapping) => Ok(mapping.length()),
            None => Err(Self::closed_error(cx)),
        }
    }

    /// The descriptor of the file, -1 without one.
    fn file(&self, cx: &Ctx) -> PyResult<Fd> {
        match &*self.memory.mapping.borrow() {
            Some(mapping) => Ok(mapping.file().unwrap_or(-1)),
            None => Err(Self::closed_error(cx)),
        }
    }
}

/// What a mapping of a file covers.
fn length_in_file(cx: &Ctx, size: i64, length: usize, offset: i64) -> PyResult<usize> {
    if length == 0 {
        if size == 0 {
            return Err(cx.value_error("cannot mmap an empty file"));
        }
        if offset >= size {
            return Err(cx.value_error("mmap offset is greater than file size"));
        }
        return usize::try_from(size - offset)
            .map_err(|_| cx.value_error("mmap length is too large"));
    }
    if offset > size || size - offset < i64::try_from(length).unwrap_or(i64::MAX) {
        return Err(cx.value_error("mmap length is greater than file size"));
    }
    Ok(length)
}

const READ_WRITE: i32 = libc::PROT_READ | libc::PROT_WRITE;

#[pymethods]
impl Mmap {
    #[new(signature = (fileno, length, flags = libc::MAP_SHARED, prot = READ_WRITE, access = ACCESS_DEFAULT, offset = 0,
        *, trackfd = true))]
    #[expect(
        clippy::too_many_arguments,
        reason = "the parameters of Python's constructor"
    )]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        fileno: i32,
        length: isize,
        flags: i32,
        prot: i32,
        access: i32,
        offset: i64,
        trackfd: bool,
    ) -> PyResult<Value> {
        let Ok(mut size) = usize::try_from(length) else {
            return Err(cx.overflow_error("memory mapped length must be positive"));
        };
        if offset < 0 {
            return Err(cx.overflow_error("memory mapped offset must be positive"));
        }
        if access != ACCESS_DEFAULT && (flags != libc::MAP_SHARED || prot != READ_WRITE) {
            return Err(cx.value_error("mmap can't specify both access and flags, prot."));
        }
        let (mut flags, prot, access) = match access {
            ACCESS_READ => (libc::MAP_SHARED, libc::PROT_READ, access),
            ACCESS_WRITE => (libc::MAP_SHARED, READ_WRITE, access),
            ACCESS_COPY => (libc::MAP_PRIVATE, READ_WRITE, access),
            ACCESS_DEFAULT if prot & READ_WRITE == READ_WRITE => (flags, prot, access),
            ACCESS_DEFAULT if prot & libc::PROT_WRITE != 0 => (flags, prot, ACCESS_WRITE),
            ACCESS_DEFAULT => (flags, prot, ACCESS_READ),
            _ => return Err(cx.value_error("mmap invalid access parameter.")),
        };
        let shown = |number: i64| cx.new_int(number);
        cx.audit(
            "mmap.__new__",
            &[
                shown(i64::from(fileno)),
                shown(length as i64),
                shown(i64::from(access)),
                shown(offset),
            ],
        )?;
        if fileno == -1 {
            flags |= libc::MAP_ANONYMOUS;
        } else {
            let stat = cx
                .blocking(|host| host.fstat(fileno))
                .map_err(|error| cx.os_error(error))?;
            if stat.mode & libc::S_IFMT == libc::S_IFREG {
                size = length_in_file(cx, stat.size, size, offset)?;
            }
        }
        let mut mapping = cx
            .blocking(|host| host.mmap(fileno, size, prot, flags, offset))
            .map_err(|error| cx.os_error(error))?;
        if !trackfd {
            mapping.forget_file();
        }
        let object = Self {
            memory: Rc::new(Memory {
                mapping: RefCell::new(Some(mapping)),
                views: Cell::new(0),
            }),
            access,
            flags,
            offset,
            is_anonymous: fileno == -1,
            tracks_file: trackfd,
            position: Cell::new(0),
        };
        Ok(cx.heap().allocate(cls, object).into_value())
    }

    fn __repr__(&self) -> String {
        let access = match self.access {
            ACCESS_READ => "ACCESS_READ",
            ACCESS_WRITE => "ACCESS_WRITE",
            ACCESS_COPY => "ACCESS_COPY",
            _ => "ACCESS_DEFAULT",
        };
        match &*self.memory.mapping.borrow() {
            None => "<mmap.mmap closed=True>".to_owned(),
            Some(mapping) => format!(
                "<mmap.mmap closed=False, access={access}, length={}, pos={}, offset={}>",
                mapping.length(),
                self.position.get(),
                self.offset
            ),
        }
    }

    fn __release_buffer__(this: &Py<Mmap>, cx: &Ctx, view: &Value) -> PyResult<()> {
        cx.release_view(this.as_value(), view)
    }

    fn __buffer__(this: &Py<Mmap>, cx: &Ctx, flags: i32) -> PyResult<Buffer> {
        let length = this.len(cx)?;
        let readonly = this.access == ACCESS_READ;
        if readonly && flags & taipan_vm::objects::buffer::flags::WRITABLE != 0 {
            return Err(cx.error(&cx.types().buffer_error, "Object is not writable."));
        }
        let view = Rc::new(View::new(&this.memory));
        Ok(Buffer::of_bytes(this.to_value(), view, length, readonly))
    }

    fn close(&self, cx: &Ctx) -> PyResult<()> {
        if self.memory.views.get() > 0 {
            return Err(cx.error(
                &cx.types().buffer_error,
                "cannot close exported pointers exist",
            ));
        }
        drop(self.memory.mapping.take());
        Ok(())
    }

    #[getter]
    fn closed(&self) -> bool {
        self.memory.mapping.borrow().is_none()
    }

    fn __enter__(this: &Py<Mmap>, cx: &Ctx) -> PyResult<Value> {
        this.len(cx)?;
        Ok(this.to_value())
    }

    #[pymethod(signature = (exc_type, exc_value, traceback, /))]
    fn __exit__(
        &self,
        cx: &Ctx,
        exc_type: &Value,
        exc_value: &Value,
        traceback: &Value,
    ) -> PyResult<()> {
        let _ = (exc_type, exc_value, traceback);
        self.close(cx)
    }

    #[pymethod(signature = (offset = 0, size = None, /))]
    fn flush(&self, cx: &Ctx, offset: isize, size: Option<isize>) -> PyResult<()> {
        let length = self.len(cx)?;
        let size = size.map_or(Ok(length), usize::try_from);
        let (Ok(offset), Ok(size)) = (usize::try_from(offset), size) else {
            return Err(cx.value_error("flush values out of range"));
        };
        if offset > length || length - offset < size {
            return Err(cx.value_error("flush values out of range"));
        }
        if self.access == ACCESS_READ || self.access == ACCESS_COPY {
            return Ok(());
        }
        match &*self.memory.mapping.borrow() {
            Some(mapping) => mapping
                .flush(offset, size, libc::MS_SYNC)
                .map_err(|error| cx.os_error(error)),
            None => Err(Self::closed_error(cx)),
        }
    }

    #[pymethod(signature = (option, start = 0, length = None, /))]
    fn madvise(&self, cx: &Ctx, option: i32, start: isize, length: Option<isize>) -> PyResult<()> {
        let whole = self.len(cx)?;
        let Some(start) = usize::try_from(start).ok().filter(|start| *start < whole) else {
            return Err(cx.value_error("madvise start out of bounds"));
        };
        let Ok(length) = length.map_or(Ok(whole), usize::try_from) else {
            return Err(cx.value_error("madvise length invalid"));
        };
        if (isize::MAX as usize) - start < length {
            return Err(cx.overflow_error("madvise length too large"));
        }
        let length = length.min(whole - start);
        match &*self.memory.mapping.borrow() {
            Some(mapping) => mapping
                .advise(start, length, option)
                .map_err(|error| cx.os_error(error)),
            None => Err(Self::closed_error(cx)),
        }
    }

    #[pymethod(signature = (newsize, /))]
    fn resize(&self, cx: &Ctx, newsize: isize) -> PyResult<()> {
        let length = self.len(cx)?;
        if self.memory.views.get() > 0 {
            return Err(cx.error(
                &cx.types().buffer_error,
                "mmap can't resize with extant buffers exported.",
            ));
        }
        if !self.tracks_file {
            return Err(cx.value_error("mmap can't resize with trackfd=False."));
        }
        if self.access != ACCESS_WRITE && self.access != ACCESS_DEFAULT {
            return Err(cx.type_error("mmap can't resize a readonly or copy-on-write memory map."));
        }
        let Ok(new) = usize::try_from(newsize) else {
            return Err(cx.value_error("new size out of range"));
        };
        if (newsize as i64).checked_add(self.offset).is_none() {
            return Err(cx.value_error("new size out of range"));
        }
        if self.is_anonymous && self.flags & libc::MAP_PRIVATE == 0 && new > length {
            return Err(cx.value_error("mmap: can't expand a shared anonymous mapping"));
        }
        match &mut *self.memory.mapping.borrow_mut() {
            Some(mapping) => mapping.resize(new).map_err(|error| cx.os_error(error)),
            None => Err(Self::closed_error(cx)),
        }
    }

    fn size(&self, cx: &Ctx) -> PyResult<i64> {
        let file = self.file(cx)?;
        cx.blocking(|host| host.fstat(file))
            .map(|stat| stat.size)
            .map_err(|error| cx.os_error(error))
    }
}
