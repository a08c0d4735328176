//! How native code calls the host: waiting without holding the isolate up, signals in between, failures as `OSError`,
//! and the file system's encoding.
//!
//! CPython 3.14: `Py_BEGIN_ALLOW_THREADS`, PEP 475, `PyErr_SetFromErrnoWithFilenameObjects` (`Python/errors.c`),
//! `PyUnicode_FSDecoder` and `PyOS_FSPath`. The file system's encoding is UTF-8 with `surrogateescape`, always.
//! Tests: below, and `tests/run/posix/`.

use taipan_host::{Host, OsError, OsResult};
use taipan_text::codecs::{BuiltinHandler, Input, decode_utf8, encode_utf8};
use taipan_text::{Wtf8, Wtf8Buf};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::{Bytes, Str};
use crate::value::Value;

/// Runs the Python handlers of signals that have arrived; `_signal` hangs its function in (`Isolate::signal_runner`).
pub type SignalRunner = fn(&Ctx) -> PyResult<()>;

impl Ctx {
    /// Makes a call that may wait. Other threads of the isolate may run meanwhile, so `call` must not touch values.
    ///
    /// Neither may the caller hold a borrow of an object's inside: the others would run into it.
    pub fn blocking<R>(&self, call: impl FnOnce(&dyn Host) -> R) -> R {
        let _released = self.release_lock();
        call(self.host())
    }

    /// Makes a call that may wait, again as long as signals interrupt it (PEP 475).
    ///
    /// # Errors
    /// What a signal's handler raises. The inner result is the call's.
    pub fn retry<R>(
        &self,
        mut call: impl FnMut(&dyn Host) -> OsResult<R>,
    ) -> PyResult<OsResult<R>> {
        loop {
            match self.blocking(&mut call) {
                Err(error) if error.errno == EINTR => self.check_signals()?,
                result => return Ok(result),
            }
        }
    }

    /// Like [`Ctx::retry`], with a failure as `OSError`.
    ///
    /// # Errors
    /// `OSError`, or what a signal's handler raises.
    pub fn retry_os<R>(&self, call: impl FnMut(&dyn Host) -> OsResult<R>) -> PyResult<R> {
        self.retry(call)?.map_err(|error| self.os_error(error))
    }

    /// Runs the handlers of signals that have arrived, if this is the thread that does.
    ///
    /// # Errors
    /// What a handler raises.
    pub fn check_signals(&self) -> PyResult<()> {
        self.check_limits()?;
        match self.isolate().signal_runner.get() {
            Some(run) if self.handles_signals() => run(self),
            _ => Ok(()),
        }
    }

    /// A failed call as `OSError`, or the subclass for its number.
    #[cold]
    pub fn os_error(&self, error: OsError) -> PyErr {
        self.make_os_error(error, Vec::new())
    }

    /// A failed call about a file; `None` and "no path" are left out.
    #[cold]
    pub fn os_error_with_path(&self, error: OsError, path: &Value) -> PyErr {
        if path.is_none() {
            return self.os_error(error);
        }
        self.make_os_error(error, vec![path.clone()])
    }

    /// A failed call about two files.
    #[cold]
    pub fn os_error_with_paths(&self, error: OsError, path: &Value, path2: &Value) -> PyErr {
        self.make_os_error(error, vec![path.clone(), Value::NONE, path2.clone()])
    }

    fn make_os_error(&self, error: OsError, files: Vec<Value>) -> PyErr {
        if error.errno == EDQUOT {
            self.look_at_host_limits();
        }
        if error.errno == EINTR
            && let Err(raised) = self.check_signals()
        {
            return raised;
        }
        let message = match self.new_str(&*error.message()) {
            Ok(message) => message.into_value(),
            Err(error) => return error,
        };
        let mut args = vec![self.new_int(i64::from(error.errno)), message];
        args.extend(files);
        self.exception_with(&self.types().os_error, args)
    }

    /// Text of bytes that came from the file system.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn fs_decode(&self, bytes: &[u8]) -> PyResult<Value> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Ok(self.new_str(text)?.into_value());
        }
        Ok(self.new_str(&*text_of_bytes(bytes))?.into_value())
    }

    /// Bytes for the file system.
    ///
    /// # Errors
    /// `UnicodeEncodeError` for a surrogate that stands for no byte.
    pub fn fs_encode(&self, text: &Wtf8) -> PyResult<Vec<u8>> {
        let mut handler = BuiltinHandler::SurrogateEscape;
        encode_utf8(text, &mut handler).map_err(|_| {
            let position = text
                .code_points()
                .position(|point| {
                    point.is_surrogate() && !(0xDC80..=0xDCFF).contains(&point.to_u32())
                })
                .unwrap_or(0);
            let position = position as i64;
            match self.new_str(text) {
                Ok(text) => self.exception_with(
                    &self.types().unicode_encode_error,
                    vec![
                        self.intern("utf-8").into_value(),
                        text.into_value(),
                        self.new_int(position),
                        self.new_int(position + 1),
                        self.intern("surrogates not allowed").into_value(),
                    ],
                ),
                Err(error) => error,
            }
        })
    }

    /// `os.fspath(value)`: a `str` or `bytes`.
    ///
    /// # Errors
    /// `TypeError` if it is no path, or what `__fspath__` raises.
    pub fn fs_path(&self, value: &Value) -> PyResult<Value> {
        if value.downcast_ref::<Str>().is_some() || value.downcast_ref::<Bytes>().is_some() {
            return Ok(value.clone());
        }
        let not_a_path = || {
            self.type_error(format!(
                "expected str, bytes or os.PathLike object, not {}",
                self.type_name(value)
            ))
        };
        let Some(method) = self.find_special(value, &self.names().__fspath__)? else {
            return Err(not_a_path());
        };
        if method.is_none() {
            return Err(not_a_path());
        }
        let path = self.call(&method, &[])?;
        if path.downcast_ref::<Str>().is_some() || path.downcast_ref::<Bytes>().is_some() {
            return Ok(path);
        }
        Err(self.type_error(format!(
            "expected {}.__fspath__() to return str or bytes, not {}",
            self.type_name(value),
            self.type_name(&path)
        )))
    }
}

/// The number of "interrupted system call", the same on all Unix systems.
pub(crate) const EINTR: i32 = 4;

/// "Disk quota exceeded": how a host says that it takes no more output.
#[cfg(target_os = "linux")]
const EDQUOT: i32 = 122;
#[cfg(not(target_os = "linux"))]
const EDQUOT: i32 = 69;

/// Decodes what the system gave (names of files, arguments) as UTF-8; bytes that are none become surrogates.
pub fn text_of_bytes(bytes: &[u8]) -> Wtf8Buf {
    let mut handler = BuiltinHandler::SurrogateEscape;
    match decode_utf8(bytes, &mut handler, Input::Final) {
        Ok(decoded) => decoded.text,
        // `surrogateescape` has a surrogate for each byte that is not UTF-8, and those are never ASCII.
        Err(_) => Wtf8Buf::from_latin1(bytes),
    }
}
