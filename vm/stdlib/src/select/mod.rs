//! `select`: waiting for descriptors.
//!
//! CPython 3.14: `Modules/selectmodule.c`. `poll` and `epoll` hold the classes of those names. Waits that signals interrupt
//! go on with what is left of the time (PEP 475). Tests: `tests/run/select/`.

mod epoll;
mod poll;

use taipan_host::{Fd, Timespec};
use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::value::Value;

use crate::path::fildes;
use crate::seconds::{Round, deadline, nanoseconds, remaining};

/// A wait that ends at a fixed time, or never.
#[derive(Clone, Copy)]
pub(crate) struct Wait {
    end: Option<Timespec>,
}

impl Wait {
    /// A wait of so many nanoseconds from now; `None` waits for ever.
    pub(crate) fn start(cx: &Ctx, nanos: Option<i64>) -> PyResult<Self> {
        let end = match nanos {
            Some(0) => Some(Timespec::ZERO),
            Some(nanos) => Some(deadline(cx, nanos)?),
            None => None,
        };
        Ok(Self { end })
    }

    /// What is left of it.
    pub(crate) fn left(&self, cx: &Ctx) -> PyResult<Option<Timespec>> {
        match self.end {
            None => Ok(None),
            Some(Timespec::ZERO) => Ok(Some(Timespec::ZERO)),
            Some(end) => remaining(cx, end).map(Some),
        }
    }

    /// Waits by `call`, again after each interruption.
    pub(crate) fn run<R>(
        &self,
        cx: &Ctx,
        mut call: impl FnMut(&dyn taipan_host::Host, Option<Timespec>) -> taipan_host::OsResult<R>,
    ) -> PyResult<taipan_host::OsResult<R>> {
        loop {
            let left = self.left(cx)?;
            match cx.blocking(|host| call(host, left)) {
                Err(error) if error.errno == libc::EINTR => cx.check_signals()?,
                result => return Ok(result),
            }
        }
    }
}

/// The largest descriptor that `select` takes.
const FD_SETSIZE: Fd = 1024;

/// The descriptors of a sequence, with the objects they came from.
fn descriptors(cx: &Ctx, list: &Value) -> PyResult<Vec<(Fd, Value)>> {
    // A list is looked at as it is: asking an item for its descriptor may change it.
    let items = match cx.as_exact_list(list) {
        Some(list) => list.clone(),
        None => match cx.list_from(list) {
            Err(error) if cx.matches(&error, &cx.types().type_error) => {
                return Err(cx.type_error("arguments 1-3 must be sequences"));
            }
            items => items?,
        },
    };
    let mut found = Vec::new();
    for index in 0.. {
        if index >= cx.len(items.as_value())? {
            break;
        }
        let item = cx.sequence_item(items.as_value(), index as isize)?;
        let fd = fildes(cx, &item)?;
        if fd >= FD_SETSIZE {
            return Err(cx.value_error("filedescriptor out of range in select()"));
        }
        if found.len() >= FD_SETSIZE as usize {
            return Err(cx.value_error("too many file descriptors in select()"));
        }
        found.push((fd, item));
    }
    Ok(found)
}

/// Wait until one or more file descriptors are ready for some kind of I/O.
///
/// The first three arguments are iterables of file descriptors to be waited for:
/// rlist -- wait until ready for reading
/// wlist -- wait until ready for writing
/// xlist -- wait for an "exceptional condition"
/// If only one kind of condition is required, pass [] for the other lists.
///
/// A file descriptor is either a socket or file object, or a small integer
/// gotten from a fileno() method call on one of those.
///
/// The optional 4th argument specifies a timeout in seconds; it may be
/// a floating-point number to specify fractions of seconds.  If it is absent
/// or None, the call will never time out.
///
/// The return value is a tuple of three lists corresponding to the first three
/// arguments; each contains the subset of the corresponding file descriptors
/// that are ready.
///
/// *** IMPORTANT NOTICE ***
/// On Windows, only sockets are supported; on Unix, all file
/// descriptors can be used.
#[pyfunction(signature = (rlist, wlist, xlist, timeout = None, /))]
fn select(
    cx: &Ctx,
    rlist: &Value,
    wlist: &Value,
    xlist: &Value,
    timeout: Option<&Value>,
) -> PyResult<Value> {
    let nanos = match timeout {
        None => None,
        Some(timeout) => match nanoseconds(cx, timeout, Round::Up) {
            Ok(nanos) if nanos < 0 => {
                return Err(cx.value_error("timeout must be non-negative"));
            }
            Err(error) if cx.matches(&error, &cx.types().type_error) => {
                return Err(cx.type_error("timeout must be a float or None"));
            }
            nanos => Some(nanos?),
        },
    };
    let lists = [
        descriptors(cx, rlist)?,
        descriptors(cx, wlist)?,
        descriptors(cx, xlist)?,
    ];
    let [read, write, except] = lists
        .each_ref()
        .map(|list| list.iter().map(|(fd, _)| *fd).collect::<Vec<Fd>>());
    let wait = Wait::start(cx, nanos)?;
    let ready = wait
        .run(cx, |host, left| host.select(&read, &write, &except, left))?
        .map_err(|error| cx.os_error(error))?;
    let mut results = Vec::with_capacity(3);
    for (list, ready) in lists.iter().zip([ready.read, ready.write, ready.except]) {
        let items = list
            .iter()
            .filter(|(fd, _)| ready.contains(fd))
            .map(|(_, item)| item.clone());
        results.push(cx.new_list(items.collect()).into_value());
    }
    Ok(cx.new_tuple(results).into_value())
}

/// This module supports asynchronous I/O on multiple file descriptors.
///
/// *** IMPORTANT NOTICE ***
/// On Windows, only sockets are supported; on Unix, all file descriptors.
#[pymodule(name = "select")]
pub(crate) fn select_module(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    m.function(&select::DEF)?;
    m.function(&poll::poll::DEF)?;
    m.class(epoll::Epoll::class())?;
    m.add("error", cx.types().os_error.clone())?;
    platform_constants! { m;
        EPOLLERR EPOLLET EPOLLEXCLUSIVE EPOLLHUP EPOLLIN EPOLLMSG EPOLLONESHOT EPOLLOUT EPOLLPRI EPOLLRDBAND EPOLLRDHUP
        EPOLLRDNORM EPOLLWAKEUP EPOLLWRBAND EPOLLWRNORM EPOLL_CLOEXEC PIPE_BUF POLLERR POLLHUP POLLIN POLLNVAL POLLOUT
        POLLPRI POLLRDBAND POLLRDHUP POLLRDNORM POLLWRBAND POLLWRNORM
    }
    m.add("POLLMSG", 0x400)?;
    // The set is an unsigned number for Python.
    m.add("EPOLLET", libc::EPOLLET as u32)
}

/// Milliseconds of a timeout argument as nanoseconds; `None` and negative numbers wait for ever.
fn milliseconds(cx: &Ctx, timeout: Option<&Value>) -> PyResult<Option<i64>> {
    let Some(timeout) = timeout else {
        return Ok(None);
    };
    let overflow = || cx.overflow_error("timeout is too large");
    let nanos = if let Some(float) = timeout.as_float() {
        if float.is_nan() {
            return Err(cx.value_error("Invalid value NaN (not a number)"));
        }
        let nanos = (float * 1e6).ceil();
        if nanos.abs() >= 9.2e18 {
            return Err(overflow());
        }
        nanos as i64
    } else if cx.class_of(timeout).slots.index.get().is_some() {
        i64::try_from(&cx.to_bigint(timeout)?)
            .ok()
            .and_then(|millis| millis.checked_mul(1_000_000))
            .ok_or_else(overflow)?
    } else {
        return Err(cx.type_error("timeout must be an integer or None"));
    };
    if nanos / 1_000_000 > i64::from(i32::MAX) {
        return Err(overflow());
    }
    Ok((nanos >= 0).then_some(nanos))
}
