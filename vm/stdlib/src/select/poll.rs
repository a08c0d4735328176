//! The polling object.
//!
//! CPython 3.14: `pollObject` (`Modules/selectmodule.c`).

use std::cell::{Cell, RefCell};

use taipan_host::Fd;
use taipan_host::descriptors::PollFd;
use taipan_macros::{pyclass, pyfunction, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::value::Value;

use super::{Wait, milliseconds};
use crate::path::Fildes;

/// What to wait for, in the order of registration.
#[pyclass(name = "poll", module = "select", no_new)]
pub(super) struct Poll {
    watched: RefCell<Vec<(Fd, u16)>>,
    running: Cell<bool>,
}

/// Returns a polling object.
///
/// This object supports registering and unregistering file descriptors, and then
/// polling them for I/O events.
#[pyfunction(signature = ())]
pub(super) fn poll(cx: &Ctx) -> Value {
    let class = cx.native_class(Poll::class());
    let new = Poll {
        watched: RefCell::default(),
        running: Cell::new(false),
    };
    cx.heap().allocate(&class, new).into_value()
}

/// A set of events.
fn events(cx: &Ctx, mask: &Value) -> PyResult<u16> {
    let number = cx.to_bigint(mask)?;
    if number.sign() == num_bigint::Sign::Minus {
        return Err(cx.value_error("Cannot convert negative int"));
    }
    u16::try_from(&number)
        .map_err(|_| cx.overflow_error("Python int too large for C unsigned short"))
}

const DEFAULT_EVENTS: u16 = (libc::POLLIN | libc::POLLPRI | libc::POLLOUT) as u16;

#[pymethods]
impl Poll {
    /// Register a file descriptor with the polling object.
    ///
    ///   fd
    ///     either an integer, or an object with a fileno() method returning an int
    ///   eventmask
    ///     an optional bitmask describing the type of events to check for
    #[pymethod(
        signature = (fd, eventmask = None, /),
        text_signature = "($self, fd,\n         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)"
    )]
    fn register(&self, cx: &Ctx, fd: Fildes, eventmask: Option<&Value>) -> PyResult<()> {
        let events = match eventmask {
            Some(mask) => events(cx, mask)?,
            None => DEFAULT_EVENTS,
        };
        let mut watched = self.watched.borrow_mut();
        match watched.iter_mut().find(|(known, _)| *known == fd.0) {
            Some((_, known)) => *known = events,
            None => watched.push((fd.0, events)),
        }
        Ok(())
    }

    /// Modify an already registered file descriptor.
    ///
    ///   fd
    ///     either an integer, or an object with a fileno() method returning
    ///     an int
    ///   eventmask
    ///     a bitmask describing the type of events to check for
    fn modify(&self, cx: &Ctx, fd: Fildes, eventmask: &Value) -> PyResult<()> {
        let events = events(cx, eventmask)?;
        let mut watched = self.watched.borrow_mut();
        match watched.iter_mut().find(|(known, _)| *known == fd.0) {
            Some((_, known)) => {
                *known = events;
                Ok(())
            }
            None => Err(cx.os_error(taipan_host::OsError::new(libc::ENOENT))),
        }
    }

    /// Remove a file descriptor being tracked by the polling object.
    fn unregister(&self, cx: &Ctx, fd: Fildes) -> PyResult<()> {
        let mut watched = self.watched.borrow_mut();
        match watched.iter().position(|(known, _)| *known == fd.0) {
            Some(at) => {
                watched.remove(at);
                Ok(())
            }
            None => Err(cx.key_error(&cx.new_int(i64::from(fd.0)))),
        }
    }

    /// Polls the set of registered file descriptors.
    ///
    ///   timeout
    ///     The maximum time to wait in milliseconds, or else None (or a negative
    ///     value) to wait indefinitely.
    ///
    /// Returns a list containing any descriptors that have events or errors to
    /// report, as a list of (fd, event) 2-tuples.
    #[pymethod(signature = (timeout = None, /))]
    fn poll(&self, cx: &Ctx, timeout: Option<&Value>) -> PyResult<Value> {
        let nanos = milliseconds(cx, timeout)?;
        if self.running.replace(true) {
            return Err(cx.runtime_error("concurrent poll() invocation"));
        }
        let result = self.wait(cx, nanos);
        self.running.set(false);
        result
    }

    #[native_only]
    fn wait(&self, cx: &Ctx, nanos: Option<i64>) -> PyResult<Value> {
        let mut fds: Vec<PollFd> = self
            .watched
            .borrow()
            .iter()
            .map(|(fd, events)| PollFd {
                fd: *fd,
                events: *events as i16,
                revents: 0,
            })
            .collect();
        Wait::start(cx, nanos)?
            .run(cx, |host, left| host.poll(&mut fds, left))?
            .map_err(|error| cx.os_error(error))?;
        let ready = fds.iter().filter(|fd| fd.revents != 0).map(|fd| {
            let pair = vec![
                Value::int32(fd.fd),
                Value::int32(i32::from(fd.revents as u16)),
            ];
            cx.new_tuple(pair).into_value()
        });
        Ok(cx.new_list(ready.collect()).into_value())
    }
}
