//! `OSError`: error number, message and file names; the number decides the subclass.
//!
//! CPython 3.14: `OSError_new` and its neighbours (`Objects/exceptions.c`). Tests: `tests/run/exception/`.

use std::cell::Cell;

use num_traits::ToPrimitive;
use taipan_macros::pymethods;

use super::BaseException;
use super::base_methods::{reduced, state};
use super::fields::{exception_payload, field};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::native::Args;
use crate::objects::slots::SlotId;
use crate::objects::{Str, Type};
use crate::value::{Py, Value};

exception_payload! {
    /// The payload of `OSError`.
    OsError as "OSError" { errno, strerror, filename, filename2 } {
        // What a non-blocking write got rid of; -1 if unknown.
        written: Cell<isize> = Cell::new(-1),
    }
    members {
        field!(OsError, "errno", errno, "POSIX exception code"),
        field!(OsError, "strerror", strerror, "exception strerror"),
        field!(OsError, "filename", filename, "exception filename"),
        field!(OsError, "filename2", filename2, "second exception filename"),
    }
}

/// The subclass for an error number of this platform.
fn subclass(cx: &Ctx, errno: i64) -> Option<&Py<Type>> {
    use libc as e;
    let types = cx.types();
    Some(match i32::try_from(errno).ok()? {
        e::EAGAIN | e::EALREADY | e::EINPROGRESS => &types.blocking_io_error,
        e::EPIPE | e::ESHUTDOWN => &types.broken_pipe_error,
        e::ECHILD => &types.child_process_error,
        e::ECONNABORTED => &types.connection_aborted_error,
        e::ECONNREFUSED => &types.connection_refused_error,
        e::ECONNRESET => &types.connection_reset_error,
        e::EEXIST => &types.file_exists_error,
        e::ENOENT => &types.file_not_found_error,
        e::EISDIR => &types.is_a_directory_error,
        e::ENOTDIR => &types.not_a_directory_error,
        e::EINTR => &types.interrupted_error,
        e::EACCES | e::EPERM => &types.permission_error,
        e::ESRCH => &types.process_lookup_error,
        e::ETIMEDOUT => &types.timeout_error,
        _ => return None,
    })
}

/// Whether `__init__` fills the fields: only for classes that have an own `__init__` and not an own `__new__`.
fn is_filled_by_init(cx: &Ctx, class: &Py<Type>) -> bool {
    let slots = &cx.types().os_error.slots;
    !class.slots.same(slots, SlotId::init) && class.slots.same(slots, SlotId::new)
}

/// Sets the fields from `(errno, strerror[, filename[, winerror[, filename2]]])`.
fn fill(cx: &Ctx, this: &Py<OsError>, args: &[Value]) {
    let mut kept = args;
    if let 2..=5 = args.len() {
        let set = |field: &super::fields::Field, value: Option<&Value>| {
            drop(field.replace(value.cloned()));
        };
        set(&this.errno, args.first());
        set(&this.strerror, args.get(1));
        if let Some(filename) = args.get(2).filter(|value| !value.is_none()) {
            let class = this.header().class();
            let count = if class.is(&cx.types().blocking_io_error) {
                written(cx, filename)
            } else {
                None
            };
            match count {
                Some(count) => this.written.set(count),
                None => {
                    set(&this.filename, Some(filename));
                    set(
                        &this.filename2,
                        args.get(4).filter(|value| !value.is_none()),
                    );
                    kept = &args[..2];
                }
            }
        }
    }
    this.base.set_args(cx, kept);
}

/// A count of characters, if `value` is a number.
fn written(cx: &Ctx, value: &Value) -> Option<isize> {
    cx.class_of(value).slots.index.get()?;
    cx.to_bigint(value).ok()?.to_isize()
}

#[pymethods]
impl OsError {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<OsError>> {
        let empty = || OsError::with_args(cx.new_tuple(Vec::new()));
        if is_filled_by_init(cx, cls) {
            return Ok(cx.heap().allocate(cls, empty()));
        }
        let values = BaseException::positional(cx, cls, args)?;
        let errno = match values {
            [errno, _, rest @ ..] if rest.len() <= 3 => errno.as_small_int(),
            _ => None,
        };
        let class = match errno {
            Some(errno) if cls.is(&cx.types().os_error) => subclass(cx, errno).unwrap_or(cls),
            _ => cls,
        };
        let this = cx.heap().allocate(class, empty());
        fill(cx, &this, values);
        Ok(this)
    }

    #[init]
    fn init(this: &Py<OsError>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let class = this.header().class().clone();
        if !is_filled_by_init(cx, &class) {
            return Ok(());
        }
        let values = BaseException::positional(cx, &class, args)?;
        fill(cx, this, values);
        Ok(())
    }

    fn __str__(&self, cx: &Ctx) -> PyResult<Py<Str>> {
        let get = |field: &super::fields::Field| field.borrow().clone();
        let text = |value: Option<Value>| -> PyResult<String> {
            let value = value.unwrap_or(Value::NONE);
            Ok(cx.str(&value)?.to_string_lossy().into_owned())
        };
        let (errno, strerror) = (get(&self.errno), get(&self.strerror));
        let Some(filename) = get(&self.filename) else {
            if errno.is_none() || strerror.is_none() {
                return self.base.text(cx);
            }
            return cx.new_str(&format!("[Errno {}] {}", text(errno)?, text(strerror)?));
        };
        let filename = cx.repr(&filename)?;
        let mut message = format!("[Errno {}] {}: ", text(errno)?, text(strerror)?);
        message.push_str(&filename.to_string_lossy());
        if let Some(filename2) = get(&self.filename2) {
            message.push_str(" -> ");
            message.push_str(&cx.repr(&filename2)?.to_string_lossy());
        }
        cx.new_str(&message)
    }

    fn __reduce__(this: &Py<OsError>, cx: &Ctx) -> Value {
        let args = this.base.args.borrow().clone();
        let (filename, filename2) = (
            this.filename.borrow().clone(),
            this.filename2.borrow().clone(),
        );
        let mut values = args.as_slice().to_vec();
        if let (2, Some(filename)) = (values.len(), filename) {
            values.push(filename);
            if let Some(filename2) = filename2 {
                values.push(Value::NONE);
                values.push(filename2);
            }
        }
        let args = cx.new_tuple(values).into_value();
        reduced(cx, this.as_value(), args, state(cx, this.as_value()))
    }

    #[getter]
    fn characters_written(&self, cx: &Ctx) -> PyResult<isize> {
        match self.written.get() {
            -1 => Err(cx.attribute_error("characters_written")),
            count => Ok(count),
        }
    }

    #[setter(name = "characters_written")]
    fn assign_characters_written(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let count = match value {
            Some(value) => cx.to_bigint(value)?.to_isize().ok_or_else(|| {
                let given = cx.type_name(value);
                cx.value_error(format!("cannot fit '{given}' into an index-sized integer"))
            })?,
            None if self.written.get() == -1 => {
                return Err(cx.attribute_error("characters_written"));
            }
            None => -1,
        };
        self.written.set(count);
        Ok(())
    }
}
