//! Listing directories: `listdir`, `scandir` and its entries.
//!
//! CPython 3.14: `os_listdir`, `DirEntry`, `ScandirIterator` (`Modules/posixmodule.c`). Tests: `tests/run/posix/`.

use std::cell::{Cell, RefCell};

use taipan_host::files::DirStream;
use taipan_host::{AT_CWD, Fd, OsError, OsResult, Stat, Symlinks};
use taipan_macros::{pyclass, pyfunction, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::Type;
use taipan_vm::value::{Py, Value};

use super::results::stat_result;
use crate::path::PathOrFd;

fn open_stream(cx: &Ctx, path: &PathOrFd) -> PyResult<Box<dyn DirStream>> {
    cx.blocking(|host| match path {
        PathOrFd::Path(path) => host.read_dir(&path.bytes),
        PathOrFd::Fd(fd) => host.read_dir_fd(*fd),
    })
    .map_err(|error| path.error(cx, error))
}

/// Return a list containing the names of the files in the directory.
///
/// path can be specified as either str, bytes, or a path-like object.  If path is bytes,
///   the filenames returned will also be bytes; in all other circumstances
///   the filenames returned will be str.
/// If path is None, uses the path='.'.
/// On some platforms, path may also be specified as an open file descriptor;\
///   the file descriptor must refer to a directory.
///   If this functionality is unavailable, using it raises NotImplementedError.
///
/// The list is in arbitrary order.  It does not include the special
/// entries '.' and '..' even if they are present in the directory.
#[pyfunction(signature = (path = None))]
pub(super) fn listdir(cx: &Ctx, path: Option<&Value>) -> PyResult<Value> {
    let path = PathOrFd::or_current(cx, path.unwrap_or(&Value::NONE), "listdir", "path")?;
    let mut stream = open_stream(cx, &path)?;
    let mut names = Vec::new();
    loop {
        let next = cx.blocking(|_| stream.next_entry());
        match next.map_err(|error| path.error(cx, error))? {
            Some(entry) => names.push(match &path {
                PathOrFd::Path(path) => path.result(cx, &entry.name)?,
                PathOrFd::Fd(_) => cx.fs_decode(&entry.name)?,
            }),
            None => return Ok(cx.new_list(names).into_value()),
        }
    }
}

/// Return an iterator of DirEntry objects for given path.
///
/// path can be specified as either str, bytes, or a path-like object.  If path
/// is bytes, the names of yielded DirEntry objects will also be bytes; in
/// all other circumstances they will be str.
///
/// If path is None, uses the path='.'.
#[pyfunction(signature = (path = None))]
pub(super) fn scandir(cx: &Ctx, path: Option<&Value>) -> PyResult<Value> {
    let path = PathOrFd::or_current(cx, path.unwrap_or(&Value::NONE), "scandir", "path")?;
    let stream = open_stream(cx, &path)?;
    let class = cx.native_class(ScandirIterator::class());
    let iterator = ScandirIterator {
        stream: RefCell::new(Some(stream)),
        path,
    };
    Ok(cx.heap().allocate(&class, iterator).into_value())
}

/// What `scandir` returns.
#[pyclass(name = "ScandirIterator", module = "posix", no_new, traverse)]
pub(super) struct ScandirIterator {
    /// Taken at the end or by `close`.
    stream: RefCell<Option<Box<dyn DirStream>>>,
    path: PathOrFd,
}

impl Traverse for ScandirIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let PathOrFd::Path(path) = &self.path {
            visit(&path.object);
        }
    }
}

#[pymethods]
impl ScandirIterator {
    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        // Taken out while the host is called: another thread may come along.
        let Some(mut stream) = self.stream.take() else {
            return Ok(None);
        };
        let next = cx.blocking(|_| stream.next_entry());
        match next {
            Ok(Some(entry)) => {
                self.stream.replace(Some(stream));
                DirEntry::make(cx, &self.path, &entry).map(Some)
            }
            Ok(None) => Ok(None),
            Err(error) => Err(self.path.error(cx, error)),
        }
    }

    fn __enter__(this: &Value) -> Value {
        this.clone()
    }

    #[pymethod(signature = (*args))]
    fn __exit__(&self, args: &[Value]) {
        let _ = args;
        drop(self.stream.take());
    }

    fn close(&self) {
        drop(self.stream.take());
    }

    fn __del__(this: &Py<ScandirIterator>, cx: &Ctx) -> PyResult<()> {
        let Some(stream) = this.stream.take() else {
            return Ok(());
        };
        let repr = cx.repr(this.as_value())?;
        let warned = cx.warn(
            &cx.types().resource_warning,
            &format!("unclosed scandir iterator {}", repr.to_string_lossy()),
        );
        drop(stream);
        warned
    }
}

/// One name of a directory, with what is known of the file.
#[pyclass(name = "DirEntry", module = "posix", no_new, traverse)]
pub(super) struct DirEntry {
    name: Value,
    path: Value,
    /// For the host: relative to `at`.
    bytes: Vec<u8>,
    at: Fd,
    inode: u64,
    /// `S_IFREG`, ... if the directory told it.
    file_type: Option<u32>,
    followed: RefCell<Option<Value>>,
    itself: RefCell<Option<Value>>,
    /// The file type that following the link found.
    followed_type: Cell<Option<u32>>,
}

impl Traverse for DirEntry {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.name);
        visit(&self.path);
        self.followed.borrow().iter().for_each(&mut *visit);
        self.itself.borrow().iter().for_each(&mut *visit);
    }
}

const TYPE_LINK: u32 = libc::S_IFLNK;
const TYPE_DIRECTORY: u32 = libc::S_IFDIR;
const TYPE_FILE: u32 = libc::S_IFREG;

impl DirEntry {
    fn make(cx: &Ctx, of: &PathOrFd, entry: &taipan_host::files::DirEntry) -> PyResult<Value> {
        let (name, path, bytes, at) = match of {
            PathOrFd::Path(directory) => {
                let mut bytes = directory.bytes.clone();
                if bytes.last().is_some_and(|last| *last != b'/') {
                    bytes.push(b'/');
                }
                bytes.extend_from_slice(&entry.name);
                let name = directory.result(cx, &entry.name)?;
                // Without a path the names are relative to ".", and their paths have no directory.
                let path = if directory.object.is_none() {
                    directory.result(cx, &[b"./", &*entry.name].concat())?
                } else {
                    directory.result(cx, &bytes)?
                };
                (name, path, bytes, AT_CWD)
            }
            PathOrFd::Fd(fd) => {
                let name = cx.fs_decode(&entry.name)?;
                (name.clone(), name, entry.name.clone(), *fd)
            }
        };
        let class = cx.native_class(DirEntry::class());
        let new = DirEntry {
            name,
            path,
            bytes,
            at,
            inode: entry.ino,
            file_type: entry.file_type,
            followed: RefCell::default(),
            itself: RefCell::default(),
            followed_type: Cell::new(None),
        };
        Ok(cx.heap().allocate(&class, new).into_value())
    }

    fn fetch(&self, cx: &Ctx, symlinks: Symlinks) -> OsResult<Stat> {
        cx.blocking(|host| host.stat(self.at, &self.bytes, symlinks))
    }

    fn error(&self, cx: &Ctx, error: OsError) -> taipan_vm::error::PyErr {
        cx.os_error_with_path(error, &self.path)
    }

    /// Whether the file is of a type; a file that is gone is of none.
    fn is_type(&self, cx: &Ctx, follow: bool, wanted: u32) -> PyResult<bool> {
        let known = match self.file_type {
            Some(known) if !(follow && known == TYPE_LINK) => Some(known),
            _ if follow => self.followed_type.get(),
            _ => None,
        };
        if let Some(known) = known {
            return Ok(known == wanted);
        }
        let symlinks = super::files::symlinks(follow);
        match self.fetch(cx, symlinks) {
            Ok(stat) => {
                if follow {
                    self.followed_type.set(Some(stat.file_type()));
                }
                Ok(stat.file_type() == wanted)
            }
            Err(error) if error.errno == libc::ENOENT => Ok(false),
            Err(error) => Err(self.error(cx, error)),
        }
    }
}

#[pymethods]
impl DirEntry {
    /// See PEP 585
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    /// the entry's base filename, relative to scandir() "path" argument
    #[member]
    fn name(&self) -> Value {
        self.name.clone()
    }

    /// the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)
    #[member]
    fn path(&self) -> Value {
        self.path.clone()
    }

    fn __repr__(&self, cx: &Ctx) -> PyResult<String> {
        let name = cx.repr(&self.name)?;
        Ok(format!("<DirEntry {}>", name.to_string_lossy()))
    }

    /// Returns the path for the entry.
    fn __fspath__(&self) -> Value {
        self.path.clone()
    }

    /// Return inode of the entry; cached per entry.
    fn inode(&self) -> u64 {
        self.inode
    }

    /// Return True if the entry is a directory; cached per entry.
    #[pymethod(signature = (*, follow_symlinks = true))]
    fn is_dir(&self, cx: &Ctx, follow_symlinks: bool) -> PyResult<bool> {
        self.is_type(cx, follow_symlinks, TYPE_DIRECTORY)
    }

    /// Return True if the entry is a file; cached per entry.
    #[pymethod(signature = (*, follow_symlinks = true))]
    fn is_file(&self, cx: &Ctx, follow_symlinks: bool) -> PyResult<bool> {
        self.is_type(cx, follow_symlinks, TYPE_FILE)
    }

    /// Return True if the entry is a symbolic link; cached per entry.
    fn is_symlink(&self, cx: &Ctx) -> PyResult<bool> {
        self.is_type(cx, false, TYPE_LINK)
    }

    /// Return True if the entry is a junction; cached per entry.
    fn is_junction(&self) -> bool {
        false
    }

    /// Return stat_result object for the entry; cached per entry.
    #[pymethod(signature = (*, follow_symlinks = true))]
    fn stat(&self, cx: &Ctx, follow_symlinks: bool) -> PyResult<Value> {
        let is_link = follow_symlinks && self.is_type(cx, false, TYPE_LINK)?;
        let (cache, symlinks) = if is_link {
            (&self.followed, Symlinks::Follow)
        } else {
            (&self.itself, Symlinks::NoFollow)
        };
        if let Some(known) = cache.borrow().as_ref() {
            return Ok(known.clone());
        }
        let stat = self
            .fetch(cx, symlinks)
            .map_err(|error| self.error(cx, error))?;
        let result = stat_result(cx, &stat)?;
        drop(cache.replace(Some(result.clone())));
        Ok(result)
    }
}
