//! `epoll`: Linux's set of descriptors to wait for.
//!
//! CPython 3.14: `pyEpoll_Object` (`Modules/selectmodule.c`).

use std::cell::Cell;

use taipan_host::Fd;
use taipan_host::descriptors::EpollEvent;
use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::objects::Type;
use taipan_vm::value::{Py, Value};

use super::Wait;
use crate::path::Fildes;
use crate::seconds::{Round, nanoseconds};

/// Returns an epolling object.
///
///   sizehint
///     The expected number of events to be registered.  It must be positive,
///     or -1 to use the default.  It is only used on older systems where
///     epoll_create1() is not available; otherwise it has no effect (though its
///     value is still checked).
///   flags
///     Deprecated and completely ignored.  However, when supplied, its value
///     must be 0 or select.EPOLL_CLOEXEC, otherwise OSError is raised.
#[pyclass(name = "epoll", module = "select", traverse)]
pub(super) struct Epoll {
    /// -1 when closed.
    fd: Cell<Fd>,
}

impl Traverse for Epoll {
    fn traverse(&self, _: &mut Visitor<'_>) {}
}

/// Events per wait when nobody says otherwise (`FD_SETSIZE - 1`).
const MOST_EVENTS: usize = 1023;

const DEFAULT_EVENTS: u32 = (libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32;

impl Epoll {
    fn open_fd(&self, cx: &Ctx) -> PyResult<Fd> {
        match self.fd.get() {
            fd if fd < 0 => Err(cx.value_error("I/O operation on closed epoll object")),
            fd => Ok(fd),
        }
    }

    fn control(&self, cx: &Ctx, operation: i32, fd: Fd, events: u32) -> PyResult<()> {
        let epoll = self.open_fd(cx)?;
        let event = EpollEvent { fd, events };
        cx.blocking(|host| host.epoll_ctl(epoll, operation, event))
            .map_err(|error| cx.os_error(error))
    }

    fn shut(&self, cx: &Ctx) -> PyResult<()> {
        let fd = self.fd.replace(-1);
        if fd < 0 {
            return Ok(());
        }
        cx.blocking(|host| host.close(fd))
            .map_err(|error| cx.os_error(error))
    }
}

#[pymethods]
impl Epoll {
    #[new(signature = (sizehint = -1, flags = 0), text_signature = None)]
    fn new(cx: &Ctx, cls: &Py<Type>, sizehint: i32, flags: i32) -> PyResult<Value> {
        if sizehint == 0 || sizehint < -1 {
            return Err(cx.value_error("negative sizehint"));
        }
        if flags != 0 && flags != libc::EPOLL_CLOEXEC {
            return Err(cx.error(&cx.types().os_error, "invalid flags"));
        }
        let fd = cx
            .host()
            .epoll_create(libc::EPOLL_CLOEXEC)
            .map_err(|error| cx.os_error(error))?;
        Ok(cx
            .heap()
            .allocate(cls, Epoll { fd: Cell::new(fd) })
            .into_value())
    }

    /// Create an epoll object from a given control fd.
    #[classmethod(signature = (fd, /))]
    fn fromfd(cls: &Py<Type>, cx: &Ctx, fd: i32) -> Value {
        cx.heap()
            .allocate(cls, Epoll { fd: Cell::new(fd) })
            .into_value()
    }

    /// Close the epoll control file descriptor.
    ///
    /// Further operations on the epoll object will raise an exception.
    fn close(&self, cx: &Ctx) -> PyResult<()> {
        self.shut(cx)
    }

    /// Return the epoll control file descriptor.
    fn fileno(&self, cx: &Ctx) -> PyResult<Fd> {
        self.open_fd(cx)
    }

    /// True if the epoll handler is closed
    #[getter]
    fn closed(&self) -> bool {
        self.fd.get() < 0
    }

    /// Registers a new fd or raises an OSError if the fd is already registered.
    ///
    ///   fd
    ///     the target file descriptor of the operation
    ///   eventmask
    ///     a bit set composed of the various EPOLL constants
    ///
    /// The epoll interface supports all file descriptors that support poll.
    #[pymethod(
        signature = (fd, eventmask = DEFAULT_EVENTS),
        text_signature = "($self, /, fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)"
    )]
    fn register(&self, cx: &Ctx, fd: Fildes, eventmask: u32) -> PyResult<()> {
        self.control(cx, libc::EPOLL_CTL_ADD, fd.0, eventmask)
    }

    /// Modify event mask for a registered file descriptor.
    ///
    ///   fd
    ///     the target file descriptor of the operation
    ///   eventmask
    ///     a bit set composed of the various EPOLL constants
    #[pymethod(signature = (fd, eventmask))]
    fn modify(&self, cx: &Ctx, fd: Fildes, eventmask: u32) -> PyResult<()> {
        self.control(cx, libc::EPOLL_CTL_MOD, fd.0, eventmask)
    }

    /// Remove a registered file descriptor from the epoll object.
    ///
    ///   fd
    ///     the target file descriptor of the operation
    #[pymethod(signature = (fd))]
    fn unregister(&self, cx: &Ctx, fd: Fildes) -> PyResult<()> {
        self.control(cx, libc::EPOLL_CTL_DEL, fd.0, 0)
    }

    /// Wait for events on the epoll file descriptor.
    ///
    ///   timeout
    ///     the maximum time to wait in seconds (as float);
    ///     a timeout of None or -1 makes poll wait indefinitely
    ///   maxevents
    ///     the maximum number of events returned; -1 means no limit
    ///
    /// Returns a list containing any descriptors that have events to report,
    /// as a list of (fd, events) 2-tuples.
    #[pymethod(signature = (timeout = None, maxevents = -1))]
    fn poll(&self, cx: &Ctx, timeout: Option<&Value>, maxevents: i32) -> PyResult<Value> {
        let epoll = self.open_fd(cx)?;
        let nanos = match timeout {
            None => None,
            Some(timeout) => match nanoseconds(cx, timeout, Round::Up) {
                Err(error) if cx.matches(&error, &cx.types().type_error) => {
                    return Err(cx.type_error("timeout must be an integer or None"));
                }
                nanos => Some(nanos?).filter(|nanos| *nanos >= 0),
            },
        };
        let most = match maxevents {
            -1 => MOST_EVENTS,
            count => match usize::try_from(count) {
                Ok(count) if count > 0 => count,
                _ => {
                    return Err(
                        cx.value_error(format!("maxevents must be greater than 0, got {count}"))
                    );
                }
            },
        };
        let events = Wait::start(cx, nanos)?
            .run(cx, |host, left| host.epoll_wait(epoll, most, left))?
            .map_err(|error| cx.os_error(error))?;
        let events = events.iter().map(|event| {
            let pair = vec![Value::int32(event.fd), cx.new_int(i64::from(event.events))];
            cx.new_tuple(pair).into_value()
        });
        Ok(cx.new_list(events.collect()).into_value())
    }

    fn __enter__(this: &Py<Epoll>, cx: &Ctx) -> PyResult<Value> {
        this.open_fd(cx)?;
        Ok(this.to_value())
    }

    #[pymethod(signature = (exc_type = None, exc_value = None, exc_tb = None, /))]
    fn __exit__(
        this: &Py<Epoll>,
        cx: &Ctx,
        exc_type: Option<&Value>,
        exc_value: Option<&Value>,
        exc_tb: Option<&Value>,
    ) -> PyResult<()> {
        let _ = (exc_type, exc_value, exc_tb);
        cx.call_method(this.as_value(), &cx.names().close, &[])
            .map(|_| ())
    }

    fn __del__(this: &Py<Epoll>, cx: &Ctx) -> PyResult<()> {
        // Nobody is left to tell of a descriptor that was closed behind this object's back.
        let _ = this.shut(cx);
        Ok(())
    }
}
