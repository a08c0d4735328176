//! Arguments that name files: paths, descriptors, objects with `fileno()`.
//!
//! CPython 3.14: `path_converter`, `dir_fd_converter`, `fildes_converter` (`Modules/posixmodule.c`),
//! `PyObject_AsFileDescriptor` (`Objects/fileobject.c`). Tests: `tests/run/posix/`.

use taipan_host::{AT_CWD, Fd, OsError};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::{ArgSite, FromArg};
use taipan_vm::objects::{Bytes, Str};
use taipan_vm::value::{Py, Value};

/// A path as the caller gave it, and as the host takes it.
pub(crate) struct OsPath {
    /// What error messages show: the `str` or `bytes`, or `None` if the path was left out.
    pub(crate) object: Value,
    pub(crate) bytes: Vec<u8>,
    /// Given as `bytes`: results are `bytes` too.
    pub(crate) is_bytes: bool,
}

/// What stands where CPython takes a path or a descriptor.
pub(crate) enum PathOrFd {
    Path(OsPath),
    Fd(Fd),
}

/// What a path parameter accepts besides paths.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Also {
    Nothing,
    Fd,
    FdOrNone,
}

impl Also {
    const fn words(self) -> &'static str {
        match self {
            Self::Nothing => "string, bytes or os.PathLike",
            Self::Fd => "string, bytes, os.PathLike or integer",
            Self::FdOrNone => "string, bytes, os.PathLike, integer or None",
        }
    }
}

impl OsPath {
    /// A path; `function` and `argument` are for messages.
    ///
    /// # Errors
    /// `TypeError`, `ValueError` for a NUL, `UnicodeEncodeError`, or what `__fspath__` raises.
    pub(crate) fn of(cx: &Ctx, value: &Value, function: &str, argument: &str) -> PyResult<Self> {
        convert_path(cx, value, function, argument, Also::Nothing)
    }

    /// The current directory, as "nothing given".
    fn current() -> Self {
        Self {
            object: Value::NONE,
            bytes: b".".to_vec(),
            is_bytes: false,
        }
    }

    /// The `OSError` that names this path.
    pub(crate) fn error(&self, cx: &Ctx, error: OsError) -> PyErr {
        cx.os_error_with_path(error, &self.object)
    }

    /// The `OSError` that names this path and another.
    pub(crate) fn error_with(&self, cx: &Ctx, other: &Self, error: OsError) -> PyErr {
        cx.os_error_with_paths(error, &self.object, &other.object)
    }

    /// A name that the host gave, in the type in which this path was given.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn result(&self, cx: &Ctx, name: &[u8]) -> PyResult<Value> {
        if self.is_bytes {
            cx.new_bytes(name)
        } else {
            cx.fs_decode(name)
        }
    }
}

impl PathOrFd {
    /// # Errors
    /// As for [`OsPath::of`].
    pub(crate) fn of(cx: &Ctx, value: &Value, function: &str, argument: &str) -> PyResult<Self> {
        Self::convert(cx, value, function, argument, Also::Fd)
    }

    /// Like [`PathOrFd::of`], where `None` is the current directory.
    ///
    /// # Errors
    /// As for [`OsPath::of`].
    pub(crate) fn or_current(
        cx: &Ctx,
        value: &Value,
        function: &str,
        argument: &str,
    ) -> PyResult<Self> {
        if value.is_none() {
            return Ok(Self::Path(OsPath::current()));
        }
        Self::convert(cx, value, function, argument, Also::FdOrNone)
    }

    fn convert(
        cx: &Ctx,
        value: &Value,
        function: &str,
        argument: &str,
        also: Also,
    ) -> PyResult<Self> {
        let is_text =
            value.downcast_ref::<Str>().is_some() || value.downcast_ref::<Bytes>().is_some();
        if !is_text && cx.class_of(value).slots.index.get().is_some() {
            warn_of_bool(cx, value)?;
            return Ok(Self::Fd(fd_of(cx, value)?));
        }
        convert_path(cx, value, function, argument, also).map(Self::Path)
    }

    /// The `OSError` that names this path or descriptor.
    pub(crate) fn error(&self, cx: &Ctx, error: OsError) -> PyErr {
        match self {
            Self::Path(path) => path.error(cx, error),
            Self::Fd(fd) => cx.os_error_with_path(error, &cx.new_int(i64::from(*fd))),
        }
    }

    /// Refuses combinations that have no meaning with a descriptor.
    ///
    /// # Errors
    /// `ValueError`.
    pub(crate) fn check_alone(
        &self,
        cx: &Ctx,
        function: &str,
        dir_fd: Option<DirFd>,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        if let Self::Fd(_) = self {
            if dir_fd.is_some() {
                return Err(cx.value_error(format!(
                    "{function}: can't specify dir_fd without matching path"
                )));
            }
            if !follow_symlinks {
                return Err(cx.value_error(format!(
                    "{function}: cannot use fd and follow_symlinks together"
                )));
            }
        }
        Ok(())
    }
}

fn convert_path(
    cx: &Ctx,
    value: &Value,
    function: &str,
    argument: &str,
    also: Also,
) -> PyResult<OsPath> {
    let object = if is_text(value) {
        value.clone()
    } else {
        match cx.find_special(value, &cx.names().__fspath__)? {
            Some(method) if !method.is_none() => {
                let path = cx.call(&method, &[])?;
                if !is_text(&path) {
                    return Err(cx.type_error(format!(
                        "expected {}.__fspath__() to return str or bytes, not {}",
                        cx.type_name(value),
                        cx.type_name(&path)
                    )));
                }
                path
            }
            _ => {
                return Err(cx.type_error(format!(
                    "{function}: {argument} should be {}, not {}",
                    also.words(),
                    cx.type_name(value)
                )));
            }
        }
    };
    let (bytes, is_bytes) = text_bytes(cx, &object)?;
    if bytes.contains(&0) {
        return Err(cx.value_error(format!("{function}: embedded null character in {argument}")));
    }
    Ok(OsPath {
        object,
        bytes,
        is_bytes,
    })
}

fn is_text(value: &Value) -> bool {
    value.downcast_ref::<Str>().is_some() || value.downcast_ref::<Bytes>().is_some()
}

/// The bytes of a `str` or `bytes`, and whether it was `bytes`.
fn text_bytes(cx: &Ctx, value: &Value) -> PyResult<(Vec<u8>, bool)> {
    if let Some(bytes) = value.downcast_ref::<Bytes>() {
        return Ok((bytes.as_slice().to_vec(), true));
    }
    match value.downcast_ref::<Str>() {
        Some(text) => Ok((cx.fs_encode(text.as_wtf8())?, false)),
        None => Err(cx.type_error(format!(
            "expected str, bytes or os.PathLike object, not {}",
            cx.type_name(value)
        ))),
    }
}

/// Bytes of a path-like value for the file system (`PyUnicode_FSConverter`): no NUL.
///
/// # Errors
/// `TypeError`, `ValueError` for a NUL, `UnicodeEncodeError`, or what `__fspath__` raises.
pub(crate) fn fs_bytes(cx: &Ctx, value: &Value) -> PyResult<Vec<u8>> {
    let path = cx.fs_path(value)?;
    let (bytes, _) = text_bytes(cx, &path)?;
    if bytes.contains(&0) {
        return Err(cx.value_error("embedded null byte"));
    }
    Ok(bytes)
}

/// An argument for [`fs_bytes`].
pub(crate) struct FsBytes(pub(crate) Vec<u8>);

impl FromArg<'_> for FsBytes {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        fs_bytes(cx, value).map(FsBytes)
    }
}

fn warn_of_bool(cx: &Ctx, value: &Value) -> PyResult<()> {
    if value.as_bool().is_some() {
        cx.warn(
            &cx.types().runtime_warning,
            "bool is used as a file descriptor",
        )?;
    }
    Ok(())
}

/// A descriptor from anything with `__index__`.
fn fd_of(cx: &Ctx, value: &Value) -> PyResult<Fd> {
    let number = cx.to_clamped_size(value)?;
    Fd::try_from(number).map_err(|_| {
        cx.overflow_error(if number > 0 {
            "fd is greater than maximum"
        } else {
            "fd is less than minimum"
        })
    })
}

/// The open directory that a path is relative to.
#[derive(Clone, Copy)]
pub(crate) struct DirFd(Fd);

impl FromArg<'_> for DirFd {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        if cx.class_of(value).slots.index.get().is_none() {
            return Err(cx.type_error(format!(
                "argument should be integer or None, not {}",
                cx.type_name(value)
            )));
        }
        warn_of_bool(cx, value)?;
        fd_of(cx, value).map(DirFd)
    }
}

impl DirFd {
    /// What the host takes.
    pub(crate) fn host(dir_fd: Option<Self>) -> Fd {
        dir_fd.map_or(AT_CWD, |dir_fd| dir_fd.0)
    }
}

/// A descriptor, or an object with `fileno()`.
pub(crate) struct Fildes(pub(crate) Fd);

impl FromArg<'_> for Fildes {
    fn from_arg(cx: &Ctx, value: &Value, _: &ArgSite) -> PyResult<Self> {
        fildes(cx, value).map(Fildes)
    }
}

/// The descriptor of an `int` or of an object with `fileno()`.
///
/// # Errors
/// `TypeError`, `ValueError` for a negative number, or what `fileno()` raises.
pub(crate) fn fildes(cx: &Ctx, value: &Value) -> PyResult<Fd> {
    let number = if value.as_int().is_some() {
        warn_of_bool(cx, value)?;
        value.clone()
    } else {
        let Some(fileno) = cx.find_attr(value, &cx.intern("fileno"))? else {
            return Err(cx.type_error("argument must be an int, or have a fileno() method."));
        };
        let number = cx.call(&fileno, &[])?;
        if number.as_int().is_none() {
            return Err(cx.type_error("fileno() returned a non-integer"));
        }
        number
    };
    let size = cx.to_clamped_size(&number)?;
    let fd = Fd::try_from(size)
        .map_err(|_| cx.overflow_error("Python int too large to convert to C int"))?;
    if fd < 0 {
        return Err(cx.value_error(format!(
            "file descriptor cannot be a negative integer ({fd})"
        )));
    }
    Ok(fd)
}

/// A `str` without NUL, for the host.
pub(crate) fn plain_text(cx: &Ctx, text: &Py<Str>) -> PyResult<Vec<u8>> {
    let bytes = cx.fs_encode(text.as_wtf8())?;
    if bytes.contains(&0) {
        return Err(cx.value_error("embedded null character"));
    }
    Ok(bytes)
}
