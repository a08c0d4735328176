//! The table of Python handlers, and the place where they run: the isolate's first thread, between two instructions.

use std::cell::{Cell, RefCell};

use taipan_host::Fd;
use taipan_host::descriptors::Blocking;
use taipan_host::signals::Disposition;
use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::interp::breaker::Requests;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::value::Value;

use super::{SIG_DFL, SIG_IGN, SIGNAL_COUNT, check_number};

/// What `signal()` was given, by number; `None` where the handler is not Python's.
#[derive(Default)]
struct Handlers {
    table: RefCell<Vec<Option<Value>>>,
    /// A full wake-up descriptor is worth a warning.
    warn_on_full_buffer: Cell<bool>,
}

impl Handlers {
    fn get(&self, signal: i32) -> Option<Value> {
        self.table.borrow().get(index(signal)).cloned().flatten()
    }

    fn replace(&self, signal: i32, handler: Value) -> Option<Value> {
        match self.table.borrow_mut().get_mut(index(signal)) {
            Some(place) => place.replace(handler),
            None => None,
        }
    }
}

fn index(signal: i32) -> usize {
    usize::try_from(signal).unwrap_or(0)
}

/// Reads what each signal does now, and makes `SIGINT` a `KeyboardInterrupt` if nobody has decided otherwise.
pub(super) fn start(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    let handlers = cx.state::<Handlers>();
    let takes_signals = cx.handles_signals();
    if takes_signals {
        super::ignore_from_the_start(cx.host());
    }
    let number = |number: i64| Some(cx.new_int(number));
    let table = (0..SIGNAL_COUNT).map(|signal| match cx.host().disposition(signal) {
        Ok(Disposition::Default) => number(SIG_DFL),
        Ok(Disposition::Ignore) => number(SIG_IGN),
        Ok(Disposition::Record | Disposition::Foreign) | Err(_) => None,
    });
    *handlers.table.borrow_mut() = table.collect();
    handlers.warn_on_full_buffer.set(true);
    if takes_signals {
        cx.isolate().signal_runner.set(Some(run_handlers));
        let does = cx.host().disposition(libc::SIGINT);
        let is_taken = match does {
            Ok(Disposition::Default) => {
                let record = cx.host().set_disposition(libc::SIGINT, Disposition::Record);
                record.is_ok()
            }
            // A front-end takes it, and records it for the program.
            Ok(Disposition::Record | Disposition::Foreign) => true,
            Ok(Disposition::Ignore) | Err(_) => false,
        };
        if is_taken {
            let default = cx.get_attr(m.module().as_value(), &cx.intern("default_int_handler"))?;
            handlers.replace(libc::SIGINT, default);
        }
    }
    Ok(())
}

fn is_number(handler: Option<&Value>, number: i64) -> bool {
    handler.is_some_and(|handler| {
        handler
            .as_int()
            .and_then(|handler| handler.to_i64())
            .is_some_and(|handler| handler == number)
    })
}

/// Calls the handlers of the signals that have arrived.
fn run_handlers(cx: &Ctx) -> PyResult<()> {
    report_wakeup_error(cx);
    let handlers = cx.state::<Handlers>();
    while let Ok(Some(signal)) = cx.host().take_pending_signal() {
        if cx.dump_for_signal(signal) {
            continue;
        }
        let handler = handlers.get(signal).filter(|handler| {
            !handler.is_none()
                && !is_number(Some(handler), SIG_DFL)
                && !is_number(Some(handler), SIG_IGN)
        });
        let Some(handler) = handler else {
            let text = format!("Signal {signal} ignored due to race condition");
            let error = cx.error(&cx.types().os_error, text);
            cx.report_unraisable(&error, None, &Value::NONE);
            continue;
        };
        let frame = cx
            .current_frame()
            .map_or(Value::NONE, |frame| frame.into_value());
        let args = [cx.new_int(i64::from(signal)), frame];
        if let Err(error) = cx.call(&handler, &args) {
            // The others are for the next time.
            cx.breaker().request(Requests::SIGNALS);
            return Err(error);
        }
    }
    Ok(())
}

/// Tells that the wake-up descriptor could not be written to.
fn report_wakeup_error(cx: &Ctx) {
    let Ok(Some(error)) = cx.host().take_wakeup_error() else {
        return;
    };
    let is_full = error.errno == libc::EAGAIN;
    if is_full && !cx.state::<Handlers>().warn_on_full_buffer.get() {
        return;
    }
    let error = cx.os_error(error);
    let message = "Exception ignored while trying to write to the signal wakeup fd";
    cx.report_unraisable(&error, Some(message), &Value::NONE);
}

/// Forgets signals that arrived for the parent of a process.
pub(crate) fn forget_pending_signals(cx: &Ctx) {
    while let Ok(Some(_)) = cx.host().take_pending_signal() {}
}

fn only_in_first_thread(cx: &Ctx, function: &str) -> PyResult<()> {
    if cx.handles_signals() {
        return Ok(());
    }
    Err(cx.value_error(format!(
        "{function} only works in main thread of the main interpreter"
    )))
}

/// Set the action for the given signal.
///
/// The action can be SIG_DFL, SIG_IGN, or a callable Python object.
/// The previous action is returned.  See getsignal() for possible return
/// values.
///
/// *** IMPORTANT NOTICE ***
/// A signal handler function is called with two arguments: the first is
/// the signal number, the second is the interrupted stack frame.
#[pyfunction(signature = (signalnum, handler, /))]
pub(super) fn signal(cx: &Ctx, signalnum: i32, handler: &Value) -> PyResult<Option<Value>> {
    only_in_first_thread(cx, "signal")?;
    check_number(cx, signalnum)?;
    let disposition = if cx.is_callable(handler) {
        Disposition::Record
    } else if is_number(Some(handler), SIG_IGN) {
        Disposition::Ignore
    } else if is_number(Some(handler), SIG_DFL) {
        Disposition::Default
    } else {
        return Err(cx.type_error(
            "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
        ));
    };
    // Those that have arrived are the old handler's.
    cx.check_signals()?;
    cx.host()
        .set_disposition(signalnum, disposition)
        .map_err(|error| cx.os_error(error))?;
    Ok(cx.state::<Handlers>().replace(signalnum, handler.clone()))
}

/// Return the current action for the given signal.
///
/// The return value can be:
///   SIG_IGN -- if the signal is being ignored
///   SIG_DFL -- if the default action for the signal is in effect
///   None    -- if an unknown handler is in effect
///   anything else -- the callable Python object used as a handler
#[pyfunction(signature = (signalnum, /))]
pub(super) fn getsignal(cx: &Ctx, signalnum: i32) -> PyResult<Option<Value>> {
    check_number(cx, signalnum)?;
    Ok(cx.state::<Handlers>().get(signalnum))
}

/// The default handler for SIGINT installed by Python.
///
/// It raises KeyboardInterrupt.
#[pyfunction(signature = (signalnum, frame, /))]
pub(super) fn default_int_handler(cx: &Ctx, signalnum: i32, frame: &Value) -> PyResult<()> {
    let _ = (signalnum, frame);
    Err(cx.exception_with(&cx.types().keyboard_interrupt, Vec::new()))
}

/// Change system call restart behaviour.
///
/// If flag is False, system calls will be restarted when interrupted by
/// signal sig, else system calls will be interrupted.
#[pyfunction(signature = (signalnum, flag, /))]
pub(super) fn siginterrupt(cx: &Ctx, signalnum: i32, flag: i32) -> PyResult<()> {
    check_number(cx, signalnum)?;
    cx.host()
        .siginterrupt(signalnum, flag != 0)
        .map_err(|error| cx.os_error(error))
}

/// Sets the fd to be written to (with the signal number) when a signal comes in.
///
/// A library can use this to wakeup select or poll.
/// The previous fd or -1 is returned.
///
/// The fd must be non-blocking.
#[pyfunction(signature = (fd, /, *, warn_on_full_buffer = true))]
pub(super) fn set_wakeup_fd(cx: &Ctx, fd: Fd, warn_on_full_buffer: bool) -> PyResult<Fd> {
    only_in_first_thread(cx, "set_wakeup_fd")?;
    if fd != -1 {
        cx.host().fstat(fd).map_err(|error| cx.os_error(error))?;
        let blocking = cx.host().blocking(fd).map_err(|error| cx.os_error(error))?;
        if blocking == Blocking::Yes {
            return Err(cx.value_error(format!("the fd {fd} must be in non-blocking mode")));
        }
    }
    let old = cx
        .host()
        .set_wakeup_fd(fd)
        .map_err(|error| cx.os_error(error))?;
    cx.state::<Handlers>()
        .warn_on_full_buffer
        .set(warn_on_full_buffer);
    Ok(old)
}
