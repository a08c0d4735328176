//! `_ThreadHandle`: a thread to wait for.

use std::cell::Cell;

use taipan_macros::{pyclass, pyfunction, pymethods};

use super::timeout;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::waiters::{Deadline, Waiters, Woken};
use crate::native::Args;
use crate::objects::Type;
use crate::value::{Py, Value};

/// How far a thread has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    NotStarted,
    Starting,
    Running,
    Done,
}

/// The payload of a `_ThreadHandle`.
#[pyclass(name = "_ThreadHandle", module = "_thread")]
pub(crate) struct ThreadHandle {
    pub(super) ident: Cell<u64>,
    pub(super) progress: Cell<Progress>,
    pub(super) is_daemon: Cell<bool>,
    waiters: Waiters,
}

impl ThreadHandle {
    pub(super) fn make(cx: &Ctx, ident: u64, progress: Progress) -> Py<Self> {
        let class = cx.native_class(Self::class());
        cx.heap().allocate(
            &class,
            Self {
                ident: Cell::new(ident),
                progress: Cell::new(progress),
                is_daemon: Cell::new(true),
                waiters: Waiters::default(),
            },
        )
    }

    /// The thread has ended.
    pub(super) fn finish(&self, cx: &Ctx) {
        self.progress.set(Progress::Done);
        self.waiters.wake_all(cx);
    }

    /// Waits until the thread has ended.
    ///
    /// # Errors
    /// What a signal's handler raises.
    pub(super) fn wait(&self, cx: &Ctx, deadline: Deadline) -> PyResult<()> {
        while self.progress.get() != Progress::Done {
            if self.waiters.wait(cx, deadline)? == Woken::TimeOver {
                break;
            }
        }
        Ok(())
    }
}

#[pymethods]
impl ThreadHandle {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<ThreadHandle>> {
        let _ = cls;
        crate::native::bind::no_arguments(cx, "_ThreadHandle", args)?;
        Ok(Self::make(cx, 0, Progress::NotStarted))
    }

    #[getter]
    fn ident(&self) -> u64 {
        self.ident.get()
    }

    fn is_done(&self) -> bool {
        self.progress.get() == Progress::Done
    }

    fn _set_done(this: &Py<ThreadHandle>, cx: &Ctx) -> PyResult<()> {
        if matches!(
            this.progress.get(),
            Progress::NotStarted | Progress::Starting
        ) {
            return Err(cx.runtime_error("thread not started"));
        }
        this.finish(cx);
        Ok(())
    }

    #[pymethod(signature = (timeout = None, /), text_signature = None)]
    fn join(this: &Py<ThreadHandle>, cx: &Ctx, timeout: Option<&Value>) -> PyResult<()> {
        let deadline = timeout::deadline(cx, timeout)?;
        match this.progress.get() {
            Progress::NotStarted | Progress::Starting => {
                return Err(cx.runtime_error("thread not started"));
            }
            Progress::Running if this.ident.get() == cx.thread_ident() => {
                return Err(cx.runtime_error("Cannot join current thread"));
            }
            Progress::Running | Progress::Done => {}
        }
        this.wait(cx, deadline)
    }

    fn __repr__(&self) -> String {
        format!("<_ThreadHandle object: ident={}>", self.ident.get())
    }
}

/// Internal only. Make a thread handle for threads not spawned
/// by the _thread or threading module.
#[pyfunction(signature = (ident, /))]
pub(super) fn _make_thread_handle(cx: &Ctx, ident: u64) -> Value {
    ThreadHandle::make(cx, ident, Progress::Running).into_value()
}
