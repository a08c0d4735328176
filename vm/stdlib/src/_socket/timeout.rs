//! Timeouts of sockets, and the default for new ones.

use std::cell::Cell;

use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::value::Value;

use crate::seconds::{Round, as_seconds, nanoseconds};

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Timeout {
    /// Calls wait for ever.
    #[default]
    Never,
    /// Calls do not wait.
    AtOnce,
    /// Calls wait for so many nanoseconds, more than none.
    After(i64),
}

impl Timeout {
    pub(super) fn seconds(self) -> Option<f64> {
        match self {
            Self::Never => None,
            Self::AtOnce => Some(0.0),
            Self::After(nanos) => Some(as_seconds(nanos)),
        }
    }
}

/// What new sockets of the isolate start with.
#[derive(Default)]
pub(super) struct Defaults {
    pub(super) timeout: Cell<Timeout>,
}

/// # Errors
/// `TypeError`, `ValueError`, `OverflowError`.
pub(super) fn parsed(cx: &Ctx, value: &Value) -> PyResult<Timeout> {
    if value.is_none() {
        return Ok(Timeout::Never);
    }
    if value.as_float().is_none() && !cx.is_index(value) {
        return Err(cx.type_error(format!(
            "'{}' object cannot be interpreted as an integer or float",
            cx.type_name(value)
        )));
    }
    let nanos = nanoseconds(cx, value, Round::Up).map_err(|error| {
        if cx.matches(&error, &cx.types().overflow_error) {
            cx.overflow_error("timestamp out of range for C PyTime_t")
        } else {
            error
        }
    })?;
    match nanos {
        0 => Ok(Timeout::AtOnce),
        nanos if nanos < 0 => Err(cx.value_error("Timeout value out of range")),
        nanos => Ok(Timeout::After(nanos)),
    }
}

/// getdefaulttimeout() -> timeout
///
/// Returns the default timeout in seconds (float) for new socket objects.
/// A value of None indicates that new socket objects have no timeout.
/// When the socket module is first imported, the default is None.
#[pyfunction(text_signature = "($self, /)")]
pub(super) fn getdefaulttimeout(cx: &Ctx) -> Option<f64> {
    cx.state::<Defaults>().timeout.get().seconds()
}

/// setdefaulttimeout(timeout)
///
/// Set the default timeout in seconds (float) for new socket objects.
/// A value of None indicates that new socket objects have no timeout.
/// When the socket module is first imported, the default is None.
#[pyfunction(text_signature = "($self, object, /)")]
pub(super) fn setdefaulttimeout(cx: &Ctx, timeout: &Value) -> PyResult<()> {
    let timeout = parsed(cx, timeout)?;
    cx.state::<Defaults>().timeout.set(timeout);
    Ok(())
}
