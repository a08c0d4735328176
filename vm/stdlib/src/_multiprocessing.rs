//! `_multiprocessing`: semaphores that processes share.
//!
//! CPython 3.14: `Modules/_multiprocessing/`. Tests: `tests/run/_multiprocessing/`.

use std::cell::Cell;
use std::thread::{self, ThreadId};

use taipan_host::Timespec;
use taipan_host::semaphores::Semaphore;
use taipan_macros::{pyclass, pyfunction, pymethods, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::{Str, Type};
use taipan_vm::value::{Py, Value};

use crate::path::plain_text;
use crate::seconds::{Round, nanoseconds};

const RECURSIVE_MUTEX: i32 = 0;
const SEMAPHORE: i32 = 1;
/// `SEM_VALUE_MAX`
const MOST: i32 = i32::MAX;

/// Semaphore/Mutex type
#[pyclass(
    name = "SemLock",
    module = "_multiprocessing",
    subclassable,
    text_signature = None
)]
struct SemLock {
    semaphore: Box<dyn Semaphore>,
    kind: i32,
    maxvalue: i32,
    name: Option<String>,
    /// Times that this process holds it.
    count: Cell<i32>,
    /// The thread that took it last.
    owner: Cell<Option<ThreadId>>,
}

impl SemLock {
    fn is_mine(&self) -> bool {
        self.count.get() > 0 && self.owner.get() == Some(thread::current().id())
    }

    fn acquired(&self) {
        self.count.set(self.count.get() + 1);
        self.owner.set(Some(thread::current().id()));
    }

    fn take(&self, cx: &Ctx, block: bool, timeout: Option<&Value>) -> PyResult<bool> {
        if self.kind == RECURSIVE_MUTEX && self.is_mine() {
            self.count.set(self.count.get() + 1);
            return Ok(true);
        }
        let end = match timeout {
            Some(timeout) => {
                let seconds = cx.new_float(cx.to_f64(timeout)?.max(0.0));
                let now = cx
                    .host()
                    .clock_gettime(libc::CLOCK_REALTIME)
                    .map_err(|error| cx.os_error(error))?;
                let nanos = nanoseconds(cx, &seconds, Round::Up)?;
                Some(Timespec::from_nanos(now.as_nanos() + i128::from(nanos)))
            }
            None => None,
        };
        loop {
            // Most locks are free: they need no other thread to run.
            let mut result = self.semaphore.try_wait();
            if let Err(error) = result
                && error.errno == libc::EAGAIN
                && block
            {
                result = cx.blocking(|_| match end {
                    Some(end) => self.semaphore.wait_until(end),
                    None => self.semaphore.wait(),
                });
            }
            match result {
                Ok(()) => {
                    self.acquired();
                    return Ok(true);
                }
                Err(error) if error.errno == libc::EINTR => cx.check_signals()?,
                Err(error) if error.errno == libc::EAGAIN || error.errno == libc::ETIMEDOUT => {
                    return Ok(false);
                }
                Err(error) => return Err(cx.os_error(error)),
            }
        }
    }

    fn value(&self, cx: &Ctx) -> PyResult<i32> {
        self.semaphore
            .value()
            .map(|value| value.max(0))
            .map_err(|error| cx.os_error(error))
    }

    fn give(&self, cx: &Ctx) -> PyResult<()> {
        if self.kind == RECURSIVE_MUTEX {
            if !self.is_mine() {
                return Err(cx.error(
                    &cx.types().assertion_error,
                    "attempt to release recursive lock not owned by thread",
                ));
            }
            if self.count.get() > 1 {
                self.count.set(self.count.get() - 1);
                return Ok(());
            }
        } else if self.value(cx)? >= self.maxvalue {
            return Err(cx.value_error("semaphore or lock released too many times"));
        }
        self.semaphore.post().map_err(|error| cx.os_error(error))?;
        self.count.set(self.count.get() - 1);
        Ok(())
    }
}

#[pymethods]
impl SemLock {
    #[new(signature = (kind, value, maxvalue, name, unlink))]
    fn new(
        cx: &Ctx,
        cls: &Py<Type>,
        kind: i32,
        value: i32,
        maxvalue: i32,
        name: &Py<Str>,
        unlink: bool,
    ) -> PyResult<Value> {
        if kind != RECURSIVE_MUTEX && kind != SEMAPHORE {
            return Err(cx.value_error("unrecognized kind"));
        }
        let plain = plain_text(cx, name)?;
        let flags = libc::O_CREAT | libc::O_EXCL;
        let semaphore = cx
            .blocking(|host| {
                let semaphore = host.sem_open(&plain, flags, 0o600, value as u32)?;
                if unlink {
                    host.sem_unlink(&plain)?;
                }
                Ok(semaphore)
            })
            .map_err(|error| cx.os_error(error))?;
        let object = Self {
            semaphore,
            kind,
            maxvalue,
            name: (!unlink).then(|| name.to_string_lossy().into_owned()),
            count: Cell::new(0),
            owner: Cell::new(None),
        };
        Ok(cx.heap().allocate(cls, object).into_value())
    }

    #[classmethod(signature = (handle, kind, maxvalue, name, /))]
    fn _rebuild(
        cls: &Py<Type>,
        cx: &Ctx,
        handle: isize,
        kind: i32,
        maxvalue: i32,
        name: Option<&Py<Str>>,
    ) -> PyResult<Value> {
        let _ = handle;
        // Only a name leads to a semaphore of another process.
        let Some(name) = name else {
            return Err(cx.value_error("a semaphore without a name cannot be rebuilt"));
        };
        let plain = plain_text(cx, name)?;
        let semaphore = cx
            .blocking(|host| host.sem_open(&plain, 0, 0, 0))
            .map_err(|error| cx.os_error(error))?;
        let object = Self {
            semaphore,
            kind,
            maxvalue,
            name: Some(name.to_string_lossy().into_owned()),
            count: Cell::new(0),
            owner: Cell::new(None),
        };
        Ok(cx.heap().allocate(cls, object).into_value())
    }

    /// Acquire the semaphore/lock.
    #[pymethod(signature = (block = true, timeout = None))]
    fn acquire(&self, cx: &Ctx, block: bool, timeout: Option<&Value>) -> PyResult<bool> {
        self.take(cx, block, timeout)
    }

    /// Release the semaphore/lock.
    fn release(&self, cx: &Ctx) -> PyResult<()> {
        self.give(cx)
    }

    /// Num of `acquire()`s minus num of `release()`s for this process.
    fn _count(&self) -> i32 {
        self.count.get()
    }

    /// Whether the lock is owned by this thread.
    fn _is_mine(&self) -> bool {
        self.is_mine()
    }

    /// Get the value of the semaphore.
    fn _get_value(&self, cx: &Ctx) -> PyResult<i32> {
        self.value(cx)
    }

    /// Return whether semaphore has value zero.
    fn _is_zero(&self, cx: &Ctx) -> PyResult<bool> {
        self.value(cx).map(|value| value == 0)
    }

    /// Rezero the net acquisition count after fork().
    fn _after_fork(&self) {
        self.count.set(0);
    }

    /// Enter the semaphore/lock.
    fn __enter__(&self, cx: &Ctx) -> PyResult<bool> {
        self.take(cx, true, None)
    }

    /// Exit the semaphore/lock.
    #[pymethod(signature = (exc_type = None, exc_value = None, exc_tb = None, /))]
    fn __exit__(
        &self,
        cx: &Ctx,
        exc_type: Option<&Value>,
        exc_value: Option<&Value>,
        exc_tb: Option<&Value>,
    ) -> PyResult<()> {
        let _ = (exc_type, exc_value, exc_tb);
        self.give(cx)
    }

    #[member]
    fn handle(&self) -> usize {
        self.semaphore.handle()
    }

    #[member]
    fn kind(&self) -> i32 {
        self.kind
    }

    #[member]
    fn maxvalue(&self) -> i32 {
        self.maxvalue
    }

    #[member]
    fn name(&self) -> Option<String> {
        self.name.clone()
    }
}

#[pyfunction]
fn sem_unlink(cx: &Ctx, name: &Py<Str>) -> PyResult<()> {
    let name = plain_text(cx, name)?;
    cx.blocking(|host| host.sem_unlink(&name))
        .map_err(|error| cx.os_error(error))
}

#[pymodule]
pub(crate) fn _multiprocessing(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    let class = m.class(SemLock::class())?;
    let most = cx.new_int(i64::from(MOST));
    class.dict().set_str(&cx.intern("SEM_VALUE_MAX"), most);
    class.modified();
    let flags = cx.new_dict();
    for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
        flags.set_str(&cx.intern(name), cx.new_int(1));
    }
    m.add("flags", flags)?;
    m.function(&sem_unlink::DEF)
}
